import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { responses, texts } from '../ews/answers.ts';

const room = 'boardroom@contoso.test';
const homes = {
  'mary@contoso.test': 'contoso',
  'adam@contoso.test': 'contoso',
  'joe@contoso.test': 'contoso-cloud',
  'pat@fabrikam.test': 'fabrikam',
} as const;
type Person = keyof typeof homes;
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-21T09:00Z' });
});
afterAll(() => lab.close());

async function ask(who: Person, body: string): Promise<string> {
  return (await lab.ews(who, body, { organization: homes[who] })).body;
}

async function invite(who: Person, subject: string, day: string, attendees: string): Promise<void> {
  const item = `<t:CalendarItem><t:Subject>${subject}</t:Subject><t:Start>${day}T10:00:00Z</t:Start><t:End>${day}T11:00:00Z</t:End>${attendees}</t:CalendarItem>`;
  const answer = await ask(who, `<m:CreateItem SendMeetingInvitations="SendToAllAndSaveCopy"><m:Items>${item}</m:Items></m:CreateItem>`);
  expect(responses(answer)).toMatchObject([{ class: 'Success' }]);
}

const people = (element: string, address: string): string =>
  `<t:${element}><t:Attendee><t:Mailbox><t:EmailAddress>${address}</t:EmailAddress></t:Mailbox></t:Attendee></t:${element}>`;

async function subjects(who: Person, folder: string): Promise<readonly string[]> {
  const answer = await ask(
    who,
    `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape><m:ParentFolderIds><t:DistinguishedFolderId Id="${folder}"/></m:ParentFolderIds></m:FindItem>`,
  );
  return texts(answer, 'Subject');
}

/** The id of the item of that subject; `owner`: whose folder it is, where it is somebody else's. */
async function idOf(who: Person, folder: string, subject: string, owner = ''): Promise<string> {
  const mailbox = owner === '' ? '' : `<t:Mailbox><t:EmailAddress>${owner}</t:EmailAddress></t:Mailbox>`;
  const found = await ask(
    who,
    `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:Restriction><t:IsEqualTo><t:FieldURI FieldURI="item:Subject"/><t:FieldURIOrConstant><t:Constant Value="${subject}"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction><m:ParentFolderIds><t:DistinguishedFolderId Id="${folder}">${mailbox}</t:DistinguishedFolderId></m:ParentFolderIds></m:FindItem>`,
  );
  return /<t:ItemId Id="([^"]+)"/.exec(found)?.[1] ?? '';
}

test('a room that is asked for from two organisations at once takes one of them', async () => {
  await Promise.all([
    invite('mary@contoso.test', 'from the house', '2026-12-01', people('Resources', room)),
    invite('joe@contoso.test', 'from the cloud', '2026-12-01', people('Resources', room)),
  ]);
  await lab.mailSent();
  const answers = [...(await subjects('mary@contoso.test', 'inbox')), ...(await subjects('joe@contoso.test', 'inbox'))];
  const given = answers.filter((subject) => subject.endsWith('from the house') || subject.endsWith('from the cloud'));
  expect(given).toHaveLength(2);
  expect(new Set(given.map((subject) => subject.split(':')[0]))).toEqual(new Set(['Accepted', 'Declined']));
});

test('strangers are not answered until the room is told to', async () => {
  await invite('pat@fabrikam.test', 'from outside', '2026-12-02', people('Resources', room));
  await lab.mailSent();
  expect((await subjects('pat@fabrikam.test', 'inbox')).filter((subject) => subject.endsWith('from outside'))).toEqual([]);
  await runCmdlet(lab, 'contoso', 'Set-CalendarProcessing boardroom -ProcessExternalMeetingMessages $true');
  await invite('pat@fabrikam.test', 'once more from outside', '2026-12-03', people('Resources', room));
  await lab.mailSent();
  expect(await subjects('pat@fabrikam.test', 'inbox')).toContain('Accepted: once more from outside');
});

test('who asks for a room from the other side of the hybrid waits for its delegate, and hears what he decides', async () => {
  await runCmdlet(
    lab,
    'contoso',
    'Set-CalendarProcessing boardroom -AllBookInPolicy $false -RequestInPolicy joe -ResourceDelegates adam -AddOrganizerToSubject $false -DeleteSubject $false',
  );
  await invite('joe@contoso.test', 'Across', '2026-12-10', people('Resources', room));
  await lab.mailSent();
  expect(await subjects('joe@contoso.test', 'inbox')).toContain('Tentative: Across');
  expect(await subjects('adam@contoso.test', 'inbox')).toContain('Across');
  const id = await idOf('adam@contoso.test', 'calendar', 'Across', room);
  const accepted = await ask(
    'adam@contoso.test',
    `<m:CreateItem MessageDisposition="SendAndSaveCopy"><m:Items><t:AcceptItem><t:ReferenceItemId Id="${id}"/></t:AcceptItem></m:Items></m:CreateItem>`,
  );
  expect(responses(accepted)).toMatchObject([{ class: 'Success' }]);
  await lab.mailSent();
  expect(await subjects('joe@contoso.test', 'inbox')).toContain('Accepted: Across');
  const his = await idOf('joe@contoso.test', 'calendar', 'Across');
  const shown = await ask(
    'joe@contoso.test',
    `<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape><m:ItemIds><t:ItemId Id="${his}"/></m:ItemIds></m:GetItem>`,
  );
  expect(texts(shown, 'ResponseType')).toEqual(['Accept']);
});

test('of a series from the other side of the hybrid the occurrence that meets with something is declined by mail', async () => {
  await runCmdlet(lab, 'contoso', 'Set-CalendarProcessing boardroom -AllBookInPolicy $true -MaximumConflictInstances 1');
  await invite('mary@contoso.test', 'Once', '2026-12-16', people('Resources', room));
  const recurrence =
    '<t:Recurrence><t:DailyRecurrence><t:Interval>1</t:Interval></t:DailyRecurrence><t:NumberedRecurrence><t:StartDate>2026-12-15</t:StartDate><t:NumberOfOccurrences>3</t:NumberOfOccurrences></t:NumberedRecurrence></t:Recurrence>';
  await invite('joe@contoso.test', 'Daily', '2026-12-15', people('Resources', room) + recurrence);
  await lab.mailSent();
  const series = await idOf('joe@contoso.test', 'calendar', 'Daily');
  const told = await ask(
    'joe@contoso.test',
    `<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape><m:ItemIds>${[1, 2, 3].map((index) => `<t:OccurrenceItemId RecurringMasterId="${series}" InstanceIndex="${index}"/>`).join('')}</m:ItemIds></m:GetItem>`,
  );
  expect(texts(told, 'ResponseType')).toEqual(['Accept', 'Decline', 'Accept']);
});

test('somebody of another organisation is asked by mail, has it in the calendar, accepts, and the organizer knows', async () => {
  await invite('pat@fabrikam.test', 'Contract', '2026-12-04', people('RequiredAttendees', 'mary@contoso.test'));
  await lab.mailSent();
  expect(await subjects('mary@contoso.test', 'calendar')).toContain('Contract');
  const found = await ask(
    'mary@contoso.test',
    '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:Restriction><t:IsEqualTo><t:FieldURI FieldURI="item:Subject"/><t:FieldURIOrConstant><t:Constant Value="Contract"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction><m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>',
  );
  const [, id = '', changeKey = ''] = /<t:ItemId Id="([^"]+)" ChangeKey="([^"]+)"/.exec(found) ?? [];
  const accepted = await ask(
    'mary@contoso.test',
    `<m:CreateItem MessageDisposition="SendAndSaveCopy"><m:Items><t:AcceptItem><t:ReferenceItemId Id="${id}" ChangeKey="${changeKey}"/></t:AcceptItem></m:Items></m:CreateItem>`,
  );
  expect(responses(accepted)).toMatchObject([{ class: 'Success' }]);
  await lab.mailSent();
  expect(await subjects('pat@fabrikam.test', 'inbox')).toContain('Accepted: Contract');
});

test('who has called a meeting elsewhere hears that it was forwarded where the remote domain says so', async () => {
  const forward = async (subject: string): Promise<readonly string[]> => {
    await invite('pat@fabrikam.test', subject, '2026-12-08', people('RequiredAttendees', 'mary@contoso.test'));
    await lab.mailSent();
    const found = await ask(
      'mary@contoso.test',
      `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:Restriction><t:IsEqualTo><t:FieldURI FieldURI="item:Subject"/><t:FieldURIOrConstant><t:Constant Value="${subject}"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction><m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>`,
    );
    const [, id = '', changeKey = ''] = /<t:ItemId Id="([^"]+)" ChangeKey="([^"]+)"/.exec(found) ?? [];
    const to = '<t:ToRecipients><t:Mailbox><t:EmailAddress>rob@contoso.test</t:EmailAddress></t:Mailbox></t:ToRecipients>';
    const answer = await ask(
      'mary@contoso.test',
      `<m:CreateItem MessageDisposition="SendOnly"><m:Items><t:ForwardItem>${to}<t:ReferenceItemId Id="${id}" ChangeKey="${changeKey}"/></t:ForwardItem></m:Items></m:CreateItem>`,
    );
    expect(responses(answer)).toMatchObject([{ class: 'Success' }]);
    await lab.mailSent();
    return (await subjects('pat@fabrikam.test', 'inbox')).filter((one) => one.startsWith('Meeting Forward Notification'));
  };
  expect(await forward('kept quiet')).toEqual([]);
  await runCmdlet(lab, 'contoso', 'New-RemoteDomain Fabrikam -DomainName fabrikam.test');
  await runCmdlet(lab, 'contoso', 'Set-RemoteDomain Fabrikam -MeetingForwardNotificationEnabled $true');
  expect(await forward('told of')).toEqual(['Meeting Forward Notification: told of']);
});
