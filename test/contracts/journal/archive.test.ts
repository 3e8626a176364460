import { expect, test } from 'vitest';
import { openArchive } from '../../../shared/journal/archive.ts';
import type { ExchangeTable } from '../../../shared/store/schema.ts';
import { describeOnEveryStore } from '../../support/stores.ts';

const retention = { exchanges: 10_000, octets: 32 * 1024 * 1024 };

function row(sequence: number, more: Partial<ExchangeTable> = {}): ExchangeTable {
  const nothing = { parent_span: null, closed: null, duration_us: null, organization: null, operation: null, peer: null, caller: null };
  return {
    ...{ ...nothing, status: null, code: null, outcome: null, octets: null },
    ...{ trace_id: 'a'.repeat(32), span_id: String(sequence).padStart(16, '0'), sequence, at: 1_000, direction: 'incoming' },
    ...{ protocol: 'https', service: 'ews', host: 'mail.contoso.test', target: 'POST /EWS/Exchange.asmx', facts: '{"detail":{}}' },
    ...more,
  };
}

describeOnEveryStore('the archive of the journal', (source) => {
  const stored = async (store: Awaited<ReturnType<typeof source.open>>) =>
    (await store.read.selectFrom('exchange').selectAll().orderBy('sequence').execute()).map(({ facts, ...rest }) => ({
      ...rest,
      facts: JSON.parse(facts) as unknown,
    }));

  test('every column comes back as it was given, whatever stands in it', async () => {
    const store = await source.open();
    const { archive } = await openArchive(store, retention);
    const odd = `"quoted" 'single' \\ back\nnew\ttab {brace} $1 \u2028 \u{1f4e7} \ufffd`;
    const full = { parent_span: 'b'.repeat(16), closed: 2_000_000_000_001, duration_us: 12, organization: odd, operation: odd };
    const rest = { peer: odd, caller: odd, status: 200, code: odd, outcome: 'answered', octets: odd };
    const rows = [row(1), row(2, { ...full, ...rest, host: odd, target: odd, facts: JSON.stringify({ detail: { odd } }) }), row(3)];
    await archive.append(rows);
    expect(await stored(store)).toEqual(rows.map(({ facts, ...other }) => ({ ...other, facts: JSON.parse(facts) as unknown })));
  });

  test('half a character is stored as the sign for one that cannot be read', async () => {
    const store = await source.open();
    const { archive } = await openArchive(store, retention);
    await archive.append([row(1), row(2, { octets: 'cut \ud83d', target: '\udce7 cut' }), row(3)]);
    expect((await stored(store)).map(({ octets, target }) => [octets, target])).toEqual([
      [null, row(1).target],
      ['cut \ufffd', '\ufffd cut'],
      [null, row(3).target],
    ]);
  });

  test('an exchange of the same ids stands in the place of the earlier one', async () => {
    const store = await source.open();
    const { archive } = await openArchive(store, retention);
    await archive.append([row(1, { code: 'first' }), row(2)]);
    await archive.append([row(3, { span_id: row(1).span_id, code: 'second' })]);
    expect((await stored(store)).map(({ sequence, code }) => [sequence, code])).toEqual([
      [2, null],
      [3, 'second'],
    ]);
  });

  test('what is more than a statement takes is stored all the same, at once or not at all', async () => {
    const store = await source.open();
    const { archive } = await openArchive(store, retention);
    const large = 'x'.repeat(700_000);
    await archive.append([1, 2, 3].map((sequence) => row(sequence, { octets: large })));
    expect((await stored(store)).map(({ octets }) => octets?.length)).toEqual([700_000, 700_000, 700_000]);
    // The last of them has no trace, which the table refuses.
    await expect(archive.append([row(4, { octets: large }), row(5, { octets: large, trace_id: null as never })])).rejects.toThrow(
      /trace_id/,
    );
    expect(await stored(store)).toHaveLength(3);
  });

  test('of several who write each gets numbers of its own, and the newest octets are kept', async () => {
    const store = await source.open();
    const bounds = { exchanges: 10_000, octets: 1_000 };
    const [{ archive: one }, { archive: other }] = [
      await openArchive(store, bounds, true),
      await openArchive(await source.another(), bounds, true),
    ];
    for (let round = 0; round < 12; round += 1) {
      const spans = [round * 4 + 1, round * 4 + 3].map((first) => [row(first, { octets: 'y'.repeat(100) }), row(first + 1)]);
      await Promise.all([one.append(spans[0] ?? []), other.append(spans[1] ?? [])]);
    }
    const all = await stored(store);
    expect(all.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 48 }, (_, index) => index + 1));
    const kept = all.filter(({ octets }) => octets !== null).map(({ sequence }) => sequence);
    expect(kept.length).toBeGreaterThan(7);
    expect(kept.length).toBeLessThan(24);
    expect(Math.max(...kept)).toBeGreaterThan(44);
  });
});
