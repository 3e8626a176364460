import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { seededRandom } from '../../../shared/kernel/random.ts';
import { cloud, holdings, type MovingLab, mailboxesInUse, onPremises, openMovingLab } from './moving-lab.ts';

const adam = 'adam@contoso.test';
let moving: MovingLab;
beforeAll(async () => {
  moving = await openMovingLab();
});
afterAll(() => moving.close());

/** What a pull asks of the other side, each with how often it surely does so before it is over. */
const operations: Readonly<Record<string, number>> = {
  CreateSequence: 4,
  ExchangeVersionInformation: 4,
  IMailbox_Config7: 4,
  IMailbox_Connect2: 4,
  IMailbox_GetMailboxInformation: 4,
  IMailbox_GetMailboxServerInformation: 4,
  IMailbox_SetInTransitStatus: 4,
  ISourceMailbox_GetMailboxSyncState: 2,
  IMailbox_EnumerateFolderHierarchyPaged2: 4,
  ISourceMailbox_GetFolder: 4,
  IFolder_EnumerateMessagesPaged2: 4,
  ISourceMailbox_ExportMessages: 1,
  IMailbox_GetMailboxSecurityDescriptor: 1,
  ISourceMailbox_SetMailboxSyncState: 2,
  ISourceMailbox_EnumerateHierarchyChanges2: 2,
  IFolder_GetRules: 1,
  IMailbox_GetADUser: 1,
  IMailbox_UpdateMovedMailbox4: 1,
  IMailbox_DeleteMailbox: 1,
};

test('the line is cut at every operation of a move, before it is carried out and before its answer is there', {
  timeout: 180_000,
}, async () => {
  const { lab } = moving;
  const random = seededRandom(inject('seed'));
  const before = await holdings(lab, adam, onPremises);
  for (const [op, often] of Object.entries(operations)) {
    const rule = (seam: string, effect: object) => ({
      seam,
      match: { svc: 'mrsproxy', op },
      effect,
      times: 1,
      after: random.integer(often),
    });
    lab.faults.add(rule('mrs.call', { kind: 'reset' }));
    lab.faults.add(rule('soap.response', { kind: 'status', status: 503 }));
  }
  await moving.move('adam');
  for (let visits = 0; ; visits += 1) {
    if (visits > 100) throw new Error(`the move does not end: ${JSON.stringify(await moving.statistics('adam'))}`);
    await lab.moved();
    const { Status } = await moving.statistics('adam');
    if (Status === 'Completed') break;
    expect(['InProgress', 'CompletionInProgress']).toContain(Status);
    expect(await mailboxesInUse(lab, adam)).toBeLessThan(2);
    await lab.clock.advance(30_000);
  }
  expect(lab.faults.list().filter(({ acted }) => acted !== 1)).toEqual([]);
  lab.faults.clear();
  expect(await holdings(lab, adam, cloud)).toEqual(before);
  expect(await mailboxesInUse(lab, adam)).toBe(1);
});
