import { setImmediate as turn } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { ExchangeRecord, FullExchange } from '../../../shared/journal/record.ts';
import type { TraceNode } from '../../../shared/journal/trace-tree.ts';
import type { AdminContext } from '../context.ts';
import { readInput } from '../read.ts';
import type { Criterion, RequestView } from '../request-matching.ts';
import type { RequestCriteria } from '../request-schemas.ts';
import { filterOf } from './journal.ts';

/** How many exchanges a question looks through. */
const mostLookedAt = 10_000;
/** Of how many of them heads and bodies are read. */
const mostRead = 1_000;
const mostNearMisses = 3;
const usualLimit = 100;

/**
 * What the lab has been asked, under the names that WireMock gave these questions. A request is an exchange that came in and has
 * closed; DELETE lets these routes begin anew, while the journal keeps its traces.
 */
export function requestRoutes(app: FastifyInstance, { journal, clock }: Pick<AdminContext, 'journal' | 'clock'>): void {
  let forgottenThrough = 0;

  const recordsOf = async ({ since, ...narrowed }: Pick<RequestCriteria, 'since' | NarrowName>): Promise<readonly ExchangeRecord[]> => {
    const from = since === undefined ? {} : { since: 'at' in since ? since.at : clock.state().now - since.agoMs };
    const found = await journal.find({ ...filterOf(narrowed), ...from, afterSequence: forgottenThrough, limit: mostLookedAt });
    return found.filter(({ direction }) => direction === 'incoming');
  };

  /** Newest first; those whose trace is gone by now are told without heads and bodies. */
  const read = async function* (records: readonly ExchangeRecord[]): AsyncGenerator<RequestView> {
    const { requestView } = await import('../request-matching.ts');
    const traces = new Map<string, ReadonlyMap<string, FullExchange>>();
    for (const record of records.toReversed()) {
      const trace = traces.get(record.traceId) ?? spansOf((await journal.trace(record.traceId))?.roots ?? []);
      traces.set(record.traceId, trace);
      yield requestView(record, trace.get(record.spanId)?.request ?? null);
    }
  };

  const matching = async (asked: RequestCriteria, mostWanted: number): Promise<Found> => {
    const [{ criteriaOf, requestView }, records] = await Promise.all([import('../request-matching.ts'), recordsOf(asked)]);
    const criteria = criteriaOf(asked);
    const [cheap, dear] = [criteria.filter(({ needsOctets }) => !needsOctets), criteria.filter(({ needsOctets }) => needsOctets)];
    const candidates: ExchangeRecord[] = [];
    for (const [index, record] of records.entries()) {
      if (index % 100 === 99) await turn();
      if (meets(requestView(record, null), cheap)) candidates.push(record);
    }
    const requests: RequestView[] = [];
    if (dear.length === 0) {
      for await (const request of read(mostWanted === 0 ? [] : candidates.slice(-mostWanted))) requests.push(request);
      return { requests, total: candidates.length, complete: true };
    }
    let total = 0;
    for await (const request of read(candidates.slice(-mostRead))) {
      if (!meets(request, dear)) continue;
      total += 1;
      if (requests.length < mostWanted) requests.push(request);
    }
    return { requests, total, complete: candidates.length <= mostRead };
  };

  app.get('/_coexist/v1/requests', async (request) => {
    const { requestsQuery } = await import('../schemas.ts');
    const { limit, ...asked } = readInput(requestsQuery, request.query, 'query');
    const { requests, total } = await matching(asked, limit);
    return { requests, meta: { total } };
  });

  app.delete('/_coexist/v1/requests', async (_request, reply) => {
    const [newest] = await journal.find({ limit: 1 });
    forgottenThrough = newest?.sequence ?? 0;
    return reply.code(204).send();
  });

  app.post('/_coexist/v1/requests/find', async (request) => {
    const asked = await criteriaIn(request.body);
    const { requests, complete } = await matching(asked, asked.limit ?? usualLimit);
    return { requests, complete };
  });

  app.post('/_coexist/v1/requests/count', async (request) => {
    const { total, complete } = await matching(await criteriaIn(request.body), 0);
    return { count: total, complete };
  });

  app.post('/_coexist/v1/requests/near-misses', async (request) => {
    const asked = await criteriaIn(request.body);
    const { criteriaOf } = await import('../request-matching.ts');
    const criteria = criteriaOf(asked);
    const nearest: { request: RequestView; distance: number; unmet: readonly object[] }[] = [];
    for await (const candidate of read((await recordsOf({ since: asked.since })).slice(-mostRead))) {
      const unmet = unmetOf(candidate, criteria);
      if (unmet.length > 0) nearest.push({ request: candidate, distance: unmet.length / criteria.length, unmet });
    }
    // The sort is stable: of two that are equally near the newer one comes first.
    return { nearMisses: nearest.sort((a, b) => a.distance - b.distance).slice(0, mostNearMisses) };
  });
}

type NarrowName = 'svc' | 'org' | 'op' | 'user' | 'outcome';

interface Found {
  /** Newest first. */
  readonly requests: readonly RequestView[];
  readonly total: number;
  /** False when there were more to read than {@link mostRead}. */
  readonly complete: boolean;
}

async function criteriaIn(body: unknown): Promise<RequestCriteria> {
  const { requestCriteria } = await import('../request-schemas.ts');
  return readInput(requestCriteria, body, 'body');
}

function meets(request: RequestView, criteria: readonly Criterion[]): boolean {
  return criteria.every(({ actual, met }) => met(actual(request)));
}

function unmetOf(request: RequestView, criteria: readonly Criterion[]): readonly object[] {
  return criteria.flatMap(({ name, expected, actual, met }) => {
    const found = actual(request);
    return met(found) ? [] : [{ criterion: name, expected, actual: found === null ? null : found.slice(0, 1_024) }];
  });
}

function spansOf(nodes: readonly TraceNode[]): ReadonlyMap<string, FullExchange> {
  const all = (node: TraceNode): readonly FullExchange[] => [node.exchange, ...node.children.flatMap(all)];
  return new Map(nodes.flatMap(all).map((exchange) => [exchange.spanId, exchange]));
}
