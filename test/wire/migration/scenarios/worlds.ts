import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { setEra } from '../../../support/run-cmdlet.ts';
import { type MovingLab, onPremises, openMovingLab } from '../moving-lab.ts';
import { minutes, proxyUrl, type Scenario, seconds } from './scenario.ts';

/** Contoso before the wizard, on servers of Exchange 2010 that a load balancer spreads connections over. */
function twoOldServers(): string {
  const folder = mkdtempSync(join(tmpdir(), 'coexist-scenario-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'world.yaml');
  const lines = ['Get-WebServicesVirtualDirectory | Set-WebServicesVirtualDirectory -MRSProxyEnabled $true'];
  const cmdlets = lines.map((line) => `      - ${JSON.stringify(line)}\n`).join('');
  const contoso = `  contoso:\n    product: exchange-2010\n    servers: [EX-SE-01, EX-SE-02]\n    cmdlets:\n${cmdlets}`;
  writeFileSync(file, `version: 1\nextends: contoso-before-hybrid\norganizations:\n${contoso}  contoso-cloud:\n    era: 2016\n`);
  return file;
}

/** What needs a world of its own, or another era of the cloud. */
export const worlds: readonly (Scenario & { readonly open: () => Promise<MovingLab> })[] = [
  {
    id: 'no-affinity',
    what: 'a load balancer sends a connection to the other server of Exchange 2010',
    open: () => openMovingLab({ world: twoOldServers() }),
    async play(moving) {
      const { lab, run, statistics } = moving;
      // The connection is lost in mid-session, and the next one is taken by the other server.
      const op = 'IMailbox_EnumerateFolderHierarchyPaged2';
      lab.faults.add({ match: { svc: 'mrsproxy', op }, seam: 'mrs.call', effect: { kind: 'reset' }, times: 1 });
      await run('New-AcceptedDomain -Name routing -DomainName contoso.mail.onmicrosoft.test', onPremises);
      await run(
        "Set-Mailbox adam -EmailAddressPolicyEnabled $false -EmailAddresses @{Add='smtp:adam@contoso.mail.onmicrosoft.test'}",
        onPremises,
      );
      await run('Start-ADSyncSyncCycle', onPremises);
      await moving.move('adam', '-SuspendWhenReadyToComplete');
      await lab.moved();
      const told = await statistics('adam');
      expect(told).toMatchObject({
        Status: 'InProgress',
        StatusDetail: 'NetworkFailure',
        FailureType: 'CommunicationErrorTransientException',
      });
      const [server] = /EX-SE-0[12]\.contoso\.test \(14\.2\.247\.5 caps:05FFFF\)/.exec(told.failures[0]?.Message ?? '') ?? [];
      expect(told.failures[0]?.Message).toBe(
        `The call to '${proxyUrl} ${server}' failed. Error details: The remote endpoint no longer recognizes this sequence. This is most likely due to an abort on the remote endpoint. The value of wsrm:Identifier is not a known Sequence identifier. The reliable session was faulted.`,
      );
      expect(told.lines.join('\n')).toContain(
        'Transient error CommunicationErrorTransientException has occurred. The system will retry (1/60).',
      );
      // The first server has the mailbox until it has heard nothing of its session for ten minutes; with affinity the move then goes on.
      await lab.clock.advance(30 * seconds);
      await lab.moved();
      expect(await statistics('adam')).toMatchObject({ Status: 'InProgress', StatusDetail: 'StalledDueToSource_MailboxLock' });
      await lab.clock.advance(11 * minutes);
      await lab.moved();
      expect(await statistics('adam')).toMatchObject({ Status: 'AutoSuspended', FailureType: null });
    },
  },
  {
    id: 'consistency-score',
    what: 'a score of Investigate waits for approval',
    open: () => openMovingLab(),
    async play(moving) {
      const { lab, run, statistics } = moving;
      for (const name of ['one', 'two', 'three', 'four', 'five', 'six']) {
        await run(`New-Mailbox -Name ${name} -UserPrincipalName ${name}@contoso.test -Password 'Pa55word!'`, onPremises);
        await run(`Add-MailboxPermission rob -User ${name} -AccessRights FullAccess`, onPremises);
      }
      await setEra(lab, 'contoso-cloud', '2025-11');
      await expect(moving.move('rob', '-BadItemLimit 10')).rejects.toThrow(/matches parameter name 'BadItemLimit'/);
      await moving.move('rob');
      await lab.moved();
      const told = await statistics('rob');
      expect(told).toMatchObject({ Status: 'Failed', StatusDetail: 'FailedBadItemLimit', DataConsistencyScore: 'Investigate' });
      expect(told.Message).toContain('The data consistency score (Investigate) for this request is too low');
      expect(told.lines.join('\n')).toContain('Error DataConsistencyScoreTooLowPermanentException ends the request.');
      // Going on without approval comes to the same.
      await run('Resume-MoveRequest rob');
      await lab.moved();
      expect(await statistics('rob')).toMatchObject({ Status: 'Failed', DataConsistencyScore: 'Investigate' });
      await run(`Set-MoveRequest rob -SkippedItemApprovalTime ${new Date(lab.clock.state().now).toISOString()}`);
      await run('Resume-MoveRequest rob');
      await lab.moved();
      expect(await statistics('rob')).toMatchObject({ Status: 'Completed', DataConsistencyScore: 'Investigate' });
    },
  },
];
