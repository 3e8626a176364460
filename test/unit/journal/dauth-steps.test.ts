import { expect, test } from 'vitest';
import { explain } from '../../../shared/journal/explain.ts';
import type { StepState } from '../../../shared/journal/explain-flow.ts';
import { createJournal } from '../../../shared/journal/journal.ts';
import type { ExchangeOutcome, OpenExchange } from '../../../shared/kernel/exchange.ts';
import { createIdentifiers } from '../../../shared/kernel/ids.ts';
import { seededRandom } from '../../../shared/kernel/random.ts';
import { type Check, judge } from '../../../shared/kernel/verdict.ts';

/** What happens in one exchange, and in those that it causes. */
interface Hop {
  readonly from: 'client' | 'contoso' | 'fabrikam' | 'azure-auth';
  readonly direction: 'incoming' | 'outgoing';
  readonly target: string;
  readonly host?: string;
  readonly status?: number;
  readonly outcome?: ExchangeOutcome;
  readonly code?: string;
  readonly checks?: readonly Check[];
  readonly causes?: readonly Hop[];
}

async function flowOf(...hops: readonly Hop[]) {
  const journal = await createJournal({ identifiers: createIdentifiers(seededRandom('steps')) });
  let at = 0;
  let traceId = '';
  const record = (hop: Hop, parent?: OpenExchange): void => {
    const exchange = journal.open({
      ...{ service: hop.from === 'azure-auth' ? hop.from : 'ews', direction: hop.direction, protocol: 'https', target: hop.target },
      ...{ host: hop.host ?? 'x', at },
      ...(hop.from === 'azure-auth' ? {} : { organization: hop.from }),
      ...(parent === undefined ? {} : { traceparent: `00-${parent.traceId}-${parent.spanId}-01` }),
    });
    at += 1;
    traceId = exchange.traceId;
    for (const caused of hop.causes ?? []) record(caused, exchange);
    if (hop.checks !== undefined) exchange.judged(judge(hop.checks));
    if (hop.status !== undefined) exchange.note({ status: hop.status });
    if (hop.code !== undefined) exchange.note({ code: hop.code });
    exchange.close(hop.outcome ?? 'answered', at);
  };
  for (const hop of hops) record(hop);
  const tree = await journal.trace(traceId);
  if (tree === undefined) throw new Error('no trace');
  return explain(tree, () => null).flow;
}

const passed = (check: string): Check => ({ check, outcome: 'passed' });
const failed = (check: string): Check => ({ check, outcome: 'failed', expected: 'one thing', actual: 'another' });

/** A call of an organisation and its reception by another party. */
function call(target: string, to: 'fabrikam' | 'azure-auth', answer: Partial<Hop>): Hop {
  const incoming: Hop = { from: to, direction: 'incoming', target, status: 200, ...answer };
  return { from: 'contoso', direction: 'outgoing', target, host: `${to}.test`, status: incoming.status ?? 200, causes: [incoming] };
}

const tokenRequest = call('POST /extSTS.srf', 'azure-auth', { checks: [passed('sts.form'), passed('sts.email-domain')] });
const discovery = call('POST /autodiscover/autodiscover.svc/WSSecurity', 'fabrikam', { checks: [passed('dauth.signature')] });
const ewsCall = (answer: Partial<Hop> = { checks: [passed('dauth.signature'), passed('sharing.authorization')] }): Hop =>
  call('POST /EWS/Exchange.asmx/wssecurity', 'fabrikam', answer);
const asked = (causes: readonly Hop[], checks: readonly Check[] = [passed('sharing.organization-relationship')]): Hop => ({
  from: 'contoso',
  direction: 'incoming',
  target: 'POST /EWS/Exchange.asmx',
  status: 200,
  checks,
  causes,
});

const states = (flow: Awaited<ReturnType<typeof flowOf>>): readonly StepState[] => (flow?.steps ?? []).map(({ state }) => state);
const done = (count: number): readonly StepState[] => Array.from({ length: count }, () => 'done');
const notReached = (count: number): readonly StepState[] => Array.from({ length: count }, () => 'not-reached');

test('ten steps, each with where it happened', async () => {
  const flow = await flowOf(asked([tokenRequest, discovery, ewsCall()]));
  expect(states(flow)).toEqual(done(10));
  expect(flow?.steps.map(({ number, exchange }) => [number, exchange?.organization, exchange?.direction, exchange?.target])).toEqual([
    [1, 'contoso', 'incoming', 'POST /EWS/Exchange.asmx'],
    [2, 'contoso', 'outgoing', 'POST /extSTS.srf'],
    [3, null, 'incoming', 'POST /extSTS.srf'],
    [4, 'contoso', 'outgoing', 'POST /autodiscover/autodiscover.svc/WSSecurity'],
    [5, 'fabrikam', 'incoming', 'POST /autodiscover/autodiscover.svc/WSSecurity'],
    [6, 'contoso', 'outgoing', 'POST /EWS/Exchange.asmx/wssecurity'],
    [7, 'fabrikam', 'incoming', 'POST /EWS/Exchange.asmx/wssecurity'],
    [8, 'fabrikam', 'incoming', 'POST /EWS/Exchange.asmx/wssecurity'],
    [9, 'fabrikam', 'incoming', 'POST /EWS/Exchange.asmx/wssecurity'],
    [10, 'contoso', 'incoming', 'POST /EWS/Exchange.asmx'],
  ]);
});

test('what was at hand is spared: a token, an address', async () => {
  const flow = await flowOf(asked([ewsCall()]));
  expect(states(flow)).toEqual(['done', ...Array.from({ length: 4 }, () => 'spared'), ...done(5)]);
  expect(states(await flowOf(asked([discovery, ewsCall()])))).toEqual(['done', 'spared', 'spared', ...done(7)]);
});

test('a refused step is named with its check, and what comes after it was not reached', async () => {
  const refusal = { status: 500, outcome: 'refused', checks: [passed('sts.form'), failed('sts.signer')] } as const;
  const flow = await flowOf(asked([call('POST /extSTS.srf', 'azure-auth', refusal)]));
  expect(states(flow)).toEqual(['done', 'done', 'refused', ...notReached(6), 'done']);
  expect(flow?.steps[2]?.check).toEqual(failed('sts.signer'));
});

test('a token that the other side does not take', async () => {
  const stale = { status: 500, outcome: 'refused', checks: [passed('dauth.recipient'), failed('dauth.signing-key')] } as const;
  const flow = await flowOf(asked([tokenRequest, discovery, ewsCall(stale)]));
  expect(states(flow)).toEqual([...done(6), 'refused', ...notReached(2), 'done']);
  expect(flow?.steps[6]?.check?.check).toBe('dauth.signing-key');
});

test('a domain with which nothing is shared: the token was taken, and the answer says no', async () => {
  const unshared = { outcome: 'refused', checks: [passed('dauth.signature'), failed('sharing.authorization')] } as const;
  const flow = await flowOf(asked([tokenRequest, discovery, ewsCall(unshared)]));
  expect(states(flow)).toEqual([...done(7), 'refused', ...done(2)]);
});

test('an answer of Autodiscover that tells no address', async () => {
  const unknown = { outcome: 'refused', code: 'InvalidUser', checks: [passed('dauth.signature')] } as const;
  const flow = await flowOf(asked([tokenRequest, call('POST /autodiscover/autodiscover.svc/WSSecurity', 'fabrikam', unknown)]));
  expect(states(flow)).toEqual([...done(4), 'refused', ...notReached(4), 'done']);
});

test('a token service that cannot be reached', async () => {
  const flow = await flowOf(asked([{ from: 'contoso', direction: 'outgoing', target: 'POST /extSTS.srf', outcome: 'fault' }]));
  expect(states(flow)).toEqual(['done', 'refused', ...notReached(7), 'done']);
});

test('no relationship for the domain', async () => {
  expect(states(await flowOf(asked([], [failed('sharing.organization-relationship')])))).toEqual(['refused', ...notReached(8), 'done']);
});

test('of several organisations that were asked, the one that refused is shown', async () => {
  const stale = { status: 500, outcome: 'refused', checks: [failed('dauth.signing-key')] } as const;
  const flow = await flowOf(asked([tokenRequest, discovery, ewsCall(), ewsCall(stale)]));
  expect(flow?.steps[6]).toMatchObject({ state: 'refused', times: 2, exchange: { status: 500 } });
  expect(flow?.steps[8]).toMatchObject({ state: 'done', times: 1 });
});

test('without the checks of the request itself its calls are told all the same', async () => {
  const flow = await flowOf(asked([tokenRequest, discovery, ewsCall({})], []));
  expect(states(flow)).toEqual(['not-reached', ...done(6), 'not-reached', ...done(2)]);
});

test('any other trace has no steps', async () => {
  expect(await flowOf({ from: 'contoso', direction: 'incoming', target: 'POST /EWS/Exchange.asmx', status: 200 })).toBeNull();
});
