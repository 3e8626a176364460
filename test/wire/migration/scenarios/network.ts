import { expect } from 'vitest';
import { type MovingLab, onPremises } from '../moving-lab.ts';
import { minutes, passing, proxyUrl, type Scenario, seconds } from './scenario.ts';

const directory =
  (setting: string) =>
  ({ run }: MovingLab): unknown =>
    run(`Get-WebServicesVirtualDirectory | Set-WebServicesVirtualDirectory ${setting}`, onPremises);
const fault =
  (...rules: readonly object[]) =>
  ({ lab }: MovingLab): void => {
    for (const rule of rules) lab.faults.add(rule);
  };
const clear = ({ lab }: MovingLab): void => lab.faults.clear();
const answering = (status: number) => fault({ match: { svc: 'mrsproxy' }, seam: 'http.request', effect: { kind: 'status', status } });

const retried = { Status: 'InProgress', StatusDetail: 'NetworkFailure', FailureType: 'CommunicationErrorTransientException' };
const retry = (type = 'CommunicationErrorTransientException'): string =>
  `Transient error ${type} has occurred. The system will retry (1/60).`;
const forbidden = `The call to '${proxyUrl}' failed. Error details: The HTTP request was forbidden with client authentication scheme 'Negotiate'. --> The remote server returned an error: (403) Forbidden..`;
const again = 30 * seconds;

const account = (lab: MovingLab['lab'], name: string, password = lab.password): string =>
  `New-MoveRequest adam@contoso.test -Remote -RemoteHostName mail.contoso.test -TargetDeliveryDomain contoso.mail.onmicrosoft.test ` +
  `-SuspendWhenReadyToComplete -RemoteCredential @{UserName='CONTOSO\\${name}'; Password='${password}'}`;

/** The wire between the two organisations, and who may use it. */
export const network: readonly Scenario[] = [
  passing({
    id: 'mrsproxy-disabled',
    what: 'MRSProxy is disabled',
    cause: directory('-MRSProxyEnabled $false'),
    shows: retried,
    says: forbidden,
    line: retry(),
    mend: directory('-MRSProxyEnabled $true'),
    againAfterMs: again,
  }),
  {
    id: 'mrsproxy-disabled',
    what: 'MRSProxy is disabled, and an endpoint is to be made',
    async play({ run, credential }) {
      await run('Get-WebServicesVirtualDirectory | Set-WebServicesVirtualDirectory -MRSProxyEnabled $false', onPremises);
      const made = `New-MigrationEndpoint -Name late -ExchangeRemoteMove -RemoteServer mail.contoso.test -Credentials ${credential}`;
      await expect(run(made)).rejects.toThrow(/\(403\) Forbidden/);
      const test = `Test-MigrationServerAvailability -ExchangeRemoteMove -RemoteServer mail.contoso.test -Credentials ${credential}`;
      expect((await run(test))[0]).toMatchObject({ Result: 'Failed', ErrorDetail: expect.stringContaining(forbidden) });
      await run('Get-WebServicesVirtualDirectory | Set-WebServicesVirtualDirectory -MRSProxyEnabled $true', onPremises);
      expect((await run(test))[0]).toMatchObject({ Result: 'Success' });
      await run(made);
    },
  },
  {
    id: 'bad-credentials',
    what: 'a wrong password',
    async play({ lab, run, statistics, credential }) {
      await run(account(lab, 'administrator', 'wrong'));
      await lab.moved();
      const told = await statistics('adam');
      expect(told).toMatchObject(retried);
      expect(told.failures.at(-1)?.Message).toMatch(
        /The HTTP request is unauthorized with client authentication scheme 'Negotiate'\. The authentication header received from the server was '[^']*NTLM[^']*'\. --> The remote server returned an error: \(401\) Unauthorized\.\.$/,
      );
      await run(`Set-MoveRequest adam -RemoteCredential ${credential}`);
      await lab.clock.advance(again);
      await lab.moved();
      expect(await statistics('adam')).toMatchObject({ Status: 'AutoSuspended', FailureType: null });
    },
  },
  passing({
    id: 'endpoint-slow',
    what: 'a gateway gives up',
    cause: answering(504),
    shows: { ...retried, FailureType: 'TimeoutErrorTransientException' },
    says: `The call to '${proxyUrl}' timed out. Error details: The request channel timed out while waiting for a reply after 00:00:50.`,
    line: retry('TimeoutErrorTransientException'),
    mend: clear,
    againAfterMs: again,
  }),
  passing({
    id: 'endpoint-slow',
    what: 'nobody listens',
    cause: fault({ match: { svc: 'migration' }, seam: 'dial', effect: { kind: 'refuse' } }),
    shows: { ...retried, FailureType: 'EndpointNotFoundTransientException' },
    says: `There was no endpoint listening at ${proxyUrl} that could accept the message.`,
    line: retry('EndpointNotFoundTransientException'),
    mend: clear,
    againAfterMs: again,
  }),
  passing({
    id: 'connection-limit',
    what: 'the proxy has no connection left',
    cause: directory('-MRSProxyMaxConnections 0'),
    shows: { Status: 'InProgress', StatusDetail: 'ProxyBackoff', FailureType: null },
    says: "The Mailbox Replication Proxy Service can't process this request because it has reached the maximum number of active MRS connections allowed. Current connections: 0, Connections limit: 0.",
    line: 'The request waits because the MRS proxy takes no more connections.',
    mend: directory('-MRSProxyMaxConnections 100'),
    againAfterMs: 5 * minutes,
  }),
  passing({
    id: 'flood-mitigation',
    what: 'a firewall resets connections',
    cause: fault({ match: { svc: 'migration' }, seam: 'dial', effect: { kind: 'reset' } }),
    shows: retried,
    says: `The call to '${proxyUrl}' failed.`,
    line: retry(),
    mend: clear,
    againAfterMs: again,
  }),
  {
    id: 'access-denied',
    what: 'an account without the right to move',
    async play({ lab, run, statistics }) {
      await run(account(lab, 'rob'));
      await lab.moved();
      const told = await statistics('adam');
      expect(told).toMatchObject(retried);
      expect(told.failures.at(-1)?.Message).toBe(`The call to '${proxyUrl}' failed. Error details: Access is denied..`);
      await run('Add-RoleGroupMember "Recipient Management" -Member rob', onPremises);
      await lab.clock.advance(again);
      await lab.moved();
      expect(await statistics('adam')).toMatchObject({ Status: 'AutoSuspended', FailureType: null });
      await run('Remove-RoleGroupMember "Recipient Management" -Member rob', onPremises);
    },
  },
  ...(
    [
      ['the service is down', 503, 'The remote server returned an error: (503) Server Unavailable.', 'CommunicationError'],
      ['the virtual directory is wrong', 404, 'The remote server returned an error: (404) Not Found.', 'EndpointNotFound'],
      ['the handler mapping is lost', 405, '(405) Method Not Allowed', 'CommunicationError'],
    ] as const
  ).map(([what, status, says, type]) =>
    passing({
      ...{ id: 'endpoint-broken', what, cause: answering(status), says, mend: clear, againAfterMs: again },
      shows: { ...retried, FailureType: `${type}TransientException` },
      line: retry(`${type}TransientException`),
    }),
  ),
  {
    id: 'source-locked',
    what: 'a move that broke off still has the source mailbox',
    async play(moving) {
      const { lab, run, statistics } = moving;
      // The line is cut as soon as the source is held; the request that holds it goes before it can let go.
      lab.faults.add({
        match: { svc: 'mrsproxy', op: 'IMailbox_EnumerateFolderHierarchyPaged2' },
        seam: 'mrs.call',
        effect: { kind: 'reset' },
      });
      await moving.move('adam');
      await lab.moved();
      expect(await statistics('adam')).toMatchObject(retried);
      lab.faults.add({ match: { svc: 'migration' }, seam: 'dial', effect: { kind: 'refuse' } });
      await run('Remove-MoveRequest adam -Confirm:$false');
      await lab.moved();
      lab.faults.clear();
      await moving.move('adam', '-SuspendWhenReadyToComplete');
      await lab.moved();
      const told = await statistics('adam');
      expect(told).toMatchObject({ Status: 'InProgress', StatusDetail: 'StalledDueToSource_MailboxLock', FailureType: null });
      expect(told.failures.map(({ Message }) => Message).join('\n')).toContain("Couldn't switch the mailbox into Sync Source mode.");
      expect(told.lines.join('\n')).toContain('The request waits because the mailbox is locked.');
      // The proxy lets it go when it has heard nothing of that session for ten minutes.
      await lab.clock.advance(11 * minutes);
      await lab.moved();
      expect(await statistics('adam')).toMatchObject({ Status: 'AutoSuspended', FailureType: null });
    },
  },
  {
    id: 'retry-budget',
    what: 'what passes does not pass',
    async play(moving) {
      const { lab, statistics } = moving;
      await directory('-MRSProxyEnabled $false')(moving);
      await moving.move('adam', '-SuspendWhenReadyToComplete');
      await lab.moved();
      await lab.clock.advance(61 * again);
      await lab.moved();
      const told = await statistics('adam');
      const type = 'TooManyTransientFailureRetriesPermanentException';
      expect(told).toMatchObject({ Status: 'Failed', StatusDetail: 'FailedNetwork', FailureType: type });
      const quitting = 'The job encountered too many transient failures (61) and is quitting.';
      expect(told.failures.at(-1)?.Message).toBe(
        `${quitting} The most common failure is CommunicationErrorTransientException with the hit count 60. --> ${forbidden}`,
      );
      expect(told.Message).toContain(quitting);
      expect(told.lines.join('\n')).toContain(
        'Transient error CommunicationErrorTransientException has occurred. The system will retry (60/60).',
      );
      await directory('-MRSProxyEnabled $true')(moving);
      await moving.run('Resume-MoveRequest adam -SuspendWhenReadyToComplete');
      await lab.moved();
      expect(await statistics('adam')).toMatchObject({ Status: 'AutoSuspended', FailureType: null });
    },
  },
];
