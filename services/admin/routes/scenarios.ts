import type { FastifyInstance } from 'fastify';
import type { AdminContext } from '../context.ts';
import { requireReady } from '../failures.ts';
import { readInput } from '../read.ts';

/** Scenarios that ship, told in this lab. */
export function scenarioRoutes(app: FastifyInstance, context: AdminContext): void {
  app.get('/_coexist/v1/scenarios', async () => {
    requireReady(context);
    return { scenarios: (await context.stories()).list() };
  });

  // An id has a slash, which stands encoded in a path.
  app.post<{ Params: { id: string } }>('/_coexist/v1/scenarios/:id/run', async (request) => {
    const { scenarioBody } = await import('../schemas.ts');
    const { era } = readInput(scenarioBody, request.body, 'body');
    requireReady(context);
    return (await context.stories()).play(request.params.id, era ?? null);
  });
}
