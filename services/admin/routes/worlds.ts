import type { FastifyInstance } from 'fastify';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { AdminContext } from '../context.ts';
import { Problem, requireReady } from '../failures.ts';
import { readInput } from '../read.ts';

const statusOf: Readonly<Record<string, number>> = { TooManyWorlds: 503, WorldTooSlow: 504 };

/** What the caller has ordered wrong is 422, as of every refusal; that there is no room or no time is not his doing. */
function notHad(error: unknown): unknown {
  const status = error instanceof Refusal ? statusOf[error.code] : undefined;
  return error instanceof Refusal && status !== undefined ? new Problem(status, error.code, error.detail ?? error.code) : error;
}

/** Worlds on demand: each isolated, on ports of its own, for as long as its lab lives or until it is deleted. */
export function worldRoutes(app: FastifyInstance, context: Pick<AdminContext, 'worlds' | 'pending'>): void {
  const { worlds } = context;
  const noSuchWorld = (id: string): Problem => new Problem(404, 'Unknown world', `There is no world ${JSON.stringify(id)}.`);

  app.get('/_coexist/v1/worlds', async () => ({ worlds: (await worlds()).list() }));

  app.get<{ Params: { id: string } }>('/_coexist/v1/worlds/:id', async (request) => {
    const found = (await worlds()).list().find(({ id }) => id === request.params.id);
    if (found === undefined) throw noSuchWorld(request.params.id);
    return found;
  });

  app.post('/_coexist/v1/worlds', async (request, reply) => {
    const { worldBody } = await import('../world-schemas.ts');
    const order = readInput(worldBody, request.body, 'body');
    requireReady(context);
    const control = await worlds();
    const world = await control.open(order).catch((error: unknown) => {
      throw notHad(error);
    });
    // Nobody would ever delete a world of which nobody was told.
    if (request.raw.socket.destroyed) await control.remove(world.id);
    return reply.code(201).header('location', `/_coexist/v1/worlds/${world.id}`).send(world);
  });

  app.delete<{ Params: { id: string } }>('/_coexist/v1/worlds/:id', async (request, reply) => {
    if (!(await (await worlds()).remove(request.params.id))) throw noSuchWorld(request.params.id);
    return reply.code(204).send();
  });
}
