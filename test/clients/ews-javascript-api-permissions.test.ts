import { XhrApi } from '@ewsjs/xhr';
import ews from 'ews-javascript-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { enterAppointments } from '../support/appointments.ts';
import { federate } from '../support/federation.ts';
import { mappedAgents } from '../support/mapped-agents.ts';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';

const { AttendeeInfo, AvailabilityData, AvailabilityOptions, DateTime, ExchangeService, ExchangeVersion, FreeBusyViewType } = ews;
const { ServiceError, TimeWindow, TimeZoneInfo, Uri, WebCredentials } = ews;

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

/** What pat's client shows of mary's calendar: the view, and what its events are about. */
async function seenByPat(level: string, byDefault: string): Promise<readonly unknown[]> {
  await runCmdlet(lab, 'contoso', `Set-OrganizationRelationship Fabrikam -FreeBusyAccessLevel ${level}`);
  await runCmdlet(lab, 'contoso', `Set-MailboxFolderPermission mary:\\Calendar -User Default -AccessRights ${byDefault}`);
  const service = new ExchangeService(ExchangeVersion.Exchange2013_SP1, TimeZoneInfo.Utc);
  service.XHRApi = new XhrApi({ ...mappedAgents(lab.names) } as object);
  service.Credentials = new WebCredentials('FABRIKAM\\pat', lab.password);
  service.Url = new Uri('https://mail.fabrikam.test/EWS/Exchange.asmx');
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
