import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { enterAppointments } from '../../support/appointments.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { askAvailability, shownIn } from '../ews/ask-availability.ts';

const [adam, joe] = ['adam@contoso.test', 'joe@contoso.test'];
const cloudEws = 'https://outlook.office365.test/EWS/Exchange.asmx';
const diagnostics =
  'diagnostics: 2000005;reason="The user specified by the user-context in the token does not exist.";error_category="invalid_user"';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
  await enterAppointments(lab, 'contoso-cloud', joe, [{ start: '2026-11-23T09:00Z', end: '2026-11-23T10:00Z' }]);
  await runCmdlet(lab, 'contoso-cloud', 'Remove-MailUser adam -Confirm:$false');
});
afterAll(() => lab.close());
afterEach(() => lab.faults.clear());

const setConnector = (change: string) =>
  runCmdlet(lab, 'contoso', `Get-IntraOrganizationConnector | Set-IntraOrganizationConnector ${change}`);
const askAs = async (as: string) => shownIn(await askAvailability(lab, as, [joe]))[0];

test('a user whom the other side does not know: what Autodiscover says of the token', async () => {
  const shown = await askAs(adam);
  expect(shown?.code).toBe('ErrorAutoDiscoverFailed');
  expect(shown?.text).toContain(
    `Autodiscover failed for email address joe@contoso.mail.onmicrosoft.test with error System.Net.WebException: The request failed with HTTP status 401 Unauthorized ${diagnostics}`,
  );
});

test('and what EWS says, with the request that it was', async () => {
  await setConnector(`-TargetSharingEpr ${cloudEws}`);
  try {
    const shown = await askAs(adam);
    expect(shown).toMatchObject({ code: 'ErrorProxyRequestProcessingFailed', facts: { ExceptionCode: '5016', ResponseSource: cloudEws } });
    expect(shown?.text).toContain(
      `Proxy web request failed. , inner exception: The request failed with HTTP status 401: Unauthorized ${diagnostics}. ` +
        `The request information is ProxyWebRequest type = CrossForest, url = ${cloudEws}, ` +
        'Mailbox list = <Joe>SMTP:joe@contoso.mail.onmicrosoft.test, Parameters: windowStart = 11/23/2026 12:00:00 AM, ' +
        'windowEnd = 11/24/2026 12:00:00 AM, MergedFBInterval = 60, RequestedView = DetailedMerged.',
    );
    expect(shown?.text).toMatch(/ LID: 43532$/);
    expect(await askAs('mary@contoso.test')).toMatchObject({ code: 'NoError' });
  } finally {
    await setConnector('-TargetSharingEpr $null');
  }
});

test.each([
  [503, 'Service Unavailable'],
  [504, 'Gateway Timeout'],
])('a gateway that answers %s', async (status, reason) => {
  lab.faults.add({ seam: 'http.request', match: { host: 'outlook.office365.test' }, effect: { kind: 'status', status } });
  const shown = await askAs('mary@contoso.test');
  expect(shown?.text).toContain(`Proxy web request failed. , inner exception: The request failed with HTTP status ${status}: ${reason}.`);
  expect(shown?.text).toMatch(/ LID: 43532$/);
});
