import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enterAppointments } from '../../support/appointments.ts';
import { controlOf } from '../../support/control.ts';
import { useDedicatedApplication } from '../../support/dedicated-application.ts';
import { runCmdlet, setEra } from '../../support/run-cmdlet.ts';
import { type HttpAnswer, openTestLab, type TestLab } from '../../support/test-lab.ts';
import { openTokenMint } from '../../support/tokens.ts';
import { askAvailability, shownIn } from '../ews/ask-availability.ts';
import { wayOf } from './way-of.ts';

const [mary, joe, zoe] = ['mary@contoso.test', 'joe@contoso.test', 'zoe@contoso.test'];
const graphId = '00000003-0000-0000-c000-000000000000';
const calendarsRead = '798ee544-9d2d-430c-a058-570e29e34338';

let lab: TestLab;
let application: string;
beforeAll(async () => {
  lab = await openTestLab();
  await enterAppointments(lab, 'contoso-cloud', joe, [
    { start: '2026-11-23T09:00Z', end: '2026-11-23T10:00Z', subject: 'Review', location: 'Boardroom' },
  ]);
  application = await useDedicatedApplication(lab);
  await setEra(lab, 'contoso-cloud', '2027-04');
});
afterAll(() => lab.close());

const cloud = (line: string): Promise<readonly object[]> => runCmdlet(lab, 'contoso-cloud', line);
const onPremises = (line: string): Promise<readonly object[]> => runCmdlet(lab, 'contoso', line);
const principal = async (appId: string): Promise<string> =>
  ((await cloud(`Get-MsolServicePrincipal -AppPrincipalId ${appId}`)) as [{ ObjectId: string }])[0].ObjectId;
async function grant(): Promise<void> {
  const [holder, resource] = [await principal(application), await principal(graphId)];
  await cloud(
    `New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId ${holder} -PrincipalId ${holder} -ResourceId ${resource} -AppRoleId ${calendarsRead}`,
  );
}
async function withdraw(): Promise<void> {
  const holder = await principal(application);
  await cloud(
    `Get-MgServicePrincipalAppRoleAssignment -ServicePrincipalId ${holder} | Where-Object {$_.AppRole -eq 'Calendars.Read'} | ForEach-Object {Remove-MgServicePrincipalAppRoleAssignment -ServicePrincipalId ${holder} -AppRoleAssignmentId $_.Id}`,
  );
}
async function look(...mailboxes: string[]) {
  const answer = await askAvailability(lab, mary, mailboxes);
  return { shown: shownIn(answer), ...(await wayOf(lab, answer)) };
}

describe('from on-premises to the tenant', () => {
  test('EWS has gone, and the other way is not switched on', async () => {
    const [shown] = (await look(joe)).shown;
    expect(shown).toMatchObject({ class: 'Error', code: 'ErrorProxyRequestProcessingFailed' });
    expect(shown?.text).toContain('The request failed with HTTP status 403: Forbidden.');
  });

  test('it is switched on without the permission: 403 from Graph', async () => {
    await onPremises(
      'New-SettingOverride -Name EnableRouteThroughMSGraphFeature -Component SettingOverride -Section RouteThroughMSGraph -Parameters @("Enabled=true") -Reason "Graph"',
    );
    const { shown, hops } = await look(joe);
    expect(shown[0]).toMatchObject({ class: 'Error', code: 'ErrorProxyRequestProcessingFailed' });
    expect(shown[0]?.text).toContain('System.Net.WebException: The remote server returned an error: (403) Forbidden.');
    expect(shown[0]?.text).toContain('RestProxyWebRequest type = CrossForest, url = https://graph.microsoft.com/v1.0/users/');
    expect(hops).toEqual(['contoso-cloud/azure-auth client_credentials 200', 'contoso-cloud/graph getSchedule 403']);
  });

  test('with the permission Mary sees Joe, and what his calendar does not show she does not', async () => {
    await grant();
    const { shown, hops } = await look(joe, zoe);
    expect(shown).toMatchObject([{ class: 'Success', merged: '000000000200000000000000', hours: true }, { class: 'Success' }]);
    expect(shown[0]?.events).toMatchObject([{ start: '2026-11-23T09:00:00', end: '2026-11-23T10:00:00', busy: 'Busy' }]);
    expect(JSON.stringify(shown)).not.toContain('Review');
    expect(hops).toEqual(['contoso-cloud/azure-auth client_credentials 200', 'contoso-cloud/graph getSchedule 200']);
    expect((await look(joe)).hops).toEqual(['contoso-cloud/graph getSchedule 200']);
    await cloud('Set-MailboxFolderPermission joe:\\Calendar -User Default -AccessRights LimitedDetails');
    expect(JSON.stringify((await look(joe)).shown)).toContain('Review');
    lab.faults.add({
      id: 'scan',
      match: { svc: 'graph', user: joe },
      seam: 'calendar.open',
      effect: { kind: 'exception', type: 'VirusScanInProgressException', message: 'wait' },
    });
    expect((await look(joe, zoe)).shown).toMatchObject([{ class: 'Error', code: 'ErrorFreeBusyGenerationFailed' }, { class: 'Success' }]);
    lab.faults.remove('scan');
    await cloud('Set-MailboxFolderPermission joe:\\Calendar -User Default -AccessRights None');
    expect((await look(joe, zoe)).shown).toMatchObject([{ class: 'Error', code: 'ErrorNoFreeBusyAccess' }, { class: 'Success' }]);
    await cloud('Set-MailboxFolderPermission joe:\\Calendar -User Default -AccessRights AvailabilityOnly');
  });

  test('the permission is withdrawn, the override removed', async () => {
    await withdraw();
    await onPremises('Test-OAuthConnectivity EWS -TargetUri https://nowhere.test -AppOnly');
    expect((await look(joe)).shown[0]?.text).toContain('(403) Forbidden');
    await onPremises('Remove-SettingOverride EnableRouteThroughMSGraphFeature');
    expect((await look(joe)).shown[0]?.text).toContain('HTTP status 403: Forbidden');
    await setEra(lab, 'contoso-cloud', '2025-11');
    expect((await look(joe)).shown[0]).toMatchObject({ class: 'Success' });
  });
});

describe('Graph itself', () => {
  const path = `https://graph.microsoft.com/v1.0/users/${joe}/calendar/getSchedule`;
  const zoned = (dateTime: string, timeZone = 'UTC') => ({ dateTime, timeZone });
  const whole = {
    schedules: [joe],
    startTime: zoned('2026-11-23T00:00:00'),
    endTime: zoned('2026-11-24T00:00:00'),
    availabilityViewInterval: 60,
  };
  const ask = async (
    token: string | undefined,
    body: object | string = whole,
    url = path,
  ): Promise<{ answer: HttpAnswer; json: never }> => {
    const answer = await lab.https(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { answer, json: JSON.parse(answer.body) as never };
  };
  const daemon = async (): Promise<string> => {
    const form = {
      grant_type: 'client_credentials',
      client_id: '22222222-2222-4222-8222-222222222222',
      client_secret: 'daemon-Pa55word!',
      scope: 'https://graph.microsoft.com/.default',
    };
    const answer = await lab.https('https://login.microsoftonline.com/contoso.test/oauth2/v2.0/token', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    });
    return (JSON.parse(answer.body) as { access_token: string }).access_token;
  };

  test('a token of another application, once it has the permission', async () => {
    const refused = await ask(await daemon());
    expect(refused.answer.status).toBe(403);
    expect(refused.json).toMatchObject({
      error: {
        code: 'ErrorAccessDenied',
        message: 'Access is denied. Check credentials and try again.',
        innerError: { date: expect.any(String) },
      },
    });
    const [holder, resource] = [await principal('22222222-2222-4222-8222-222222222222'), await principal(graphId)];
    await cloud(
      `New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId ${holder} -PrincipalId ${holder} -ResourceId ${resource} -AppRoleId ${calendarsRead}`,
    );
    const { answer, json } = await ask(await daemon());
    expect(answer.status).toBe(200);
    expect(json).toEqual({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#Collection(microsoft.graph.scheduleInformation)',
      value: [
        {
          scheduleId: joe,
          availabilityView: '000000000200000000000000',
          scheduleItems: [
            {
              ...{
                isPrivate: false,
                status: 'busy',
                isMeeting: false,
                isRecurring: false,
                isException: false,
                isReminderSet: expect.any(Boolean),
              },
              start: { dateTime: '2026-11-23T09:00:00.0000000', timeZone: 'UTC' },
              end: { dateTime: '2026-11-23T10:00:00.0000000', timeZone: 'UTC' },
            },
          ],
          workingHours: {
            daysOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
            ...{ startTime: '08:00:00.0000000', endTime: '17:00:00.0000000' },
            timeZone: { name: 'UTC' },
          },
        },
      ],
    });
  });

  test('a user sees what his own calendar holds', async () => {
    const mint = await openTokenMint(lab.store, () => lab.clock.state().now);
    const audience = 'https://graph.microsoft.com';
    const tokenFor = async (scope: string) => (await mint.user(joe, { audience, scopes: [scope] })).slice('Bearer '.length);
    expect((await ask(await tokenFor('Calendars.Read'))).json).toMatchObject({
      value: [{ scheduleItems: [{ subject: 'Review', location: 'Boardroom' }] }],
    });
    expect((await ask(await tokenFor('User.Read'))).json).toMatchObject({ error: { code: 'ErrorAccessDenied' } });
  });

  test('more meetings than are shown', async () => {
    const many = Array.from({ length: 1_001 }, () => ({ start: '2026-12-01T09:00Z', end: '2026-12-01T10:00Z', subject: 'x' }));
    await enterAppointments(lab, 'contoso-cloud', zoe, many);
    const body = { ...whole, schedules: [zoe], startTime: zoned('2026-12-01T00:00:00'), endTime: zoned('2026-12-02T00:00:00') };
    const message = 'The result set contains too many calendar entries. The allowed size = 1000; the actual size = 1001.';
    expect((await ask(await daemon(), body)).json).toMatchObject({ value: [{ error: { responseCode: '5006', message } }] });
  });

  test('on other clocks', async () => {
    const body = {
      ...whole,
      startTime: zoned('2026-11-23T01:00:00.0000000', 'W. Europe Standard Time'),
      endTime: zoned('2026-11-24T01:00:00.0000000', 'W. Europe Standard Time'),
    };
    expect((await ask(await daemon(), body)).json).toMatchObject({ value: [{ availabilityView: '000000000200000000000000' }] });
  });

  test('nobody of that name, and somebody whose mailbox is elsewhere', async () => {
    const { json } = await ask(await daemon(), { ...whole, schedules: ['nobody@contoso.test', mary] });
    expect(json).toMatchObject({
      value: [
        { scheduleId: 'nobody@contoso.test', error: { responseCode: 'ErrorMailRecipientNotFound' } },
        { scheduleId: mary, error: { responseCode: 'ErrorMailRecipientNotFound' } },
      ],
    });
  });

  test.each<[string, object | string, number, string]>([
    ['no JSON', '{', 400, 'ErrorInvalidParameter'],
    ['no schedules', { ...whole, schedules: undefined }, 400, 'ErrorInvalidParameter'],
    ['a time that is none', { ...whole, startTime: zoned('yesterday') }, 400, 'ErrorInvalidParameter'],
    ['a zone that is none', { ...whole, endTime: zoned('2026-11-24T00:00:00', 'Mars') }, 400, 'TimeZoneNotSupportedException'],
    ['an empty window', { ...whole, endTime: whole.startTime }, 400, 'ErrorInvalidTimeInterval'],
    ['a window too long', { ...whole, endTime: zoned('2027-11-24T00:00:00') }, 400, 'ErrorTimeIntervalTooBig'],
    ['an interval too short', { ...whole, availabilityViewInterval: 1 }, 400, 'ErrorInvalidMergedFreeBusyInterval'],
    ['too many', { ...whole, schedules: Array.from({ length: 101 }, () => joe) }, 400, 'ErrorMailboxDataArrayTooBig'],
  ])('%s is refused', async (_name, body, status, code) => {
    const { answer, json } = await ask(await daemon(), body);
    expect([answer.status, json]).toMatchObject([status, { error: { code } }]);
  });

  test('a user who is none, a path that is none', async () => {
    const token = await daemon();
    expect((await ask(token, whole, path.replace(joe, 'nobody@contoso.test'))).json).toMatchObject({ error: { code: 'ErrorInvalidUser' } });
    expect((await ask(token, whole, 'https://graph.microsoft.com/v1.0/me')).json).toMatchObject({ error: { code: 'BadRequest' } });
  });

  test.each([
    ['none', () => Promise.resolve(undefined), 'Access token is empty.'],
    ['what is none', () => Promise.resolve('x.y.z'), 'Access token validation failure.'],
    [
      'one for Exchange',
      async () => (await controlOf(lab).mint({ kind: 'app', organization: 'contoso-cloud' })).token,
      'Access token validation failure. Invalid audience.',
    ],
  ])('a token: %s', async (_name, token, message) => {
    const { answer, json } = await ask(await token());
    expect([answer.status, json]).toMatchObject([401, { error: { code: 'InvalidAuthenticationToken', message } }]);
  });
});
