import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { expireApproval } from '../../../shared/bridges/mailflow/expire-approval.ts';
import { approvalClasses } from '../../../shared/domain/mailflow/approvals.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import { start, textShown } from '../cmdlets/trust-lab.ts';
import { anonymous, type MailGround, openMailGround, type Sent } from './mail-ground.ts';

let mail: MailGround;
const [mary, ann, ben, team] = ['mary@contoso.test', 'ann@contoso.test', 'ben@contoso.test', 'team@contoso.test'];
const dayMs = 86_400_000;

beforeEach(async () => {
  mail = await openMailGround();
  await mail.run("New-SendConnector Internet -AddressSpaces '*;5' -SmartHosts relay.test");
  for (const name of ['Ann', 'Ben', 'Cleo'])
    await mail.run(`New-Mailbox ${name} -UserPrincipalName ${name.toLowerCase()}@contoso.test -Password Pa55word!`);
  await mail.run('New-DistributionGroup Team -Members ann,svc');
  await mail.run('Set-DistributionGroup Team -ModerationEnabled $true -ModeratedBy ben,cleo -RequireSenderAuthenticationEnabled $false');
});
afterEach(() => mail.close());

const subjects = async (address: string, role?: string) => (await mail.inFolder(address, 'contoso', role)).map(([, subject]) => subject);
const assistant = async () => textShown((await mail.run('Get-Mailbox -Arbitration'))[0], 'PrimarySmtpAddress');
const waiting = async () => (await mail.inFolder(await assistant())).length;
const log = async () =>
  (await mail.run('Get-MessageTrackingLog')).filter(({ Source }) => Source === 'APPROVAL').map((row) => textShown(row, 'EventId'));

/** What a moderator's client sends: a message of the class of the reply, to the sender of the request, with its tag. */
async function reply(from: string, how: 'approve' | 'reject', more: Partial<Sent> & { readonly text?: string } = {}): Promise<void> {
  const row = await mail.store.read
    .selectFrom('item')
    .select(['bag', 'internet_message_id'])
    .where('class', '=', approvalClasses.request)
    .orderBy('counter', 'desc')
    .executeTakeFirst();
  const tag = Buffer.from(row?.internet_message_id ?? '<gone@contoso.test>').toString('base64');
  const to = await assistant();
  await mail.accept({
    ...{ from, to: [to], text: `From: ${from}\r\nTo: ${to}\r\nSubject: ${how}\r\n\r\n${more.text ?? ''}\r\n` },
    ...{ itemClass: approvalClasses[how], properties: { [tags.reportTag]: tag }, ...(more.facts && { facts: more.facts }) },
  });
}

describe('a message to a moderated group', () => {
  test('waits: the moderators get a request, nobody else anything', async () => {
    const one = await mail.accept({ to: [team, 'svc@contoso.test'] });
    expect(one.delivery.steps.length).toBe(1);
    expect([await subjects(ann), await subjects('svc@contoso.test'), await waiting()]).toEqual([[], ['Hello'], 1]);
    for (const moderator of [ben, 'cleo@contoso.test'])
      expect(await mail.inFolder(moderator)).toEqual([[approvalClasses.request, 'Approval requested: Hello']]);
    expect(await log()).toEqual(['INITMESSAGECREATED', 'RECEIVE']);
  });

  test('that is approved goes on as it came, to the others too who have it not yet; the requests are settled', async () => {
    await mail.accept({ to: [team] });
    await reply(ben, 'approve');
    expect([await subjects(ann), await subjects('svc@contoso.test'), await waiting()]).toEqual([['Hello'], ['Hello'], 0]);
    expect(await mail.inFolder(ann)).toEqual([['IPM.Note', 'Hello']]);
    expect([await subjects(mary), await subjects(ben), await subjects('cleo@contoso.test')]).toEqual([
      [],
      ['Approval requested: Hello'],
      [],
    ]);
    expect(await subjects('cleo@contoso.test', 'deleteditems')).toEqual(['Approval requested: Hello']);
    expect(await log()).toEqual(expect.arrayContaining(['INITMESSAGECREATED', 'MODERATORAPPROVE']));
  });

  test.each([
    ['Always', {}, 'mary@contoso.test', ['Rejected: Hello']],
    ['Internal', {}, 'mary@contoso.test', ['Rejected: Hello']],
    ['Never', {}, 'mary@contoso.test', []],
    ['Always', anonymous, 'x@example.test', ['Rejected: Hello']],
    ['Internal', anonymous, 'x@example.test', []],
  ])('that is rejected goes nowhere; whether its sender hears it: %s', async (who, facts, from, heard) => {
    await mail.run(`Set-DistributionGroup Team -SendModerationNotifications ${who}`);
    await mail.accept({ from, to: [team], facts });
    await reply(ben, 'reject', { text: 'Too long' });
    const notices = from === mary ? await subjects(mary) : (await mail.waiting()).map(({ text }) => /^Subject: (.*)\r$/m.exec(text)?.[1]);
    expect([notices, await subjects(ann), await waiting()]).toEqual([heard, [], 0]);
    expect(await log()).toContain('MODERATORREJECT');
  });

  test('the first decision counts', async () => {
    await mail.accept({ to: [team] });
    await reply(ben, 'reject');
    await reply('cleo@contoso.test', 'approve');
    expect([await subjects(ann), await subjects(mary)]).toEqual([[], ['Rejected: Hello']]);
  });

  test('two decisions at the same moment are one', async () => {
    await mail.accept({ to: [team] });
    await Promise.all([reply(ben, 'approve'), reply('cleo@contoso.test', 'reject'), reply(ben, 'approve')]);
    const [delivered, rejected] = [await subjects(ann), await subjects(mary)];
    expect([delivered.length + rejected.length, await waiting()]).toEqual([1, 0]);
    expect((await log()).filter((event) => event.startsWith('MODERATOR')).length).toBe(1);
  });

  test.each([
    ['somebody who is no moderator', ann, {}],
    ['somebody who says that he is one', ben, anonymous],
  ])('%s decides nothing', async (_who, from, facts) => {
    await mail.accept({ to: [team] });
    await reply(from, 'approve', { facts });
    expect([await subjects(ann), await waiting()]).toEqual([[], 1]);
  });

  test('expires after two days', async () => {
    await mail.accept({ to: [team] });
    const [timer] = await mail.store.read.selectFrom('timer').selectAll().where('kind', '=', 'mail-approval').execute();
    expect(timer?.due).toBe(start + 2 * dayMs);
    const expire = () => expireApproval(mail.store, mail.of, JSON.parse(timer?.payload ?? '{}'), start + 2 * dayMs);
    await expire();
    expect([await subjects(mary), await subjects(ann), await subjects(ben), await waiting()]).toEqual([
      ['Not approved in time: Hello'],
      [],
      [],
      0,
    ]);
    expect(await log()).toContain('MODERATIONEXPIRE');
    await expire();
    expect((await subjects(mary)).length).toBe(1);
    expect(await mail.store.read.selectFrom('timer').selectAll().where('kind', '=', 'mail-approval').execute()).toEqual([]);
  });
});

describe('nobody is asked', () => {
  test.each([
    ['moderators', ben, ''],
    ['owners', mary, '-ManagedBy mary'],
    ['who is let by', mary, '-BypassModerationFromSendersOrMembers mary'],
    ['members of groups that are let by', mary, '-BypassModerationFromSendersOrMembers Friends'],
  ])('for %s', async (_who, from, line) => {
    await mail.run('New-DistributionGroup Friends -Members mary');
    if (line !== '') await mail.run(`Set-DistributionGroup Team ${line}`);
    await mail.accept({ from, to: [team] });
    expect([await subjects(ann), await waiting()]).toEqual([['Hello'], 0]);
  });

  test('for reports', async () => {
    await mail.accept({ from: '', to: [team], facts: { source: 'DSN' } });
    expect([await subjects(ann), await waiting()]).toEqual([['Hello'], 0]);
  });
});

describe('moderators who cannot be asked', () => {
  const lost = (reason: string) => expect.stringMatching(new RegExp(`^${reason}`));
  test('because all are gone: the sender hears it at once', async () => {
    for (const line of ['Remove-Mailbox ben', 'Remove-Mailbox cleo']) await mail.run(line);
    const one = await mail.accept({ to: [team] });
    const failed = one.events.filter(({ event }) => event === 'FAIL').map(({ facts }) => facts.recipientStatus?.[0]);
    expect([failed, await subjects(mary), await waiting()]).toEqual([
      [lost('550 5.7.1 APPROVAL.NoModerator')],
      ['Undeliverable: Hello'],
      0,
    ]);
  });

  test('because none takes the request', async () => {
    for (const name of ['ben', 'cleo'])
      await mail.run(
        `Set-Mailbox ${name} -UseDatabaseQuotaDefaults $false -IssueWarningQuota 1KB -ProhibitSendQuota 1KB -ProhibitSendReceiveQuota 1KB`,
      );
    for (const name of [ben, 'cleo@contoso.test']) await mail.accept({ to: [name], text: `Subject: Long\r\n\r\n${'x'.repeat(3_000)}\r\n` });
    await mail.accept({ to: [team] });
    expect([(await subjects(mary)).at(-1), await waiting(), await log()]).toEqual(['Undeliverable: Hello', 0, ['MODERATORSALLNDR']]);
  });

  test('because their servers send it back, the last of them', async () => {
    await mail.run('New-MailContact Peg -ExternalEmailAddress peg@fabrikam.test');
    await mail.run('New-MailContact Pit -ExternalEmailAddress pit@fabrikam.test');
    await mail.run('Set-DistributionGroup Team -ModeratedBy peg,pit');
    await mail.accept({ to: [team] });
    const [sent] = await mail.waiting();
    const id = /^Message-ID: (<.*>)\r$/im.exec(sent?.text ?? '')?.[1] ?? '';
    const report = (address: string) =>
      [
        ...['From: postmaster@fabrikam.test', 'To: x', 'Subject: Undelivered', 'MIME-Version: 1.0'],
        ...['Content-Type: multipart/report; report-type=delivery-status; boundary=b', '', '--b', '', 'No.', '--b'],
        ...['Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; mail.fabrikam.test', ''],
        ...[`Final-Recipient: rfc822; ${address}`, 'Action: failed', 'Status: 5.1.1', '', '--b'],
        ...['Content-Type: text/rfc822-headers', '', `Message-ID: ${id}`, '', '--b--', ''],
      ].join('\r\n');
    const back = async (address: string) => mail.accept({ from: '', to: [await assistant()], text: report(address), facts: anonymous });
    await back('peg@fabrikam.test');
    expect([await subjects(mary), await waiting()]).toEqual([[], 1]);
    await back('pit@fabrikam.test');
    expect([await subjects(mary), await waiting()]).toEqual([['Undeliverable: Hello'], 0]);
    expect(await log()).toContain('MODERATORSALLNDR');
  });
});

describe('groups in groups', () => {
  beforeEach(async () => {
    await mail.run('New-DistributionGroup All -Members team,mary');
    await mail.run('Set-DistributionGroup All -ModerationEnabled $true -ModeratedBy ben');
  });

  test('each has its moderator', async () => {
    await mail.accept({ from: 'svc@contoso.test', to: ['all@contoso.test'] });
    await reply(ben, 'approve');
    expect([await subjects(mary), await subjects(ann), await waiting()]).toEqual([['Hello'], [], 1]);
    await reply('cleo@contoso.test', 'approve');
    expect([await subjects(mary), await subjects(ann), await waiting()]).toEqual([['Hello'], ['Hello'], 0]);
  });

  test('unless what was approved once is approved for all', async () => {
    await mail.run('Set-DistributionGroup All -BypassNestedModerationEnabled $true');
    await mail.accept({ from: 'svc@contoso.test', to: ['all@contoso.test'] });
    await reply(ben, 'approve');
    expect([await subjects(mary), await subjects(ann), await waiting()]).toEqual([['Hello'], ['Hello'], 0]);
  });
});
