import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../../../shared/kernel/random.ts';
import { cloud, holdings, type MovingLab, mailboxesInUse, onPremises, openMovingLab, remove, write } from './moving-lab.ts';

const mary = 'mary@contoso.test';
let moving: MovingLab;
beforeAll(async () => {
  moving = await openMovingLab();
});
afterAll(() => moving.close());

const subjects = (found: readonly string[]): readonly string[] => found.flatMap((line) => /"(cut \d+)"/.exec(line)?.[1] ?? []);

test('whatever connection is cut at whatever call, nothing is lost or doubled and one mailbox is in use', {
  timeout: 180_000,
}, async () => {
  const { lab } = moving;
  const chance = seededRandom('cuts');
  const before = await holdings(lab, mary, onPremises);
  // Before a call leaves, and after the proxy has done what was asked and before its answer is there.
  const rule = (seam: string, kind: string, svc: string) => ({ seam, match: { svc }, effect: { kind }, probability: 0.02, seed: seam });
  lab.faults.add(rule('dial', 'reset', 'migration'));
  lab.faults.add(rule('http.request', 'reset', 'mrsproxy'));
  lab.faults.add({
    seam: 'http.response',
    match: { svc: 'mrsproxy' },
    effect: { kind: 'status', status: 503 },
    probability: 0.02,
    seed: 'late',
  });
  await moving.move('mary', '-SuspendWhenReadyToComplete');
  const mine: { subject: string; id: string }[] = [];
  const gone = new Set<string>();
  let [visits, isResumed] = [0, false];
  for (; ; visits += 1) {
    if (visits > 400) throw new Error(`the move does not end: ${JSON.stringify(await moving.statistics('mary'))}`);
    await lab.moved();
    const { Status } = await moving.statistics('mary');
    if (Status === 'Completed') break;
    expect(['InProgress', 'Queued', 'AutoSuspended', 'CompletionInProgress', 'Synced']).toContain(Status);
    // The one that she works in, or, while it is locked, none.
    expect(await mailboxesInUse(lab, mary)).toBeLessThan(2);
    if (!isResumed && mine.length < 40) {
      const subject = `cut ${visits}`;
      const { id } = await write(lab, mary, onPremises, subject);
      if (id !== undefined) mine.push({ subject, id });
      const victim = chance.next() < 0.3 ? mine[Math.floor(chance.next() * mine.length)] : undefined;
      if (victim !== undefined && (await remove(lab, mary, onPremises, victim.id)) === 'NoError') gone.add(victim.subject);
    }
    if (Status === 'AutoSuspended') {
      isResumed = true;
      await moving.run('Resume-MoveRequest mary');
    } else await lab.clock.advance(30_000);
  }
  const acted = lab.faults.list().reduce((sum, one) => sum + Number(one['acted']), 0);
  lab.faults.clear();
  expect(acted).toBeGreaterThan(3);
  const after = await holdings(lab, mary, cloud);
  expect(after.filter((line) => subjects([line]).length === 0)).toEqual(before);
  expect(subjects(after).toSorted()).toEqual(mine.flatMap(({ subject }) => (gone.has(subject) ? [] : [subject])).toSorted());
  expect(await mailboxesInUse(lab, mary)).toBe(1);
});
