import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DistributedSet, distributedSetUp } from './distributed-set.ts';
import { docker, healthy } from './engine.ts';
import { followDrafts } from './events.ts';
import { arrived, letter, writeLetters } from './letters.ts';
import { moveToAndFro, worldOfMoves } from './moves.ts';

let set: DistributedSet;

beforeAll(async () => {
  set = await distributedSetUp(worldOfMoves);
}, 900_000);
afterAll(async () => {
  await set?.down();
}, 120_000);

/** The last words of containers that have been started again, those that were killed more than once. */
async function whoDied(before: Readonly<Record<string, number>>, killed: readonly string[]): Promise<readonly string[]> {
  const after = await set.restarts();
  const died = Object.entries(before).filter(([service, count]) => after[service] !== count + (killed.includes(service) ? 1 : 0));
  return Promise.all(died.map(async ([service]) => `${service}: ${await docker('logs', '--tail', '40', set.container(service))}`));
}

test('each container answers for its part, and mail goes between organisations in containers of their own', async () => {
  const [mary, joe] = ['mary@contoso.test', 'joe@contoso.test'];
  expect((await set.ews(mary, letter('across', 'pat@fabrikam.test'), { organization: 'contoso' })).body).toContain('NoError');
  expect((await set.ews(joe, letter('home', 'rob@contoso.test'))).body).toContain('NoError');
  const [pats, robs] = await Promise.all([arrived(set, 'pat@fabrikam.test', ['across']), arrived(set, 'rob@contoso.test', ['home'])]);
  expect([pats.get('across'), robs.get('home')]).toEqual([1, 1]);
});

test('whoever of them is killed in the midst of moves, mail and streams: all goes on, nothing is lost and nothing comes twice', async () => {
  const began = performance.now();
  const story: string[] = [];
  const tell = (line: string): void => {
    story.push(`${((performance.now() - began) / 1_000).toFixed(1)} s: ${line}`);
  };
  const moves = await moveToAndFro(set);
  const others = [
    writeLetters(set, () => story.at(-1) ?? 'before anybody was killed'),
    await followDrafts(set, 'rob@contoso.test'),
    await followDrafts(set, 'zoe@contoso.test'),
  ];
  try {
    const before = await set.restarts();
    for (const service of set.services) {
      const beside = await Promise.all(others.map((one) => one.ready()));
      // Last, for the moment of a move is the shortest.
      const moving = await moves.ready();
      tell(`${service} is killed; ${[moving, ...beside].join('; ')}`);
      await set.killHard(service);
      await healthy(set.container(service));
      tell(`${service} is back`);
    }
    const outcomes = await Promise.all([moves, ...others].map((one) => one.end()));
    for (const { figures } of outcomes) tell(figures);
    const defects = await set.rows(`select * from exchange where outcome = 'defect' order by at limit 20`);
    expect([...outcomes.flatMap(({ wrong }) => wrong), ...defects]).toEqual([]);
    // Nobody else died of it.
    expect(await whoDied(before, set.services)).toEqual([]);
  } finally {
    process.stdout.write(`${story.join('\n')}\n`);
  }
}, 600_000);

test('a database that starts again is waited for', async () => {
  const { postgres: _, ...before } = await set.restarts();
  await set.compose('restart', '--timeout', '5', 'postgres');
  await healthy(set.container('postgres'));
  const deadline = performance.now() + 60_000;
  for (;;) {
    const answer = await set.ews('rob@contoso.test', letter('afterwards', 'joe@contoso.test')).then(({ body }) => body, String);
    if (answer.includes('NoError')) break;
    if (performance.now() > deadline) throw new Error(`it does not recover: ${answer.slice(0, 500)}`);
    await pause(500);
  }
  expect(await whoDied(before, [])).toEqual([]);
}, 300_000);
