import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStoreSource } from '../../../shared/bridges/migration/store-source.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { parseGuid } from '../../../shared/kernel/ids.ts';
import { labGround } from '../../support/move-mailbox.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { responses } from '../ews/answers.ts';
import { mimeOf } from '../smtp/transport-lab.ts';

const [rob, mary, adam] = ['rob@contoso.test', 'mary@contoso.test', 'adam@contoso.test'];
const noDatabase = 'The mailbox recipient does not have a mailbox database.';
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-21T09:00Z' });
});
afterAll(() => lab.close());

const run = (line: string) => runCmdlet<Readonly<Record<string, unknown>>>(lab, 'contoso', line);
const hidden = '-ADPermission mary -User "Exchange Servers" -AccessRights ReadProperty -Deny';

async function send(subject: string, recipients = [mary, adam]): Promise<void> {
  const to = recipients.map((address) => `<t:Mailbox><t:EmailAddress>${address}</t:EmailAddress></t:Mailbox>`).join('');
  const { body } = await lab.ews(
    rob,
    `<m:CreateItem MessageDisposition="SendAndSaveCopy"><m:Items><t:Message><t:Subject>${subject}</t:Subject><t:ToRecipients>${to}</t:ToRecipients></t:Message></m:Items></m:CreateItem>`,
  );
  expect(responses(body)).toMatchObject([{ class: 'Success' }]);
  await lab.mailSent();
}

const waiting = async () => (await run('Get-Message')).map(({ Subject, Queue, LastError }) => ({ Subject, Queue, LastError }));

test('only whoever is hidden waits, and has each message once when that is over', async () => {
  await run(`Add${hidden}`);
  for (const subject of ['one', 'two', 'three']) await send(subject);
  expect(await mimeOf(lab, adam, 'two')).toMatch(/^Subject: two\r$/m);
  expect(await mimeOf(lab, mary, 'two')).toBe('');
  expect(await waiting()).toEqual(
    ['one', 'two', 'three'].map((Subject) => ({ Subject, Queue: 'EX-SE-01\\Unreachable', LastError: noDatabase })),
  );
  // Neither a change of something else nor an administrator's word finds a way.
  await run('Set-SendConnector Internet -Comment x');
  await run('Retry-Queue EX-SE-01\\Unreachable -Resubmit $true');
  await lab.mailSent();
  expect(await waiting()).toHaveLength(3);
  await run(`Remove${hidden}`);
  await run('Set-SendConnector Internet -Comment y');
  await lab.mailSent();
  expect(await waiting()).toEqual([]);
  const { body } = await lab.ews(
    mary,
    '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape><m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>',
  );
  const subjects = [...body.matchAll(/<t:Subject>(one|two|three)</g)].map(([, subject = '']) => subject);
  expect(subjects.toSorted((one, other) => one.localeCompare(other))).toEqual(['one', 'three', 'two']);
  expect(await mimeOf(lab, mary, 'two')).toMatch(/^X-MS-Exchange-Organization-AuthAs: Internal\r$/m);
  const log = await run('Get-MessageTrackingLog -MessageSubject two');
  expect(log.filter(({ EventId }) => EventId === 'RECEIVE')).toHaveLength(1);
  expect(log.filter(({ EventId }) => EventId === 'DELIVER').map(({ Recipients }) => Recipients)).toEqual(
    expect.arrayContaining([[adam], [mary]]),
  );
});

test('whoever is seen again while his mailbox is locked by its move waits on', async () => {
  await run(`Add${hidden}`);
  await send('behind a lock');
  const [{ ExchangeGuid } = {}] = await run('Get-Recipient mary');
  const mailboxGuid = present(parseGuid(String(ExchangeGuid)), 'the ExchangeGuid');
  const source = await openStoreSource(await labGround(lab, 'contoso'), { mailboxGuid, kind: 'primary', holder: 'a move' });
  await source.setInTransit('Locked');
  await run(`Remove${hidden}`);
  await lab.mailSent();
  expect(await waiting()).toHaveLength(1);
  await source.setInTransit('None');
  await lab.mailSent();
  expect(await waiting()).toEqual([]);
  expect(await mimeOf(lab, mary, 'behind a lock')).toMatch(/^Subject: behind a lock\r$/m);
});

test('who waits for two days is told', async () => {
  await run(`Add${hidden}`);
  await send('in vain');
  await lab.clock.advance(2 * 86_400_000);
  await lab.mailSent();
  expect(await waiting()).toEqual([]);
  expect(await mimeOf(lab, rob, 'Undeliverable: in vain')).toMatch(/^Diagnostic-Code: smtp;550 4\.4\.7 QUEUE\.Expired/m);
  await run(`Remove${hidden}`);
  await send('again');
  expect(await mimeOf(lab, mary, 'again')).toMatch(/^Subject: again\r$/m);
});

test('Retry-Queue -Resubmit finds whoever has become somebody of the organisation; what is suspended stays', async () => {
  const ann = 'ann@dead.test';
  await run('New-SendConnector Dead -AddressSpaces dead.test -SmartHosts mail.dead.test -DNSRoutingEnabled $false');
  await send('to a stranger', [ann]);
  await send('suspended', [ann]);
  await run('Suspend-Message -Filter "Subject -eq \'suspended\'"');
  await run('New-AcceptedDomain dead -DomainName dead.test');
  await run('New-Mailbox Ann -UserPrincipalName ann@contoso.test -PrimarySmtpAddress ann@dead.test -Password Pa55word!');
  await lab.mailSent();
  expect(await waiting()).toMatchObject([{ Subject: 'to a stranger' }, { Subject: 'suspended' }]);
  await run('Get-Queue -Include SmartHostConnectorDelivery | Retry-Queue -Resubmit $true');
  await lab.mailSent();
  expect(await waiting()).toMatchObject([{ Subject: 'suspended' }]);
  expect(await mimeOf(lab, 'ann@contoso.test', 'to a stranger')).toMatch(/^Subject: to a stranger\r$/m);
});

test('a request waits as long as the mailbox of a delegate is locked by its move', async () => {
  await lab.ews(
    mary,
    `<m:AddDelegate><m:Mailbox><t:EmailAddress>${mary}</t:EmailAddress></m:Mailbox><m:DelegateUsers><t:DelegateUser><t:UserId><t:PrimarySmtpAddress>${adam}</t:PrimarySmtpAddress></t:UserId><t:DelegatePermissions><t:CalendarFolderPermissionLevel>Editor</t:CalendarFolderPermissionLevel></t:DelegatePermissions><t:ReceiveCopiesOfMeetingMessages>true</t:ReceiveCopiesOfMeetingMessages><t:ViewPrivateItems>false</t:ViewPrivateItems></t:DelegateUser></m:DelegateUsers><m:DeliverMeetingRequests>DelegatesAndMe</m:DeliverMeetingRequests></m:AddDelegate>`,
  );
  await run(`Add${hidden}`);
  const { body } = await lab.ews(
    rob,
    `<m:CreateItem SendMeetingInvitations="SendToAllAndSaveCopy"><m:Items><t:CalendarItem><t:Subject>With a delegate</t:Subject><t:Start>2026-11-30T09:00:00Z</t:Start><t:End>2026-11-30T10:00:00Z</t:End><t:RequiredAttendees><t:Attendee><t:Mailbox><t:EmailAddress>${mary}</t:EmailAddress></t:Mailbox></t:Attendee></t:RequiredAttendees></t:CalendarItem></m:Items></m:CreateItem>`,
  );
  expect(responses(body)).toMatchObject([{ class: 'Success' }]);
  const [{ ExchangeGuid } = {}] = await run('Get-Recipient adam');
  const mailboxGuid = present(parseGuid(String(ExchangeGuid)), 'the ExchangeGuid');
  const source = await openStoreSource(await labGround(lab, 'contoso'), { mailboxGuid, kind: 'primary', holder: 'a move' });
  await source.setInTransit('Locked');
  await run(`Remove${hidden}`);
  await lab.mailSent();
  const ofIt = async () => (await waiting()).filter(({ Subject }) => Subject === 'With a delegate');
  expect(await ofIt()).toMatchObject([{ Queue: 'EX-SE-01\\Unreachable', LastError: expect.stringMatching(/^451 4\.2\.1 /) }]);
  await source.setInTransit('None');
  await run('Set-SendConnector Internet -Comment delegate');
  await lab.mailSent();
  expect(await ofIt()).toEqual([]);
  for (const address of [mary, adam]) expect(await mimeOf(lab, address, 'With a delegate')).toMatch(/^Subject: With a delegate\r$/m);
});
