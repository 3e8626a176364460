import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ExchangeRecord } from '../../../shared/journal/record.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { enterAppointments } from '../../support/appointments.ts';
import { federate } from '../../support/federation.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { type HttpAnswer, openTestLab, type TestLab } from '../../support/test-lab.ts';
import { type Asking, askAvailability, type Shown, shownIn, zoneXml } from '../ews/ask-availability.ts';

const [mary, pat] = ['mary@contoso.test', 'pat@fabrikam.test'];
const fabrikamEws = 'https://mail.fabrikam.test/EWS/Exchange.asmx/WSSecurity';
const fabrikamAutodiscover = 'https://autodiscover.fabrikam.test/autodiscover/autodiscover.svc/WSSecurity';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
  await federate(lab, { organization: 'contoso', domain: 'contoso.test', key: 21 });
  await federate(lab, { organization: 'fabrikam', domain: 'fabrikam.test', key: 22 });
  for (const [organization, mail] of [
    ['fabrikam', pat],
    ['contoso', mary],
  ] as const) {
    await enterAppointments(lab, organization, mail, [
      { start: '2026-11-23T09:00Z', end: '2026-11-23T10:00Z', subject: 'Review', location: 'Boardroom' },
      { start: '2026-11-23T12:00Z', end: '2026-11-23T13:00Z', subject: 'Doctor', busy: 3, isPrivate: true },
    ]);
  }
  const shares = '-FreeBusyAccessEnabled $true -FreeBusyAccessLevel LimitedDetails';
  const contosoEws = 'https://mail.contoso.test/EWS/Exchange.asmx/WSSecurity';
  const contoso =
    `New-OrganizationRelationship Contoso -DomainNames contoso.test ${shares} ` +
    `-TargetApplicationUri FYDIBOHF25SPDLT.contoso.test -TargetSharingEpr ${contosoEws}`;
  await runCmdlet(lab, 'fabrikam', contoso, pat);
  await runCmdlet(
    lab,
    'contoso',
    `New-OrganizationRelationship Fabrikam -DomainNames fabrikam.test ${shares} -TargetApplicationUri FYDIBOHF25SPDLT.fabrikam.test ` +
      `-TargetAutodiscoverEpr ${fabrikamAutodiscover}`,
  );
});
afterAll(() => lab.close());
afterEach(() => lab.faults.clear());

const setFabrikams = (change: string) => runCmdlet(lab, 'fabrikam', `Set-OrganizationRelationship Contoso ${change}`, pat);
const setContosos = (change: string) => runCmdlet(lab, 'contoso', `Set-OrganizationRelationship Fabrikam ${change}`);

async function ask(
  mailboxes: readonly string[],
  asking: Asking = {},
): Promise<{ readonly answer: HttpAnswer; readonly shown: readonly Shown[] }> {
  const answer = await askAvailability(lab, mary, mailboxes, asking);
  return { answer, shown: shownIn(answer) };
}

/** What the asked server recorded of a request, and what the others did in its trace, in order. */
async function trace(answer: HttpAnswer): Promise<{ readonly first: ExchangeRecord; readonly hops: readonly ExchangeRecord[] }> {
  const traceId = String(answer.headers['x-coexist-trace']);
  // An exchange closes a moment after its answer has arrived.
  const closed = await vi.waitFor(async () => {
    const records = await lab.exchanges({ traceId });
    return present(records.some(({ parentSpan }) => parentSpan === null) ? records : undefined, 'the first exchange');
  });
  const incoming = closed
    .filter(({ direction }) => direction === 'incoming')
    .toSorted((left, right) => left.at - right.at || left.sequence - right.sequence);
  const first = present(
    incoming.find(({ parentSpan }) => parentSpan === null),
    'the first exchange',
  );
  return { first, hops: incoming.filter((one) => one !== first) };
}

describe('from one federated organisation to the other', () => {
  // First of all: an address that was told once is kept.
  test('a virtual directory without ExternalUrl is an error in the user setting', async () => {
    await runCmdlet(lab, 'fabrikam', 'Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -ExternalUrl $null', pat);
    try {
      const { answer, shown } = await ask([pat]);
      expect(shown).toMatchObject([{ class: 'Error', code: 'ErrorAutoDiscoverFailed' }]);
      expect(shown[0]?.text).toContain("due to an error in user setting 'ExternalEwsUrl'. Error message: SettingIsNotAvailable.");
      expect((await trace(answer)).hops.map(({ service }) => service)).toEqual(['azure-auth', 'autodiscover']);
    } finally {
      const whole = '-ExternalUrl https://mail.fabrikam.test/EWS/Exchange.asmx';
      await runCmdlet(lab, 'fabrikam', `Set-WebServicesVirtualDirectory "EWS (Default Web Site)" ${whole}`, pat);
    }
  });

  test('free/busy comes by a delegation token, Autodiscover and EWS', async () => {
    const { answer, shown } = await ask([pat]);
    expect(shown).toEqual([
      expect.objectContaining({ class: 'Success', view: 'FreeBusyMerged', merged: '000000000200300000000000', hours: true }),
    ]);
    expect(shown[0]?.events).toEqual([
      { start: '2026-11-23T09:00:00', end: '2026-11-23T10:00:00', busy: 'Busy', details: undefined },
      { start: '2026-11-23T12:00:00', end: '2026-11-23T13:00:00', busy: 'OOF', details: undefined },
    ]);
    // The Default permission of pat's calendar gives times only, whatever the relationship allows.
    for (const word of ['Review', 'Boardroom', 'Doctor']) expect(answer.body).not.toContain(word);
    const { first, hops: asked } = await trace(answer);
    // The token is the one that Autodiscover was asked with before.
    expect(asked.map(({ service, organization, status }) => [service, organization, status])).toEqual([
      ['autodiscover', 'fabrikam', 200],
      ['ews', 'fabrikam', 200],
    ]);
    expect(first.verdict?.checks.at(-1)).toMatchObject({
      check: 'sharing.organization-relationship',
      outcome: 'passed',
      actual: 'Fabrikam: a delegation token for FYDIBOHF25SPDLT.fabrikam.test',
    });
    expect(asked.at(-1)).toMatchObject({ operation: 'GetUserAvailability', caller: mary, code: 'NoError' });
    expect(asked.at(-1)?.verdict?.checks.slice(-2)).toMatchObject([
      { check: 'sharing.authorization', outcome: 'passed', actual: 'Contoso: LimitedDetails' },
      { check: 'sharing.calendar-permission', outcome: 'passed', actual: 'Default: AvailabilityOnly' },
    ]);
  });

  test('a second time neither a token nor the address is asked for', async () => {
    await ask([pat]);
    const { answer } = await ask([pat]);
    expect((await trace(answer)).hops.map(({ service }) => service)).toEqual(['ews']);
  });

  test('in the zone of whoever asks', async () => {
    const { shown } = await ask([pat], { zone: zoneXml(-60, true), view: 'FreeBusy' });
    expect(shown[0]?.events[0]).toMatchObject({ start: '2026-11-23T10:00:00', end: '2026-11-23T11:00:00' });
  });

  test('in the order of the request, those of one organisation in one call, each with what is said of it', async () => {
    await setContosos(`-TargetSharingEpr ${fabrikamEws}`);
    try {
      const { answer, shown } = await ask([pat, mary, 'nobody@fabrikam.test', 'nobody@contoso.test', 'PAT@fabrikam.test']);
      expect(shown.map(({ code }) => code)).toEqual([
        'NoError',
        'NoError',
        'ErrorMailRecipientNotFound',
        'ErrorMailRecipientNotFound',
        'NoError',
      ]);
      expect(shown[1]?.view).toBe('DetailedMerged');
      expect(shown.map(({ facts }) => [facts['ExceptionServerName'], facts['ResponseSource']])).toEqual([
        [undefined, undefined],
        [undefined, undefined],
        ['mail.fabrikam.test', fabrikamEws],
        ['mail.contoso.test', undefined],
        [undefined, undefined],
      ]);
      expect((await trace(answer)).hops.filter(({ service }) => service === 'ews')).toHaveLength(1);
    } finally {
      await setContosos('-TargetSharingEpr $null');
    }
  });

  test('a mailbox that cannot be opened over there says so itself', async () => {
    const effect = { kind: 'exception', type: 'ConnectionFailedTransientException', message: 'no database' };
    lab.faults.add({ seam: 'calendar.open', match: { org: 'fabrikam', user: pat }, effect });
    const [shown] = (await ask([pat])).shown;
    expect(shown).toMatchObject({ class: 'Error', code: 'ErrorMailboxLogonFailed', facts: { ResponseSource: fabrikamEws } });
  });

  test('of those whom the other Autodiscover does not know only they are refused', async () => {
    const { shown } = await ask(['nobody@fabrikam.test', pat]);
    expect(shown.map(({ code }) => code)).toEqual(['ErrorAutoDiscoverFailed', 'NoError']);
    expect(shown[0]).toMatchObject({ view: 'None', facts: { ExceptionType: 'AutoDiscoverFailedException', ExceptionCode: '5039' } });
    expect(shown[0]?.text).toContain(
      `The response from the Autodiscover service at '${fabrikamAutodiscover}' failed due to an error in user setting 'ExternalEwsUrl'. Error message: InvalidUser.`,
    );
    expect(shown[0]?.text).toMatch(/ LID: 33676$/);
  });
});

describe('the other side does not share', () => {
  test.each([
    ['the relationship is off', '-Enabled $false', '-Enabled $true', 'no enabled relationship'],
    ['free/busy is off', '-FreeBusyAccessEnabled $false', '-FreeBusyAccessEnabled $true', 'Contoso: FreeBusyAccessEnabled False'],
    ['the level is None', '-FreeBusyAccessLevel None', '-FreeBusyAccessLevel LimitedDetails', 'Contoso: FreeBusyAccessLevel None'],
  ])('%s', async (_, broken, whole, actual) => {
    await setFabrikams(broken);
    try {
      const { answer, shown } = await ask([pat]);
      expect(shown).toMatchObject([{ class: 'Error', code: 'ErrorNoFreeBusyAccess', view: 'None', merged: undefined, hours: false }]);
      expect(shown[0]?.facts).toMatchObject({
        ExceptionType: 'NoFreeBusyAccessException',
        ExceptionCode: '5037',
        ResponseSource: fabrikamEws,
      });
      expect(shown[0]?.text).toContain('The caller does not have access to free/busy data.');
      const last = (await trace(answer)).hops.at(-1);
      expect(last?.verdict?.checks.at(-1)).toMatchObject({ check: 'sharing.authorization', outcome: 'failed', actual });
    } finally {
      await setFabrikams(whole);
    }
  });

  test('those outside the scope are refused, those within are shown', async () => {
    await setContosos('-FreeBusyAccessScope all-staff@contoso.test');
    try {
      const answer = await askAvailability(lab, pat, [mary, 'info@contoso.test']);
      expect(shownIn(answer).map(({ code }) => code)).toEqual(['NoError', 'ErrorNoFreeBusyAccess']);
      expect((await trace(answer)).hops.at(-1)?.verdict?.checks.slice(-3)).toMatchObject([
        { check: 'sharing.authorization', outcome: 'passed', actual: 'Fabrikam: LimitedDetails' },
        { check: 'sharing.calendar-permission', outcome: 'passed', actual: 'Default: AvailabilityOnly' },
        { check: 'sharing.authorization', outcome: 'failed', actual: 'Fabrikam: not a member of all-staff@contoso.test' },
      ]);
    } finally {
      await setContosos('-FreeBusyAccessScope $null');
    }
  });

  test('a mailbox that lies elsewhere again is refused: the token goes no further', async () => {
    const answer = await askAvailability(lab, pat, ['joe@contoso.test', mary]);
    const shown = shownIn(answer);
    expect(shown.map(({ code }) => code)).toEqual(['ErrorProxyRequestNotAllowed', 'NoError']);
    expect(shown[0]?.text).toContain(
      'The cross-organization request for mailbox joe@contoso.mail.onmicrosoft.test is not allowed because the requester is from a different organization.',
    );
    expect((await trace(answer)).hops.map(({ service, organization }) => [service, organization])).toEqual([['ews', 'contoso']]);
  });
});

describe('the call does not arrive', () => {
  const failing = async (change: string, whole: string): Promise<Shown | undefined> => {
    await setContosos(change);
    try {
      return (await ask([pat])).shown[0];
    } finally {
      await setContosos(whole);
    }
  };

  test('no relationship with the domain any more', async () => {
    const shown = await failing('-Enabled $false', '-Enabled $true');
    expect(shown?.code).toBe('ErrorMailRecipientNotFound');
  });

  test('a relationship that names nobody', async () => {
    const shown = await failing('-TargetApplicationUri $null', '-TargetApplicationUri FYDIBOHF25SPDLT.fabrikam.test');
    expect(shown).toMatchObject({ code: 'ErrorInvalidOrganizationRelationshipForFreeBusy' });
    expect(shown?.text).toContain(
      "The organization relationship Fabrikam can't be used. Please confirm that the organization relationship is configured correctly.",
    );
  });

  test.each([
    ['a host that nobody has', 'https://nowhere.fabrikam.test/EWS/Exchange.asmx/WSSecurity', 'The remote name could not be resolved'],
    ['a path without a service', 'https://mail.fabrikam.test/nothing', 'The request failed with HTTP status 404: Not Found.'],
  ])('%s', async (_, url, inner) => {
    const shown = await failing(`-TargetSharingEpr ${url}`, '-TargetSharingEpr $null');
    expect(shown).toMatchObject({
      code: 'ErrorProxyRequestProcessingFailed',
      facts: { ExceptionType: 'ProxyWebRequestProcessingException', ExceptionCode: '5016' },
    });
    expect(shown?.text).toContain(`Proxy web request failed. , inner exception: `);
    expect(shown?.text).toContain(inner);
  });

  test('an Autodiscover that is not there', async () => {
    const shown = await failing(
      '-TargetAutodiscoverEpr https://mail.fabrikam.test/nothing',
      `-TargetAutodiscoverEpr ${fabrikamAutodiscover}`,
    );
    expect(shown?.code).toBe('ErrorAutoDiscoverFailed');
    expect(shown?.text).toContain(
      `Autodiscover failed for email address ${pat} with error System.Net.WebException: The request failed with HTTP status 404 Not Found.`,
    );
  });

  test('WSSecurity is off over there', async () => {
    const off = (on: string) =>
      runCmdlet(lab, 'fabrikam', `Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -WSSecurityAuthentication ${on}`, pat);
    await off('$false');
    try {
      const shown = await failing(`-TargetSharingEpr ${fabrikamEws}`, '-TargetSharingEpr $null');
      expect(shown?.code).toBe('ErrorProxyRequestProcessingFailed');
      expect(shown?.text).toContain('inner exception: An error occurred when verifying security for the message.');
    } finally {
      await off('$true');
    }
  });
});

describe('an organisation on-premises and its tenant', () => {
  const [joe, joesTarget] = ['joe@contoso.test', 'joe@contoso.mail.onmicrosoft.test'];
  const shares = '-FreeBusyAccessEnabled $true -FreeBusyAccessLevel LimitedDetails';
  beforeAll(async () => {
    for (const side of ['contoso', 'contoso-cloud']) {
      await runCmdlet(lab, side, 'Get-IntraOrganizationConnector | Set-IntraOrganizationConnector -Enabled $false');
      await runCmdlet(lab, side, "Get-OrganizationRelationship | ?{$_.Name -like '*On-premises*'} | Remove-OrganizationRelationship");
    }
    await enterAppointments(lab, 'contoso-cloud', joe, [{ start: '2026-11-23T09:00Z', end: '2026-11-23T10:00Z' }]);
    await runCmdlet(
      lab,
      'contoso',
      `New-OrganizationRelationship "On-premises to O365" -DomainNames contoso.mail.onmicrosoft.test ${shares} -TargetApplicationUri outlook.com ` +
        '-TargetAutodiscoverEpr https://autodiscover-s.outlook.com/autodiscover/autodiscover.svc/WSSecurity',
    );
    await runCmdlet(
      lab,
      'contoso-cloud',
      `New-OrganizationRelationship "O365 to On-premises" -DomainNames contoso.test ${shares} -TargetApplicationUri FYDIBOHF25SPDLT.contoso.test ` +
        '-TargetAutodiscoverEpr https://autodiscover.contoso.test/autodiscover/autodiscover.svc/WSSecurity',
    );
  });

  test('mary sees joe, who is asked for by his target address', async () => {
    const { answer, shown } = await ask([joe]);
    expect(shown).toMatchObject([{ code: 'NoError', view: 'FreeBusyMerged', merged: '000000000200000000000000' }]);
    const { hops } = await trace(answer);
    expect(hops.map(({ service, organization }) => [service, organization])).toEqual([
      ['azure-auth', null],
      ['autodiscover', 'contoso-cloud'],
      ['ews', 'contoso-cloud'],
    ]);
    expect((await ask([joesTarget])).shown).toMatchObject([{ code: 'NoError' }]);
  });

  test("joe, whose token names his address in the tenant's own domain, sees mary", async () => {
    const shown = shownIn(await askAvailability(lab, joe, [mary]));
    expect(shown).toMatchObject([{ code: 'NoError', view: 'FreeBusyMerged', merged: '000000000200300000000000' }]);
  });
});
