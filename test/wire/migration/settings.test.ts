import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MovingLab, onPremises, openMovingLab } from './moving-lab.ts';

let moving: MovingLab;
beforeAll(async () => {
  moving = await openMovingLab();
});
afterAll(() => moving.close());

test('a mailbox is forwarded and held where it has moved to; its quotas and other forwarding stay behind', {
  timeout: 60_000,
}, async () => {
  const { run, lab } = moving;
  const hold = "-LitigationHoldEnabled $true -LitigationHoldOwner 'legal' -LitigationHoldDuration 30";
  await run(`Set-Mailbox adam -ForwardingAddress rob -DeliverToMailboxAndForward $true ${hold}`, onPremises);
  await run('Set-Mailbox adam -ForwardingSmtpAddress ann@outside.test -UseDatabaseQuotaDefaults $false -ProhibitSendQuota 1GB', onPremises);
  const [held] = await run('Get-Mailbox adam', onPremises);
  await run('Start-ADSyncSyncCycle', onPremises);
  const [usual] = await run('Get-Mailbox joe');
  await moving.move('adam');
  await lab.moved();
  const moved = async () => (await run('Get-Mailbox adam'))[0];
  const expected = {
    ForwardingAddress: expect.stringMatching(/rob/i),
    ForwardingSmtpAddress: usual?.['ForwardingSmtpAddress'],
    DeliverToMailboxAndForward: false,
    LitigationHoldEnabled: true,
    LitigationHoldDate: held?.['LitigationHoldDate'],
    LitigationHoldOwner: 'legal',
    LitigationHoldDuration: 'Unlimited',
    ProhibitSendQuota: usual?.['ProhibitSendQuota'],
  };
  expect(await moved()).toMatchObject(expected);
  // It is the tenant's now, whatever is not said on-premises any more.
  await run('Start-ADSyncSyncCycle', onPremises);
  expect(await moved()).toMatchObject(expected);
});
