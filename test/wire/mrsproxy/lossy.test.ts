import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openRemoteDestination } from '../../../shared/bridges/migration/remote-destination.ts';
import { openRemoteSource } from '../../../shared/bridges/migration/remote-source.ts';
import { type Random, seededRandom } from '../../../shared/kernel/random.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { DialRefusal } from '../../../shared/net/dial-refusals.ts';
import type { Dialer, HttpsCall } from '../../../shared/net/dialer.ts';
import { openProxyLab, type ProxyLab } from './lab.ts';
import { holdings, mailboxGuid, memoryDestination, memorySource } from './memory-mailbox.ts';

let lab: ProxyLab;
beforeAll(async () => {
  lab = await openProxyLab();
  await lab.set('-MRSProxyEnabled $true');
});
afterAll(() => lab.close());

/** A network that loses requests, loses answers and delivers requests twice, some later than their successors. */
function lossy(dialer: Dialer, random: Random, counted: { lost: number; doubled: number }): Pick<Dialer, 'hold'> {
  const refuse = (): never => {
    counted.lost += 1;
    throw new Refusal<DialRefusal>('ConnectionReset', { detail: 'lost on the way' });
  };
  return {
    hold() {
      const held = dialer.hold();
      let late: HttpsCall | undefined;
      return {
        async https(call) {
          const luck = random.integer(10);
          if (luck === 0) refuse();
          const again = late;
          late = undefined;
          if (again !== undefined) await held.https(again);
          const answer = await held.https(call);
          if (luck === 1) refuse();
          if (luck === 2) late = call;
          if (luck === 3) {
            counted.doubled += 1;
            return held.https(call);
          }
          return answer;
        },
        close: () => held.close(),
      };
    },
  };
}

test('however messages are lost, doubled and late, each request is carried out once', async () => {
  const counted = { lost: 0, doubled: 0 };
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const held = holdings(120, (index) => index * 40);
      lab.mailboxes = { source: memorySource(held), destination: memoryDestination() };
      const { source, destination } = lab.mailboxes;
      const dialer = lossy(lab.dialer, seededRandom(seed), counted);
      const end = { ...lab.endpoint({ dialer }), mailboxGuid, kind: 'primary', portionBytes: 16_384 } as const;
      const from = await openRemoteSource(end);
      const to = await openRemoteDestination(end);
      await to.create();
      for await (const page of from.folders()) await to.putFolders(page);
      const moved: string[] = [];
      for await (const page of from.messages('inbox-id')) {
        for await (const portion of from.export(page)) {
          const whole = portion.filter((one) => 'octets' in one);
          moved.push(...whole.map(({ entryId }) => entryId));
          expect(await to.putMessages(whole)).toEqual([]);
        }
      }
      await to.deleteMessages(['m3', 'm4']);
      await from.close();
      await to.close();
      expect(moved).toEqual([...held.octets.keys()]);
      const put = destination.asked.filter(([what]) => what === 'putMessages').flatMap(([, ...ids]) => ids);
      expect(put).toEqual(moved);
      expect(destination.asked.filter(([what]) => what === 'putFolders')).toHaveLength(3);
      expect(destination.asked.filter(([what]) => what === 'create' || what === 'deleteMessages')).toHaveLength(2);
      expect(source.asked.filter(([what]) => what === 'export')).toHaveLength(1);
      expect(source.asked.filter(([what]) => what === 'folders')).toHaveLength(1);
      for (const [id, octets] of destination.written) expect(Buffer.compare(octets, held.octets.get(id) ?? Buffer.alloc(0))).toBe(0);
      expect(destination.written.size).toBe(118);
    }),
    { seed: inject('seed'), numRuns: 6, endOnFailure: true },
  );
  expect(Math.min(counted.lost, counted.doubled)).toBeGreaterThan(20);
}, 60_000);
