import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { enterAppointments } from '../../support/appointments.ts';
import { federate } from '../../support/federation.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { askAvailability, shownIn } from '../ews/ask-availability.ts';

const [mary, rob, joe, pat] = ['mary@contoso.test', 'rob@contoso.test', 'joe@contoso.test', 'pat@fabrikam.test'];
const busy = '000000000200000000000000';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-21T08:00Z' });
  await federate(lab, { organization: 'contoso', domain: 'contoso.test', key: 21 });
  await federate(lab, { organization: 'fabrikam', domain: 'fabrikam.test', key: 22 });
  await runCmdlet(
    lab,
    'fabrikam',
    'New-OrganizationRelationship Contoso -DomainNames contoso.test -FreeBusyAccessEnabled $true -FreeBusyAccessLevel LimitedDetails',
    pat,
  );
  const [ews, autodiscover] = [
    'https://mail.fabrikam.test/EWS/Exchange.asmx',
    'https://autodiscover.fabrikam.test/autodiscover/autodiscover.svc',
  ];
  await runCmdlet(
    lab,
    'contoso',
    `New-OrganizationRelationship Fabrikam -DomainNames fabrikam.test -TargetApplicationUri FYDIBOHF25SPDLT.fabrikam.test -TargetSharingEpr ${ews}/WSSecurity ` +
      `-TargetAutodiscoverEpr ${autodiscover}/WSSecurity`,
  );
  const day = [{ start: '2026-11-23T09:00Z', end: '2026-11-23T10:00Z' }];
  await enterAppointments(lab, 'contoso', rob, day);
  await enterAppointments(lab, 'contoso-cloud', joe, day);
  await enterAppointments(lab, 'fabrikam', pat, day);
});
afterAll(() => lab.close());
afterEach(() => lab.faults.clear());

/** Longer than any test. */
const delayMs = 600_000;

/** How often the tenant's answer has come back to who asks: that it has been sent is not enough before time goes on. */
const shownInTheCloud = async (): Promise<number> =>
  (await lab.exchanges({ service: 'ews', organization: 'contoso' })).filter(
    ({ direction, host, status }) => direction === 'outgoing' && host === 'outlook.office365.test' && status === 200,
  ).length;

/** Asks while a host of fabrikam hangs, and moves the world's clock by that when it does and the others have answered. */
async function askWhile(host: string, elapsedMs: number) {
  lab.faults.add({ seam: 'http.request', match: { host }, effect: { kind: 'latency', delayMs } });
  const before = await shownInTheCloud();
  const asked = askAvailability(lab, mary, [pat, joe, rob, 'nobody@fabrikam.test']);
  await vi.waitFor(
    async () => {
      expect(lab.faults.list()[0]?.acted).toBeGreaterThan(0);
      expect(await shownInTheCloud()).toBeGreaterThan(before);
    },
    { timeout: 20_000 },
  );
  await lab.clock.advance(elapsedMs);
  return shownIn(await asked);
}

test('an organisation that is slow for a minute of the world costs its own mailboxes, no others', async () => {
  const shown = await askWhile('mail.fabrikam.test', 60_000);
  expect(shown.map(({ code, merged }) => [code, merged])).toEqual([
    ['ErrorTimeoutExpired', undefined],
    ['NoError', busy],
    ['NoError', busy],
    ['ErrorTimeoutExpired', undefined],
  ]);
  expect(shown[0]?.text).toContain("Request could not be processed in time. Timeout occurred during 'Waiting-For-Request-Completion'.");
  expect(shown[0]?.text).toMatch(/ LID: 43404$/);
});

test('Autodiscover has ten seconds', async () => {
  await runCmdlet(lab, 'contoso', 'Set-OrganizationRelationship Fabrikam -TargetSharingEpr $null');
  const shown = await askWhile('autodiscover.fabrikam.test', 10_000);
  expect(shown.map(({ code, merged }) => [code, merged])).toEqual([
    ['ErrorAutoDiscoverFailed', undefined],
    ['NoError', busy],
    ['NoError', busy],
    ['ErrorAutoDiscoverFailed', undefined],
  ]);
  expect(shown[0]?.text).toContain(
    `Autodiscover failed for email address ${pat} with error System.Net.WebException: The operation has timed out`,
  );
});

test('a frozen clock that nobody moves lets a slow organisation take its time', async () => {
  lab.faults.add({ seam: 'http.request', match: { host: 'mail.fabrikam.test' }, effect: { kind: 'latency', delayMs: 300 } });
  const [shown] = shownIn(await askAvailability(lab, mary, [pat]));
  expect(shown).toMatchObject({ code: 'NoError', merged: busy });
});
