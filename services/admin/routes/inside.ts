import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { serverLog } from '../../../shared/service/server-log.ts';
import type { AdminContext } from '../context.ts';
import { Problem, requireReady } from '../failures.ts';
import type { InsideControl } from '../inside-control.ts';
import { readInput } from '../read.ts';

interface OfMailbox {
  readonly Params: { readonly mailbox: string };
}
interface OfItem {
  readonly Params: { readonly mailbox: string; readonly item: string };
}

/** How many exchanges are looked through for a log. */
const mostOfLog = 10_000;
const weekMs = 7 * 86_400_000;

/** What lies in mailboxes, in DNS and in the logs of servers, read and not changed. */
export function insideRoutes(app: FastifyInstance, context: AdminContext): void {
  const control = (): Promise<InsideControl> => {
    requireReady(context);
    return context.inside();
  };
  const path = '/_coexist/v1/mailboxes';

  app.get(path, async ({ query }) => {
    const { mailboxesQuery } = await import('../inside-schemas.ts');
    const { text, offset, limit } = readInput(mailboxesQuery, query, 'query');
    const { rows, total } = await (await control()).mailboxes({ text, offset, count: limit });
    return { mailboxes: rows, total };
  });

  app.get<OfMailbox>(`${path}/:mailbox/folders`, async ({ params: { mailbox } }) => ({
    folders: await (await control()).folders(mailbox),
  }));

  app.get<OfMailbox>(`${path}/:mailbox/items`, async ({ params: { mailbox }, query }) => {
    const { itemsQuery } = await import('../inside-schemas.ts');
    const { folder, offset, limit } = readInput(itemsQuery, query, 'query');
    const { rows, total } = await (await control()).items(mailbox, { folder, offset, count: limit });
    return { items: rows, total };
  });

  app.get<OfItem>(`${path}/:mailbox/items/:item`, async ({ params: { mailbox, item } }, reply) => {
    const { itemName } = await import('../inside-schemas.ts');
    const { id, isMime } = readInput(itemName, item, 'path');
    const inside = await control();
    if (!isMime) return inside.item(mailbox, id);
    // A browser that is led there keeps it as a file, and renders nothing of it.
    return reply
      .type('message/rfc822')
      .header('content-disposition', `attachment; filename="${id}.eml"`)
      .send(sendable(await inside.mime(mailbox, id)));
  });

  app.get<OfMailbox>(`${path}/:mailbox/calendar`, async ({ params: { mailbox }, query }) => {
    const { calendarQuery } = await import('../inside-schemas.ts');
    const { from = context.clock.state().now, days } = readInput(calendarQuery, query, 'query');
    const period = { start: from, end: from + (days * weekMs) / 7 };
    const { rows, total } = await (await control()).calendar(mailbox, period);
    return { from: new Date(period.start).toISOString(), to: new Date(period.end).toISOString(), appointments: rows, total };
  });

  app.get('/_coexist/v1/zones', async () => ({ zones: await (await control()).zones() }));

  app.get<{ Params: { kind: string } }>('/_coexist/v1/logs/:kind', async ({ params, query }) => {
    const { logKind, logQuery } = await import('../inside-schemas.ts');
    const kind = readInput(logKind, params.kind, 'path');
    const { org, contains = '', limit } = readInput(logQuery, query, 'query');
    requireReady(context);
    const found = context.endpoints().organizations[org];
    if (found === undefined || found.kind === 'cloud')
      throw new Problem(422, 'NoSuchServers', `${org} is no organization on-premises of this world: there are no logs of its servers.`);
    const log = serverLog(kind, { ...found, name: org });
    const exchanges = await context.journal.find({ organization: org, limit: mostOfLog });
    const lines = exchanges
      .flatMap((exchange) => log.line(exchange)?.split('\n') ?? [])
      .filter((line) => line.toLowerCase().includes(contains.toLowerCase()));
    const [first] = exchanges;
    return { head: first === undefined ? '' : log.head(first), lines: lines.slice(-limit), total: lines.length };
  });
}

function sendable(octets: Buffer | AsyncIterable<Uint8Array>): Buffer | Readable {
  return octets instanceof Buffer ? octets : Readable.from(octets, { objectMode: false });
}
