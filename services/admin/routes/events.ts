import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { passes } from '../../../shared/journal/filter.ts';
import type { ExchangeRecord } from '../../../shared/journal/record.ts';
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
 * With Last-Event-ID what closed since then comes first, at most the newest thousand.
 */
export function eventRoutes(app: FastifyInstance, { journal }: AdminContext): void {
  const clients = new Set<ServerResponse>();
  app.addHook('preClose', async () => {
    for (const client of clients) client.end();
  });

  app.get('/_coexist/v1/events', async (request, reply) => {
    const { eventsQuery } = await import('../schemas.ts');
    const filter = filterOf(readInput(eventsQuery, request.query, 'query'));
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
    const heartbeat = setInterval(() => raw.write(':\n\n'), heartbeatMs).unref();
    raw.once('close', () => {
      clients.delete(raw);
      unsubscribe();
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

function send(client: ServerResponse, record: ExchangeRecord): void {
  if (client.destroyed || client.writableEnded) return;
  if (client.writableLength > mostUnreadBytes) client.destroy();
  else client.write(`event: exchange\nid: ${record.sequence}\ndata: ${JSON.stringify(withoutStack(record))}\n\n`);
}
