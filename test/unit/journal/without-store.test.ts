import { expect, test } from 'vitest';
import { createJournal } from '../../../shared/journal/journal.ts';
import { createIdentifiers } from '../../../shared/kernel/ids.ts';
import { seededRandom } from '../../../shared/kernel/random.ts';
import { start } from './exchange-start.ts';

test('without a store memory keeps as many as a store would, and the newest that pass are told', async () => {
  const journal = await createJournal({ identifiers: createIdentifiers(seededRandom('journal')) });
  let traceId = '';
  for (let index = 0; index < 10_050; index += 1) {
    const exchange = journal.open({ ...start, service: index % 1_000 === 0 ? 'ews' : 'frontend' });
    exchange.close('answered', index);
    if (index === 50) ({ traceId } = exchange);
  }
  const sequences = async (filter: Parameters<typeof journal.find>[0]): Promise<readonly number[]> =>
    (await journal.find(filter)).map(({ sequence }) => sequence);
  expect(await sequences({ limit: 10_000 })).toEqual(Array.from({ length: 10_000 }, (_, index) => index + 51));
  expect(await sequences({ limit: 3 })).toEqual([10_048, 10_049, 10_050]);
  expect(await sequences({ service: 'ews', limit: 2 })).toEqual([9_001, 10_001]);
  expect(await sequences({ afterSequence: 10_048 })).toEqual([10_049, 10_050]);
  expect((await journal.trace(traceId))?.roots[0]?.exchange.sequence).toBe(51);
  expect(journal.lost).toBe(0);
});
