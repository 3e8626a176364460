import type { FastifyInstance } from 'fastify';
import { explain } from '../../../shared/journal/explain.ts';
import type { ExchangeRecord } from '../../../shared/journal/record.ts';
import { summarizeTraces } from '../../../shared/journal/trace-summary.ts';
import type { TraceNode } from '../../../shared/journal/trace-tree.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import type { ExchangeOutcome } from '../../../shared/kernel/exchange.ts';
import type { AdminContext } from '../context.ts';
import { Problem } from '../failures.ts';
import { readInput } from '../read.ts';

/** How many exchanges are looked through to list traces. */
const mostOfList = 10_000;

/** Exchanges and traces, as the journal tells them. */
export function journalRoutes(app: FastifyInstance, { journal, clock, info }: AdminContext): void {
  const sinceOf = (since: { at: Instant } | { agoMs: number } | undefined): { since?: Instant } =>
    since === undefined ? {} : { since: 'at' in since ? since.at : clock.state().now - since.agoMs };

  app.get('/_coexist/v1/exchanges', async (request) => {
    const { exchangesQuery } = await import('../schemas.ts');
    const { since, after, trace, limit, ...rest } = readInput(exchangesQuery, request.query, 'query');
    const filter = { ...filterOf(rest), ...sinceOf(since), ...given('afterSequence', after), ...given('traceId', trace) };
    return { exchanges: (await journal.find({ ...filter, limit })).map(withoutStack) };
  });

  app.get('/_coexist/v1/traces', async (request) => {
    const { tracesQuery } = await import('../schemas.ts');
    const { since, verdict, limit, ...rest } = readInput(tracesQuery, request.query, 'query');
    const wanted = filterOf(rest);
    // A trace is listed when one of its exchanges passes, and told whole.
    const records = await journal.find({ ...sinceOf(since), limit: mostOfList });
    const passing = new Set((await journal.find({ ...wanted, ...sinceOf(since), limit: mostOfList })).map(({ traceId }) => traceId));
    const traces = summarizeTraces(records).filter(
      (trace) => passing.has(trace.traceId) && (verdict === undefined || trace.verdict === verdict),
    );
    return { traces: traces.slice(-limit) };
  });

  app.get<{ Params: { id: string } }>('/_coexist/v1/traces/:id', async (request, reply) => {
    const [, digits = '', format] = /^(.*?)(?:\.(json|zip|har|mmd|html))?$/s.exec(request.params.id) ?? [];
    const tree = await findTrace(journal, digits, journal.trace);
    if (format === 'har') return (await import('../../../shared/journal/trace-har.ts')).harOf(tree, info.version);
    const view = { traceId: tree.traceId, roots: tree.roots.map(nodeView) };
    if (format === undefined || format === 'json') return view;
    if (format === 'html') {
      const [{ tracePage }, { remedyFor }] = await Promise.all([
        import('../trace-page.ts'),
        import('../../../shared/faults/remedies/index.ts'),
      ]);
      const kept = { trace: view, explanation: explain(tree, remedyFor), version: info.version };
      const { html, policy } = await tracePage(tree.traceId, kept);
      reply.header('content-security-policy', policy).header('content-disposition', `attachment; filename="trace-${tree.traceId}.html"`);
      return reply.type('text/html; charset=utf-8').send(html);
    }
    const { mermaidOf } = await import('../../../shared/journal/trace-mermaid.ts');
    if (format === 'zip') {
      const [{ harOf }, { zipOf }] = await Promise.all([
        import('../../../shared/journal/trace-har.ts'),
        import('../../../shared/journal/zip.ts'),
      ]);
      const entries = [
        { name: 'trace.json', text: JSON.stringify(view, null, 2) },
        { name: 'trace.har', text: JSON.stringify(harOf(tree, info.version), null, 2) },
        { name: 'trace.mmd', text: mermaidOf(tree) },
      ];
      return reply.type('application/zip').send(zipOf(entries));
    }
    return reply.type('text/vnd.mermaid; charset=utf-8').send(mermaidOf(tree));
  });

  app.get<{ Params: { id: string } }>('/_coexist/v1/traces/:id/outline', async (request) => {
    const { traceId, roots } = await findTrace(journal, request.params.id, journal.outline);
    return { traceId, roots: roots.map(nodeView) };
  });

  app.get<{ Params: { id: string; span: string } }>('/_coexist/v1/traces/:id/exchanges/:span', async ({ params }) => {
    const { spanId } = await import('../schemas.ts');
    const span = readInput(spanId, params.span, 'path');
    const exchange = await journal.exchange(await findTraceId(journal, params.id), span);
    if (exchange === undefined) throw new Problem(404, 'Unknown exchange', `No exchange ${span} of that trace is kept.`);
    return withoutStack(exchange);
  });

  app.post('/_coexist/v1/traces/diff', async (request) => {
    const [{ traceDiffBody }, { diffTraces }] = await Promise.all([
      import('../schemas.ts'),
      import('../../../shared/journal/trace-diff.ts'),
    ]);
    const { a, b } = readInput(traceDiffBody, request.body, 'body');
    return diffTraces(await findTrace(journal, a, journal.trace), await findTrace(journal, b, journal.trace));
  });

  app.get<{ Params: { id: string } }>('/_coexist/v1/traces/:id/explain', async (request) => {
    const { remedyFor } = await import('../../../shared/faults/remedies/index.ts');
    return explain(await findTrace(journal, request.params.id, journal.outline), remedyFor);
  });
}

/** The trace whose id begins with these digits, as `read` has it. */
async function findTrace<Tree>(
  journal: AdminContext['journal'],
  digits: string,
  read: (id: string) => Promise<Tree | undefined>,
): Promise<Tree> {
  const tree = await read(await findTraceId(journal, digits));
  if (tree === undefined) throw unknownTrace(digits);
  return tree;
}

async function findTraceId(journal: AdminContext['journal'], digits: string): Promise<string> {
  const { traceId } = await import('../schemas.ts');
  const prefix = readInput(traceId, digits, 'path');
  const [id, another] = await journal.traceIds(prefix);
  if (another !== undefined) throw new Problem(409, 'Ambiguous trace id', `More than one trace begins with ${prefix}.`);
  if (id === undefined) throw unknownTrace(prefix);
  return id;
}

function unknownTrace(prefix: string): Problem {
  return new Problem(404, 'Unknown trace', `No exchange of a trace ${prefix} is kept.`);
}

/** What callers name is said in short; the journal says it in full. */
export function filterOf(query: {
  readonly svc?: string | undefined;
  readonly org?: string | undefined;
  readonly op?: string | undefined;
  readonly user?: string | undefined;
  readonly outcome?: ExchangeOutcome | undefined;
}): Parameters<AdminContext['journal']['find']>[0] {
  const { svc, org, op, user, outcome } = query;
  return {
    ...given('service', svc),
    ...given('organization', org),
    ...given('operation', op),
    ...given('caller', user),
    ...given('outcome', outcome),
  };
}

/** Where in the code a defect arose is for the log; callers of the API learn what it said. */
export function withoutStack<T extends ExchangeRecord>(
  record: T,
): Omit<T, 'error'> & { readonly error: { readonly message: string } | null } {
  return { ...record, error: record.error === null ? null : { message: record.error.message } };
}

function nodeView({ exchange, children }: TraceNode<ExchangeRecord>): object {
  return { exchange: withoutStack(exchange), children: children.map(nodeView) };
}

function given<Name extends string, Value>(name: Name, value: Value | undefined): { readonly [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [Key in Name]?: Value });
}
