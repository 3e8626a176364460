import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { HoldEvent } from '../../../shared/faults/holds.ts';
import { passes } from '../../../shared/journal/filter.ts';
import type { ExchangeRecord } from '../../../shared/journal/record.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { AdminContext } from '../context.ts';
import { Problem } from '../failures.ts';
import { readInput } from '../read.ts';
import { filterOf, withoutStack } from './journal.ts';

const mostClients = 16;
const mostReplayed = 1_000;
/** A client that lets more than this pile up is let go; it may come back with Last-Event-ID. */
const mostUnreadBytes = 1024 * 1024;
const heartbeatMs = 15_000;

/**
 * Exchanges as they close: server-sent events (HTML Living Standard 9.2), event `exchange`, id the exchange's sequence.
 * With Last-Event-ID what closed since then comes first, at most the newest thousand. With `also` more is told: `opened`, exchanges as they
 * begin; `held`, what becomes of hops that somebody holds (events `held`, `released`, `gave-up`). Those have no id: they are not told again.
 */
export function eventRoutes(app: FastifyInstance, { journal, holds }: AdminContext): void {
  const clients = new Set<ServerResponse>();
  app.addHook('preClose', async () => {
    for (const client of clients) client.end();
  });

  app.get('/_coexist/v1/events', async (request, reply) => {
    const { eventsQuery } = await import('../schemas.ts');
    const { also, ...narrowing } = readInput(eventsQuery, request.query, 'query');
    const filter = filterOf(narrowing);
    const watched = also.includes('held') ? heldIn(holds) : undefined;
    if (clients.size >= mostClients) throw new Problem(503, 'Too many clients', `${mostClients} clients listen already.`);
    const lastId = request.headers['last-event-id'];
    const resumeAfter = typeof lastId === 'string' && /^\d{1,15}$/.test(lastId) ? Number(lastId) : undefined;

    const { raw } = reply.hijack();
    if (raw.destroyed) return;
    clients.add(raw);
    let backlog: ExchangeRecord[] | undefined = [];
    const unsubscribe = journal.subscribe((record) => {
      if (!passes(record, filter)) return;
      if (backlog === undefined) send(raw, record);
      else if (backlog.length < mostReplayed) backlog.push(record);
    });
    let told = Promise.resolve();
    const follow = (event: HoldEvent): void => {
      told = told.then(() => tellHold(raw, event, journal));
    };
    const ended = [
      unsubscribe,
      ...(also.includes('opened')
        ? [journal.watchOpened((record) => passes(record, filter) && tell(raw, 'opened', withoutStack(record)))]
        : []),
      ...(watched === undefined ? [] : [watched.watch(follow)]),
    ];
    const heartbeat = setInterval(() => raw.write(':\n\n'), heartbeatMs).unref();
    raw.once('close', () => {
      clients.delete(raw);
      for (const end of ended) end();
      clearInterval(heartbeat);
    });
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
    // A stream that ends takes its connection along: an idle one would hold up the end of the lab.
    raw.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', connection: 'close' });
    raw.write('retry: 1000\n\n');

    try {
      const replayed = resumeAfter === undefined ? [] : await journal.find({ ...filter, afterSequence: resumeAfter, limit: mostReplayed });
      const replayedThrough = replayed.at(-1)?.sequence ?? 0;
      for (const record of [...replayed, ...backlog.filter(({ sequence }) => sequence > replayedThrough)]) send(raw, record);
    } catch {
      // The head is out: all that is left to say is that the stream has ended. The client comes back by itself.
      raw.destroy();
    }
    backlog = undefined;
  });
}

/** Where nothing can be held there is nothing to tell. */
function heldIn(holds: AdminContext['holds']): ReturnType<AdminContext['holds']> | undefined {
  try {
    return holds();
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

function send(client: ServerResponse, record: ExchangeRecord): void {
  tell(client, 'exchange', withoutStack(record), record.sequence);
}

function tell(client: ServerResponse, event: string, data: object, id?: number): void {
  if (client.destroyed || client.writableEnded) return;
  if (client.writableLength > mostUnreadBytes) client.destroy();
  else client.write(`event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`);
}

async function tellHold(client: ServerResponse, told: HoldEvent, journal: AdminContext['journal']): Promise<void> {
  try {
    const { holdEventView } = await import('../held-view.ts');
    tell(client, told.event, await holdEventView(told, journal));
  } catch {
    // A stream that has lost an event is to be opened anew.
    client.destroy();
  }
}
