import { expect, test } from 'vitest';
import { explain } from '../../../shared/journal/explain.ts';
import { createJournal } from '../../../shared/journal/journal.ts';
import type { TraceTree } from '../../../shared/journal/trace-tree.ts';
import type { ExchangeOutcome, OpenExchange } from '../../../shared/kernel/exchange.ts';
import { createIdentifiers } from '../../../shared/kernel/ids.ts';
import { seededRandom } from '../../../shared/kernel/random.ts';
import { type Check, judge } from '../../../shared/kernel/verdict.ts';

const remedies = (check: string): string | null => (check === 'token.lifetime' ? 'Ask for a new token.' : null);

async function traceOf(
  ...hops: readonly { outcome: ExchangeOutcome; checks?: readonly Check[]; fault?: string; code?: string }[]
): Promise<TraceTree> {
  const journal = await createJournal({ identifiers: createIdentifiers(seededRandom('explain')) });
  let parent: OpenExchange | undefined;
  for (const { outcome, checks, fault, code } of hops) {
    const start = { service: 'ews', direction: 'incoming', protocol: 'https', target: 'POST /EWS', host: 'x', at: 0 } as const;
    const exchange = journal.open({
      ...start,
      organization: 'contoso',
      ...(parent === undefined ? {} : { traceparent: `00-${parent.traceId}-${parent.spanId}-01` }),
    });
    parent ??= exchange;
    exchange.note({ operation: 'GetItem', caller: 'mary@contoso.test', status: outcome === 'answered' ? 200 : 401 });
    if (code !== undefined) exchange.note({ code });
    if (checks !== undefined) exchange.judged(judge(checks));
    if (fault !== undefined) exchange.faulted(fault, 'status');
    exchange.close(outcome, 0);
  }
  const tree = await journal.trace(parent?.traceId ?? '');
  if (tree === undefined) throw new Error('no trace');
  return tree;
}

const passed: Check = { check: 'token.issuer', outcome: 'passed' };
const failed: Check = { check: 'token.lifetime', outcome: 'failed', expected: 'not after 12:00', actual: '13:00' };

test('a refusal names the check that failed and its remedy', async () => {
  const told = explain(await traceOf({ outcome: 'answered' }, { outcome: 'refused', checks: [passed, failed] }), remedies);
  expect(told.summary).toBe(
    'ews of contoso ended GetItem for mary@contoso.test with "refused" (401): ' +
      'the check token.lifetime failed; expected not after 12:00, got 13:00.',
  );
  expect(told.remedy).toBe('Ask for a new token.');
  expect(told.exchanges).toMatchObject([{ failed: { check: 'token.lifetime' }, remedy: 'Ask for a new token.' }]);
});

test('what asks for the challenge is refused, and is not why it ended so', async () => {
  const asking = { outcome: 'refused', code: 'empty-bearer', checks: [{ check: 'token.header', outcome: 'failed' }] } as const;
  const told = explain(await traceOf({ outcome: 'answered' }, asking, { outcome: 'refused', checks: [failed] }), remedies);
  expect(told).toMatchObject({ summary: expect.stringContaining('token.lifetime'), remedy: 'Ask for a new token.' });
  expect(told.exchanges).toHaveLength(2);
  expect(explain(await traceOf(asking), remedies).summary).toContain('token.header');
});

test('what was judged and accepted is told too', async () => {
  const told = explain(await traceOf({ outcome: 'answered', checks: [passed] }), remedies);
  expect(told).toMatchObject({ summary: 'Nothing was refused.', remedy: null, exchanges: [{ checks: [passed], failed: null }] });
});

test('a fault that was put in is its own remedy', async () => {
  const told = explain(await traceOf({ outcome: 'fault', fault: 'slow-1' }), remedies);
  expect(told.remedy).toBe('Remove the fault rule: DELETE /_coexist/v1/faults/slow-1 on the control port.');
});
