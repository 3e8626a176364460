import { XhrApi } from '@ewsjs/xhr';
import ews from 'ews-javascript-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { present } from '../../shared/kernel/assert.ts';
import { enterAppointments } from '../support/appointments.ts';
import { federate } from '../support/federation.ts';
import { mappedAgents } from '../support/mapped-agents.ts';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';

const { AttendeeInfo, AvailabilityData, AvailabilityOptions, DateTime, ExchangeService, ExchangeVersion, FreeBusyViewType } = ews;
const { DelegateFolderPermissionLevel, DelegateUser, EmailAddress, EmailMessage, EmailMessageSchema, ItemView, MessageBody } = ews;
const { MeetingRequestsDeliveryScope, SearchFilter, UserId } = ews;
const { CalendarView, Folder, FolderId, FolderPermissionLevel, FolderPermissionReadAccess, FolderSchema, Mailbox, PropertySet } = ews;
const { ServiceError, TimeWindow, TimeZoneInfo, Uri, WebCredentials, WellKnownFolderName } = ews;

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
  await federate(lab, { organization: 'contoso', domain: 'contoso.test', key: 21 });
  await federate(lab, { organization: 'fabrikam', domain: 'fabrikam.test', key: 22 });
  await enterAppointments(lab, 'contoso', 'mary@contoso.test', [
    { start: '2026-11-23T09:00Z', end: '2026-11-23T10:00Z', subject: 'Review', location: 'Boardroom' },
    { start: '2026-11-23T12:00Z', end: '2026-11-23T13:00Z', subject: 'Doctor', isPrivate: true },
  ]);
  await runCmdlet(
    lab,
    'fabrikam',
    'New-OrganizationRelationship Contoso -DomainNames contoso.test -TargetApplicationUri FYDIBOHF25SPDLT.contoso.test ' +
      '-TargetSharingEpr https://mail.contoso.test/EWS/Exchange.asmx/WSSecurity',
    'pat@fabrikam.test',
  );
  await runCmdlet(lab, 'contoso', 'New-OrganizationRelationship Fabrikam -DomainNames fabrikam.test -FreeBusyAccessEnabled $true');
});
afterAll(() => lab.close());

function serviceOf(userName: string, host: string) {
  const service = new ExchangeService(ExchangeVersion.Exchange2013_SP1, TimeZoneInfo.Utc);
  service.XHRApi = new XhrApi({ ...mappedAgents(lab.names) } as object);
  service.Credentials = new WebCredentials(userName, lab.password);
  service.Url = new Uri(`https://${host}/EWS/Exchange.asmx`);
  return service;
}

/** What pat's client shows of mary's calendar: the view, and what its events are about. */
async function seenByPat(level: string, byDefault: string): Promise<readonly unknown[]> {
  await runCmdlet(lab, 'contoso', `Set-OrganizationRelationship Fabrikam -FreeBusyAccessLevel ${level}`);
  await runCmdlet(lab, 'contoso', `Set-MailboxFolderPermission mary:\\Calendar -User Default -AccessRights ${byDefault}`);
  const service = serviceOf('FABRIKAM\\pat', 'mail.fabrikam.test');
  const options = new AvailabilityOptions();
  options.RequestedFreeBusyView = FreeBusyViewType.DetailedMerged;
  const window = new TimeWindow(DateTime.Parse('2026-11-23T00:00:00Z'), DateTime.Parse('2026-11-24T00:00:00Z'));
  const { AttendeesAvailability } = await service.GetUserAvailability(
    [new AttendeeInfo('mary@contoso.test')],
    window,
    AvailabilityData.FreeBusy,
    options,
  );
  const found = AttendeesAvailability.__thisIndexer(0);
  if (found.ErrorCode !== ServiceError.NoError) return [ServiceError[found.ErrorCode]];
  return [FreeBusyViewType[found.ViewType], ...found.CalendarEvents.map(({ Details }) => Details?.Subject ?? null)];
}

const times = ['FreeBusyMerged', null, null];
const details = ['DetailedMerged', 'Review', null];
const refused = ['ErrorNoFreeBusyAccess'];

test.each([
  ['None', 'LimitedDetails', refused],
  ['AvailabilityOnly', 'None', refused],
  ['AvailabilityOnly', 'LimitedDetails', times],
  ['LimitedDetails', 'None', refused],
  ['LimitedDetails', 'AvailabilityOnly', times],
  ['LimitedDetails', 'LimitedDetails', details],
  ['LimitedDetails', 'Reviewer', details],
])('a relationship that gives %s and a calendar that gives all %s', async (level, byDefault, seen) => {
  expect(await seenByPat(level, byDefault)).toEqual(seen);
});

test("mary's client reads her calendar's permissions, rob's opens it by them", async () => {
  await runCmdlet(lab, 'contoso', 'Add-MailboxFolderPermission mary:\\Calendar -User rob -AccessRights Reviewer');
  const properties = new PropertySet(FolderSchema.Permissions);
  const own = await Folder.Bind(serviceOf('CONTOSO\\mary', 'mail.contoso.test'), WellKnownFolderName.Calendar, properties);
  const robs = present(own.Permissions.GetEnumerator()[2], 'the entry of rob');
  // The client tells the level as a text.
  expect([own.Permissions.Count, robs.UserId.PrimarySmtpAddress, Number(robs.PermissionLevel), robs.ReadItems]).toEqual([
    3,
    'rob@contoso.test',
    FolderPermissionLevel.Reviewer,
    FolderPermissionReadAccess.FullDetails,
  ]);
  const calendar = new FolderId(WellKnownFolderName.Calendar, new Mailbox('mary@contoso.test'));
  const day = new CalendarView(DateTime.Parse('2026-11-23T00:00:00Z'), DateTime.Parse('2026-11-24T00:00:00Z'));
  const found = await serviceOf('CONTOSO\\rob', 'mail.contoso.test').FindAppointments(calendar, day);
  expect(found.Items.map(({ Subject }) => Subject)).toEqual(['Review']);
});

test("adam's client makes rob his delegate, and rob's sends on his behalf", async () => {
  const service = serviceOf('CONTOSO\\adam', 'mail.contoso.test');
  const mailbox = new Mailbox('adam@contoso.test');
  const rob = new DelegateUser('rob@contoso.test');
  rob.Permissions.CalendarFolderPermissionLevel = DelegateFolderPermissionLevel.Editor;
  rob.Permissions.InboxFolderPermissionLevel = DelegateFolderPermissionLevel.Reviewer;
  rob.ViewPrivateItems = true;
  const results = (responses: readonly { readonly Result: unknown; readonly ErrorCode: number }[]): readonly unknown[] =>
    responses.map(({ Result, ErrorCode }) => (Number(Result) === 0 ? 'Success' : ServiceError[ErrorCode]));
  expect(results(await service.AddDelegates(mailbox, MeetingRequestsDeliveryScope.DelegatesAndMe, rob))).toEqual(['Success']);
  expect(results(await service.AddDelegates(mailbox, MeetingRequestsDeliveryScope.DelegatesAndMe, rob))).toEqual([
    'ErrorDelegateAlreadyExists',
  ]);
  const known = await service.GetDelegates(mailbox, true);
  const [delegate] = known.DelegateUserResponses;
  const { Permissions, UserId: who, ViewPrivateItems } = present(delegate, 'the delegate').DelegateUser;
  expect([who.PrimarySmtpAddress, ViewPrivateItems, Number(known.MeetingRequestsDeliveryScope)]).toEqual([
    'rob@contoso.test',
    true,
    MeetingRequestsDeliveryScope.DelegatesAndMe,
  ]);
  expect([Permissions.CalendarFolderPermissionLevel, Permissions.TasksFolderPermissionLevel].map(Number)).toEqual([
    DelegateFolderPermissionLevel.Editor,
    DelegateFolderPermissionLevel.None,
  ]);

  const letter = (): InstanceType<typeof EmailMessage> => {
    const made = new EmailMessage(serviceOf('CONTOSO\\rob', 'mail.contoso.test'));
    made.From = new EmailAddress('adam@contoso.test');
    made.Subject = 'On behalf';
    made.Body = new MessageBody('As he asked me to.');
    made.ToRecipients.Add('mary@contoso.test');
    return made;
  };
  await letter().Send();
  const view = new ItemView(1);
  view.PropertySet = new PropertySet(EmailMessageSchema.From, EmailMessageSchema.Sender);
  const marys = serviceOf('CONTOSO\\mary', 'mail.contoso.test');
  const found = await marys.FindItems(WellKnownFolderName.Inbox, new SearchFilter.IsEqualTo(EmailMessageSchema.Subject, 'On behalf'), view);
  const [arrived] = found.Items as InstanceType<typeof EmailMessage>[];
  expect([arrived?.From.Name, arrived?.Sender.Name]).toEqual([expect.stringMatching(/^adam/i), 'Rob']);

  delete (rob as { ViewPrivateItems?: boolean }).ViewPrivateItems;
  rob.Permissions.CalendarFolderPermissionLevel = DelegateFolderPermissionLevel.Author;
  expect(results(await service.UpdateDelegates(mailbox, MeetingRequestsDeliveryScope.NoForward, rob))).toEqual(['Success']);
  const userId = new UserId('rob@contoso.test');
  expect(results(await service.RemoveDelegates(mailbox, userId))).toEqual(['Success']);
  expect(results(await service.RemoveDelegates(mailbox, userId))).toEqual(['ErrorNotDelegate']);
  await expect(letter().Send()).rejects.toMatchObject({ ErrorCode: ServiceError.ErrorSendAsDenied });
});
