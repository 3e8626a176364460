import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { setTransit } from '../../../shared/domain/mailbox/transit.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { deliveryDomain, type MovingLab, onPremises, openMovingLab, type Statistics } from './moving-lab.ts';

// What goes wrong in moves, as it is caused in life: what the request shows of it, in which words, and how it is mended.

const seconds = 1_000;
const minutes = 60 * seconds;
const hours = 60 * minutes;
let moving: MovingLab;
beforeAll(async () => {
  moving = await openMovingLab();
});
afterEach(async () => {
  moving.lab.faults.clear();
  for (const name of ['adam', 'rob']) await moving.run(`Remove-MoveRequest ${name} -Confirm:$false`).catch(() => undefined);
  await moving.lab.moved();
});
afterAll(() => moving.close());

const directory = (setting: string): Promise<unknown> =>
  moving.run(`Get-WebServicesVirtualDirectory | Set-WebServicesVirtualDirectory ${setting}`, onPremises);
const status = (code: number): unknown =>
  moving.lab.faults.add({ match: { svc: 'mrsproxy' }, seam: 'http.request', effect: { kind: 'status', status: code } });

interface Scenario {
  readonly what: string;
  readonly cause: () => unknown;
  readonly shows: Partial<Statistics>;
  readonly says: string;
  readonly mend: () => unknown;
  readonly againAfterMs: number;
  readonly more?: string;
}

const retried = { Status: 'InProgress', StatusDetail: 'NetworkFailure', FailureType: 'CommunicationErrorTransientException' };
const url = 'https://mail.contoso.test/EWS/mrsproxy.svc';

const scenarios: readonly Scenario[] = [
  {
    what: 'MRSProxy is disabled',
    cause: () => directory('-MRSProxyEnabled $false'),
    shows: retried,
    says: `The call to '${url}' failed. Error details: The HTTP request was forbidden with client authentication scheme 'Negotiate'. --> The remote server returned an error: (403) Forbidden..`,
    mend: () => directory('-MRSProxyEnabled $true'),
    againAfterMs: 30 * seconds,
  },
  {
    what: 'a gateway gives up',
    cause: () => status(504),
    shows: { ...retried, FailureType: 'TimeoutErrorTransientException' },
    says: `The call to '${url}' timed out. Error details: The request channel timed out while waiting for a reply after 00:00:50.`,
    mend: () => moving.lab.faults.clear(),
    againAfterMs: 30 * seconds,
  },
  {
    what: 'the service is down',
    cause: () => status(503),
    shows: retried,
    says: 'The remote server returned an error: (503) Server Unavailable.',
    mend: () => moving.lab.faults.clear(),
    againAfterMs: 30 * seconds,
  },
  {
    what: 'the virtual directory is wrong',
    cause: () => status(404),
    shows: { ...retried, FailureType: 'EndpointNotFoundTransientException' },
    says: 'The remote server returned an error: (404) Not Found.',
    mend: () => moving.lab.faults.clear(),
    againAfterMs: 30 * seconds,
  },
  {
    what: 'the handler mapping is lost',
    cause: () => status(405),
    shows: retried,
    says: '(405) Method Not Allowed',
    mend: () => moving.lab.faults.clear(),
    againAfterMs: 30 * seconds,
  },
  {
    what: 'a firewall resets connections',
    cause: () => moving.lab.faults.add({ match: { svc: 'migration' }, seam: 'dial', effect: { kind: 'reset' } }),
    shows: retried,
    says: `The call to '${url}' failed.`,
    mend: () => moving.lab.faults.clear(),
    againAfterMs: 30 * seconds,
  },
  {
    what: 'the proxy has no connection left',
    cause: () => directory('-MRSProxyMaxConnections 0'),
    shows: { Status: 'InProgress', StatusDetail: 'ProxyBackoff', FailureType: null },
    says: "The Mailbox Replication Proxy Service can't process this request because it has reached the maximum number of active MRS connections allowed. Current connections: 0, Connections limit: 0.",
    mend: () => directory('-MRSProxyMaxConnections 100'),
    againAfterMs: 5 * minutes,
  },
  {
    what: 'a dropped session holds the source mailbox',
    cause: async () => {
      const [adam] = await moving.run('Get-Mailbox adam', onPremises);
      const at = moving.lab.clock.state().now;
      await moving.lab.store.transaction((tx) => setTransit(tx, String(adam?.['ExchangeGuid']) as Guid, 'Locked', 'another session', at));
    },
    shows: { Status: 'InProgress', StatusDetail: 'StalledDueToSource_MailboxLock', FailureType: null },
    says: "Couldn't switch the mailbox into Sync Source mode.",
    mend: () => undefined,
    againAfterMs: 2 * hours + 5 * minutes,
  },
];

describe.each(scenarios)('$what', ({ cause, shows, says, mend, againAfterMs, more = '' }) => {
  test('is shown, told, and over when it is mended', { timeout: 60_000 }, async () => {
    const { lab, statistics } = moving;
    await cause();
    await moving.move('adam', `-SuspendWhenReadyToComplete ${more}`);
    await lab.moved();
    const told = await statistics('adam');
    expect(told).toMatchObject(shows);
    expect(told.failures.map(({ Message }) => Message).join('\n')).toContain(says);
    await mend();
    await lab.clock.advance(againAfterMs);
    await lab.moved();
    expect(await statistics('adam')).toMatchObject({ Status: 'AutoSuspended', FailureType: null });
  });
});

describe('what no retry helps', () => {
  beforeAll(async () => {
    const without = `@{Remove='smtp:mary@${deliveryDomain}'}`;
    await moving.run(`Set-Mailbox mary -EmailAddressPolicyEnabled $false -EmailAddresses ${without}`, onPremises);
    await moving.run('Start-ADSyncSyncCycle', onPremises);
  });

  test('an account without the right to move', { timeout: 60_000 }, async () => {
    const { lab, run, statistics } = moving;
    const account = `@{UserName='CONTOSO\\rob'; Password='${lab.password}'}`;
    await run(
      `New-MoveRequest adam@contoso.test -Remote -RemoteHostName mail.contoso.test -RemoteCredential ${account} -TargetDeliveryDomain contoso.mail.onmicrosoft.test`,
    );
    await lab.moved();
    const told = await statistics('adam');
    expect(told.failures.at(-1)?.Message).toBe(`The call to '${url}' failed. Error details: Access is denied..`);
  });

  test('a wrong password', { timeout: 60_000 }, async () => {
    const { lab, run, statistics } = moving;
    const account = "@{UserName='CONTOSO\\administrator'; Password='wrong'}";
    await run(
      `New-MoveRequest adam@contoso.test -Remote -RemoteHostName mail.contoso.test -RemoteCredential ${account} -TargetDeliveryDomain contoso.mail.onmicrosoft.test`,
    );
    await lab.moved();
    expect((await statistics('adam')).failures.at(-1)?.Message).toContain(
      "The HTTP request is unauthorized with client authentication scheme 'Negotiate'. The authentication header received from the server was",
    );
  });

  test('another mailbox GUID on the two sides', { timeout: 60_000 }, async () => {
    const { lab, run, statistics } = moving;
    const [rob] = await run('Get-MailUser rob');
    const other = '11111111-2222-4333-8444-555555555555';
    await run(`Set-MailUser rob -ExchangeGuid ${other}`);
    await moving.move('rob');
    await lab.moved();
    expect(await statistics('rob')).toMatchObject({ Status: 'Failed', FailureType: 'RecipientNotFoundPermanentException' });
    expect((await statistics('rob')).failures.at(-1)?.Message).toContain(`Cannot find a recipient that has mailbox GUID '${other}'.`);
    await run(`Set-MailUser rob -ExchangeGuid ${String(rob?.['ExchangeGuid'])}`);
  });

  test('a permission whose holder the cloud does not know', { timeout: 60_000 }, async () => {
    const { lab, run, statistics } = moving;
    await run("New-Mailbox -Name Unsynced -UserPrincipalName unsynced@contoso.test -Password 'Pa55word!'", onPremises);
    await run('Add-MailboxPermission rob -User unsynced -AccessRights FullAccess', onPremises);
    await moving.move('rob', '-SuspendWhenReadyToComplete');
    await lab.moved();
    const told = await statistics('rob');
    expect(told).toMatchObject({
      Status: 'Failed',
      StatusDetail: 'FailedBadItemLimit',
      FailureType: 'TooManyBadItemsPermanentException',
      BadItemsEncountered: 1,
    });
    expect(told.failures.map(({ FailureType }) => FailureType)).toContain('TargetPrincipalMappingException');
    expect(told.lines.join('\n')).toContain(
      'A corrupted item was encountered: Unable to translate principals to the target mailbox: Failed to find a principal in the target forest that corresponds to the following source forest principal values: Alias: unsynced; DisplayName: Unsynced;',
    );
    // Mending the permission is not looked at any more; a higher limit is.
    await run('Set-MoveRequest rob -BadItemLimit 5');
    await run('Resume-MoveRequest rob -SuspendWhenReadyToComplete');
    await lab.moved();
    expect(await statistics('rob')).toMatchObject({ Status: 'AutoSuspended' });
  });

  test.each([
    [
      'a person whose mail cannot be routed to the cloud',
      'mary',
      "The target mailbox doesn't have an smtp proxy matching 'contoso.mail.onmicrosoft.test'.",
    ],
    ['a person who has a mailbox there', 'joe', 'already has a primary mailbox.'],
  ])('%s is refused at once', async (_what, alias, text) => {
    await expect(moving.move(alias)).rejects.toThrow(text);
  });

  test('a person whom another request moves', async () => {
    await moving.move('adam', '-Suspend');
    await expect(moving.move('adam')).rejects.toThrow("Mailbox 'Adam' is already being moved to");
  });
});
