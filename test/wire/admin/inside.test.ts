import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SeenAppointment, SeenFolder, SeenItem, SeenItemWhole, SeenMailbox } from '../../../services/admin/inside-control.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { type Answer, ask } from './ask.ts';

let lab: TestLab;
let url: string;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-02T08:00:00Z' });
  url = lab.endpoints.adminUrl;
});
afterAll(() => lab.close());

const look = (path: string): Promise<Answer> => ask(url, 'GET', `/_coexist/v1${path}`);
const told = async <T>(path: string): Promise<T> => {
  const { status, body } = await look(path);
  expect([path, status, status === 200 ? '' : body]).toEqual([path, 200, '']);
  return body as T;
};
const inboxOf = async (mailbox: string): Promise<SeenFolder> => {
  const { folders } = await told<{ folders: readonly SeenFolder[] }>(`/mailboxes/${mailbox}/folders`);
  const inbox = folders.find(({ role }) => role === 'inbox');
  if (inbox === undefined) throw new Error('no inbox');
  return inbox;
};
const escapeText = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const deliver = (subject: string, body: string): Promise<unknown> =>
  lab.ews(
    'rob@contoso.test',
    `<m:CreateItem MessageDisposition="SendOnly"><m:Items><t:Message><t:Subject>${subject}</t:Subject><t:Body BodyType="HTML">${escapeText(body)}</t:Body>` +
      '<t:ToRecipients><t:Mailbox><t:EmailAddress>mary@contoso.test</t:EmailAddress></t:Mailbox></t:ToRecipients></t:Message></m:Items></m:CreateItem>',
  );

test('mailboxes of all organizations are listed, and found by a part of their name', async () => {
  const { mailboxes, total } = await told<{ mailboxes: readonly SeenMailbox[]; total: number }>('/mailboxes?limit=2');
  expect([mailboxes.length, total > 5]).toEqual([2, true]);
  const found = await told<{ mailboxes: readonly SeenMailbox[] }>('/mailboxes?text=JOE');
  expect(found.mailboxes.map(({ organization, address, kind, moving }) => [organization, address, kind, moving])).toEqual([
    ['contoso-cloud', 'joe@contoso.test', 'primary', null],
  ]);
  // The id of the mailbox or an address of who has it, in any case: the same one.
  const id = String(found.mailboxes[0]?.id);
  const inbox = await inboxOf(id);
  for (const other of [id.toUpperCase(), 'joe@contoso.test', 'JOE@contoso.test', 'joe@contoso.mail.onmicrosoft.test'])
    expect([other, await inboxOf(other)]).toEqual([other, inbox]);
});

test('a folder is read page by page, newest first, and nothing is marked as read', async () => {
  await deliver('Newest of all', '<script>alert(1)</script><p>Hello &amp; welcome</p>');
  await lab.mailSent();
  const { id, items, unread } = await inboxOf('mary@contoso.test');
  const page = (offset: number) =>
    told<{ items: readonly SeenItem[]; total: number }>(`/mailboxes/mary@contoso.test/items?folder=${id}&limit=3&offset=${offset}`);
  const [first, second] = [await page(0), await page(3)];
  expect([first.total, first.items.length, first.items[0]?.subject]).toEqual([items, 3, 'Newest of all']);
  const all = [...first.items, ...second.items];
  expect(new Set(all.map((one) => one.id)).size).toBe(6);
  for (const [index, { received }] of all.entries()) expect((received ?? '') <= (all[index - 1]?.received ?? '9999')).toBe(true);

  const whole = await told<SeenItemWhole>(`/mailboxes/mary@contoso.test/items/${first.items[0]?.id}`);
  expect(whole.to).toEqual(
    [{ kind: 'to', name: 'Mary Jones', address: 'mary@contoso.test' }].map((one) => ({ ...one, name: whole.to[0]?.name })),
  );
  // Words, and never markup.
  expect(whole.text).toContain('Hello & welcome');
  expect(whole.text).not.toContain('<');
  expect(whole.mime).toContain('Subject: Newest of all');
  const eml = await look(`/mailboxes/mary@contoso.test/items/${first.items[0]?.id}.eml`);
  expect([eml.headers.get('content-type'), eml.headers.get('content-disposition')]).toEqual([
    'message/rfc822',
    `attachment; filename="${first.items[0]?.id}.eml"`,
  ]);
  expect(eml.body).toContain('Subject: Newest of all');
  expect((await inboxOf('mary@contoso.test')).unread).toBe(unread);
});

test('a week of a calendar has appointments and occurrences in their order', async () => {
  const { appointments, from, to } = await told<{ appointments: readonly SeenAppointment[]; from: string; to: string }>(
    '/mailboxes/mary@contoso.test/calendar?from=2026-11-02T00:00:00Z',
  );
  expect([from, to]).toEqual(['2026-11-02T00:00:00.000Z', '2026-11-09T00:00:00.000Z']);
  expect(appointments.some(({ recurring }) => recurring)).toBe(true);
  expect(appointments.some(({ recurring }) => !recurring)).toBe(true);
  for (const [index, { start }] of appointments.entries()) expect(start >= (appointments[index - 1]?.start ?? '')).toBe(true);
  for (const { start, end } of appointments) expect([end >= start, start < to, end >= from]).toEqual([true, true, true]);
});

test('zones have what the name servers say', async () => {
  const { zones } = await told<{ zones: readonly { zone: string; records: readonly { name: string; type: string }[] }[] }>('/zones');
  const contoso = zones.find(({ zone }) => zone === 'contoso.test');
  expect(contoso?.records.map(({ name, type }) => `${name} ${type}`)).toEqual(
    expect.arrayContaining(['contoso.test MX', 'mail.contoso.test A', 'autodiscover.contoso.test A']),
  );
});

test('logs are those that the servers would write, narrowed by a text', async () => {
  await lab.ews('mary@contoso.test', '<m:GetServerTimeZones ReturnFullTimeZoneData="false"/>');
  const log = (kind: string, more = ''): Promise<{ head: string; lines: readonly string[]; total: number }> =>
    told(`/logs/${kind}?org=contoso${more}`);
  expect((await log('iis')).head).toContain('#Software: Microsoft Internet Information Services');
  const narrowed = await log('iis', '&contains=EXCHANGE.ASMX&limit=1');
  expect([narrowed.lines.length, narrowed.total >= 1]).toEqual([1, true]);
  expect(narrowed.lines[0]).toContain('/EWS/Exchange.asmx');
  expect((await log('iis', '&contains=nobody-asks-this')).lines).toEqual([]);
  for (const kind of ['httpproxy', 'smtp-receive', 'smtp-send', 'smtp-tls']) await log(kind);
});

test('the log of the wizard is there as whoever ran it has it, line by line; of other servers there is nothing in a log', async () => {
  const password = 'Pa55word!';
  const told = await fetch(`${url}/_coexist/v1/hybrid-wizard`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      organization: 'contoso',
      onPremises: { UserName: 'CONTOSO\\administrator', Password: password },
      tenant: { UserName: 'administrator@contoso.test', Password: password },
    }),
  });
  expect(await told.text()).toContain('"outcome":"done"');
  const log = async (org: string, more = ''): Promise<{ lines: readonly string[]; total: number }> =>
    (await look(`/logs/hcw?org=${org}${more}`)).body as never;
  const { lines, total } = await log('contoso');
  expect(total).toBeGreaterThan(20);
  expect(lines[0]).toMatch(
    /^2026\.11\.02 08:00:00\.000 +\[Client=UX, Activity=Hybrid Configuration, Session=OnPremises, Cmdlet=Get-HybridConfiguration\] START/,
  );
  expect(lines.join('\n')).not.toContain(password);
  const narrowed = await log('contoso', '&contains=new-organizationRelationship');
  for (const line of narrowed.lines) expect(line.toLowerCase()).toContain('new-organizationrelationship');
  expect(narrowed.total).toBeLessThan(total);
  expect((await log('fabrikam')).total).toBe(0);
  // The cmdlet runs the same steps.
  await runCmdlet(lab, 'contoso', 'Update-HybridConfiguration');
  const again = await log('contoso');
  expect(again.lines.slice(total)).toEqual(expect.arrayContaining([expect.stringContaining('Cmdlet=Get-OrganizationRelationship] START')]));
  await lab.ews('mary@contoso.test', '<m:GetServerTimeZones ReturnFullTimeZoneData="false"/>');
  expect((await look('/logs/iis?org=fabrikam&contains=mail.contoso.test')).body).toMatchObject({ total: 0 });
});

test.each([
  ['/mailboxes/nobody@contoso.test/folders', 422, 'UnknownMailbox'],
  ['/mailboxes/mary@contoso.test/items?folder=999999', 422, 'folder-not-found'],
  ['/mailboxes/mary@contoso.test/items/999999', 422, 'UnknownItem'],
  ['/mailboxes/mary@contoso.test/items/abc', 400, 'Invalid request'],
  ['/mailboxes/mary@contoso.test/items?folder=1&limit=100000', 400, 'Invalid request'],
  ['/mailboxes/mary@contoso.test/calendar?from=soon', 400, 'Invalid request'],
  ['/mailboxes/mary@contoso.test/calendar?days=1000', 400, 'Invalid request'],
  ['/logs/iis?org=contoso-cloud', 422, 'NoSuchServers'],
  ['/logs/event?org=contoso', 400, 'Invalid request'],
])('%s is refused', async (path, status, title) => {
  const answer = await look(path);
  expect([answer.status, (answer.body as { title: string }).title]).toEqual([status, title]);
});
