import { XhrApi } from '@ewsjs/xhr';
import ews from 'ews-javascript-api';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { present } from '../../shared/kernel/assert.ts';
import { enterAppointments } from '../support/appointments.ts';
import { useDedicatedApplication } from '../support/dedicated-application.ts';
import { federate } from '../support/federation.ts';
import { mappedAgents } from '../support/mapped-agents.ts';
import { runCmdlet, setEra } from '../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';

const { AttendeeInfo, AvailabilityData, AvailabilityOptions, DateTime, ExchangeService, ExchangeVersion, FreeBusyViewType } = ews;
const { LegacyFreeBusyStatus, OAuthCredentials, ServiceError, ServiceResult, TimeWindow, TimeZoneInfo, Uri, WebCredentials } = ews;
type Service = InstanceType<typeof ExchangeService>;

const [mary, joe] = ['mary@contoso.test', 'joe@contoso.test'];
const publicClient = '44444444-4444-4444-8444-444444444444';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
  const day = [{ start: '2026-11-23T09:00Z', end: '2026-11-23T10:00Z' }];
  await enterAppointments(lab, 'contoso', mary, day);
  await enterAppointments(lab, 'contoso-cloud', joe, day);
});
afterAll(() => lab.close());

const contoso = (line: string) => runCmdlet(lab, 'contoso', line);
const cloud = (line: string) => runCmdlet(lab, 'contoso-cloud', line);

function serviceAt(url: string, credentials: Service['Credentials']): Service {
  const service = new ExchangeService(ExchangeVersion.Exchange2013_SP1, TimeZoneInfo.Utc);
  service.XHRApi = new XhrApi({ ...mappedAgents(lab.names) } as object);
  service.Credentials = credentials;
  service.Url = new Uri(url);
  return service;
}

const marys = (): Service => serviceAt('https://mail.contoso.test/EWS/Exchange.asmx', new WebCredentials('CONTOSO\\mary', lab.password));

/** With a password as long as the cloud takes one, with a token after that. */
async function joes(by: 'password' | 'token'): Promise<Service> {
  const url = 'https://outlook.office365.test/EWS/Exchange.asmx';
  if (by === 'password') return serviceAt(url, new WebCredentials(joe, lab.password));
  const form = { grant_type: 'password', client_id: publicClient, username: joe, password: lab.password };
  const body = new URLSearchParams({ ...form, scope: 'https://outlook.office365.com/EWS.AccessAsUser.All' }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await lab.https('https://login.microsoftonline.com/contoso.test/oauth2/v2.0/token', { method: 'POST', headers, body });
  return serviceAt(url, new OAuthCredentials((JSON.parse(answer.body) as { access_token: string }).access_token));
}

/** `busy at nine`, or the code and the text of the refusal. */
async function look(service: Service, mail: string): Promise<string> {
  const options = new AvailabilityOptions();
  options.MergedFreeBusyInterval = 60;
  options.RequestedFreeBusyView = FreeBusyViewType.FreeBusyMerged;
  const window = new TimeWindow(DateTime.Parse('2026-11-23T00:00:00Z'), DateTime.Parse('2026-11-24T00:00:00Z'));
  const found = await service.GetUserAvailability([new AttendeeInfo(mail)], window, AvailabilityData.FreeBusy, options);
  const shown = found.AttendeesAvailability.__thisIndexer(0);
  if (shown.Result === ServiceResult.Error) return `${ServiceError[shown.ErrorCode]}: ${shown.ErrorMessage}`;
  return shown.MergedFreeBusyStatus[9] === LegacyFreeBusyStatus.Busy ? 'busy at nine' : 'free at nine';
}

/** The status of an attempt of Joe's that fails: the library keeps it to itself. */
async function statusFor(service: Service, mail: string): Promise<number | null> {
  const asked = () => lab.exchanges({ service: 'ews', organization: 'contoso-cloud' });
  const before = (await asked()).length;
  await expect(look(service, mail)).rejects.toBeDefined();
  // An exchange closes a moment after its answer has arrived.
  return vi.waitFor(async () => present((await asked())[before], 'the exchange').status);
}

const forbidden = 'The request failed with HTTP status 403';

test('2016: by delegation, both ways', async () => {
  await setEra(lab, 'contoso-cloud', '2016');
  await federate(lab, { organization: 'contoso', domain: 'contoso.test', key: 21 });
  const shares = '-FreeBusyAccessEnabled $true -FreeBusyAccessLevel LimitedDetails';
  for (const run of [contoso, cloud]) {
    await run('Get-IntraOrganizationConnector | Set-IntraOrganizationConnector -Enabled $false');
    // Those of today's wizard, which does not federate.
    await run('Get-OrganizationRelationship | Remove-OrganizationRelationship');
  }
  await contoso(
    `New-OrganizationRelationship Tenant -DomainNames contoso.mail.onmicrosoft.test ${shares} -TargetApplicationUri outlook.com ` +
      '-TargetAutodiscoverEpr https://autodiscover-s.outlook.com/autodiscover/autodiscover.svc/WSSecurity',
  );
  await cloud(
    `New-OrganizationRelationship "On premises" -DomainNames contoso.test ${shares} -TargetApplicationUri FYDIBOHF25SPDLT.contoso.test ` +
      '-TargetAutodiscoverEpr https://autodiscover.contoso.test/autodiscover/autodiscover.svc/WSSecurity',
  );
  expect(await look(marys(), joe)).toBe('busy at nine');
  expect(await look(await joes('password'), mary)).toBe('busy at nine');
});

test('2019: by OAuth, both ways', async () => {
  await setEra(lab, 'contoso-cloud', '2019');
  for (const run of [contoso, cloud]) await run('Get-IntraOrganizationConnector | Set-IntraOrganizationConnector -Enabled $true');
  expect(await look(marys(), joe)).toBe('busy at nine');
  expect(await look(await joes('password'), mary)).toBe('busy at nine');
});

test('2025-11: the shared principal is refused, the dedicated application gets through; the other way as before', async () => {
  await setEra(lab, 'contoso-cloud', '2025-11');
  const refused = await look(marys(), joe);
  expect(refused).toMatch(/^ErrorProxyRequestProcessingFailed: .*Proxy web request failed\. , inner exception: /);
  expect(refused).toContain(`${forbidden}: Forbidden.`);
  expect(refused).toMatch(/ LID: 43532$/);
  await useDedicatedApplication(lab);
  expect(await look(marys(), joe)).toBe('busy at nine');
  expect(await look(await joes('token'), mary)).toBe('busy at nine');
});

test('2026-10: refused until the tenant lists the applications', async () => {
  await setEra(lab, 'contoso-cloud', '2026-10');
  expect(await look(marys(), joe)).toContain(forbidden);
  expect(await statusFor(await joes('token'), mary)).toBe(403);
  const [server] = (await contoso('Get-AuthServer "EvoSts - 11111111-1111-4111-8111-111111111111"')) as { ApplicationIdentifier: string }[];
  await cloud(`Set-OrganizationConfig -EwsEnabled $true -EwsAllowedAppIDs ${server?.ApplicationIdentifier},${publicClient}`);
  expect(await look(marys(), joe)).toBe('busy at nine');
  expect(await look(await joes('token'), mary)).toBe('busy at nine');
});

test('2027-04: refused, whatever is listed', async () => {
  await setEra(lab, 'contoso-cloud', '2027-04');
  const refused = await look(marys(), joe);
  expect(refused).toContain(`${forbidden}: Forbidden.`);
  expect(refused).toMatch(/ LID: 43532$/);
  expect(await statusFor(await joes('token'), mary)).toBe(403);
});
