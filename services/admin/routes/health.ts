import type { FastifyInstance } from 'fastify';
import { authenticationService } from '../../../shared/domain/world/vocabulary.ts';
import type { AdminContext } from '../context.ts';
import { Problem, sendProblem } from '../failures.ts';
import { readInput } from '../read.ts';

/** Health, readiness, what runs where, and the life of the lab itself. */
export function healthRoutes(app: FastifyInstance, context: AdminContext): void {
  app.get('/livez', () => ({ status: 'live' }));

  app.get('/readyz', (_request, reply) => {
    const pending = context.pending();
    return pending.length === 0 ? { status: 'ready' } : reply.code(503).send({ status: 'starting', pending });
  });

  // The shape of LocalStack's /_localstack/health and /_localstack/init in one.
  app.get('/_coexist/health', async () => {
    const { mode, now } = context.clock.state();
    const requests = requestsByService(context);
    const ready = context.pending().length === 0;
    const services = context.services().map(({ name, state, url }) => [name, { state, url, requests: requests.get(name) ?? 0 }] as const);
    return {
      status: ready ? 'running' : 'starting',
      version: context.info.version,
      era: await currentEra(context),
      clock: { mode, now: new Date(now).toISOString() },
      services: Object.fromEntries(services),
      init: { completed: ready, scripts: [] },
      journal: { ...context.journal.pending, lost: context.journal.lost },
    };
  });

  app.get('/metrics', async (_request, reply) => {
    const { metricsText, metricsType } = await import('../metrics.ts');
    return reply.type(metricsType).send(await metricsText(context));
  });

  app.get('/_coexist/info', async () => {
    const startedAt = new Date(context.info.startedAt).toISOString();
    // `shared`: other processes have the same world; what is counted and told as it happens is of this one.
    const shared = context.applied !== undefined;
    return { ...context.info, era: await currentEra(context), startedAt, node: process.version, shared };
  });
  app.get('/_coexist/endpoints', ({ headers }) => context.endpoints(headers.host));
  app.get('/_coexist/ca.pem', (_request, reply) => reply.type('application/x-pem-file').send(context.caPem()));

  app.put('/_coexist/v1/endpoints', async (request) => {
    const { endpointsBody } = await import('../schemas.ts');
    const told = readInput(endpointsBody, request.body, 'body');
    const known = [...Object.keys(context.endpoints().organizations), authenticationService];
    const stranger = Object.keys(told).find((name) => !known.includes(name));
    if (stranger !== undefined) {
      throw new Problem(
        422,
        'Unknown organization',
        `The world has no organization ${JSON.stringify(stranger)}; it has ${known.join(', ')}.`,
      );
    }
    await context.publish(new Map(Object.entries(told).map(([name, { https }]) => [name, https])));
    return context.endpoints();
  });

  app.post('/_coexist/v1/reset', async (request, reply) => {
    const { resetBody } = await import('../schemas.ts');
    const { to, at, keep } = readInput(resetBody, request.body, 'body');
    if (context.pending().length > 0) return sendProblem(reply, new Problem(409, 'Not ready', 'The lab is still starting.'));
    await context.reset(to, at, keep);
    return { status: 'reset', to };
  });

  // Who waits for what follows from a request needs no guess at how long that takes.
  app.get('/_coexist/v1/settled', async () => {
    const last = await context.settled();
    return { status: 'settled', now: new Date(context.clock.state().now).toISOString(), open: context.journal.pending.open, last };
  });

  app.post('/_coexist/v1/shutdown', (_request, reply) => {
    // After the answer has left: draining ends this very listener.
    reply.raw.once('close', () => context.shutdown());
    return reply.code(202).header('connection', 'close').send({ status: 'stopping' });
  });
}

function requestsByService({ journal }: AdminContext): ReadonlyMap<string, number> {
  const requests = new Map<string, number>();
  for (const { service, count } of journal.tally()) requests.set(service, (requests.get(service) ?? 0) + count);
  return requests;
}

/** The era of the first tenant. While the world is being seeded there is nothing to ask yet. */
async function currentEra({ eras, info, pending }: AdminContext): Promise<string | null> {
  if (pending().length > 0) return info.era;
  return Object.values(await eras.current())[0]?.era ?? null;
}
