import type { FastifyInstance } from 'fastify';
import type { AdminContext } from '../context.ts';
import { Problem } from '../failures.ts';
import { readInput } from '../read.ts';

/** Breakpoints, and the hops that wait at them. */
export function holdRoutes(app: FastifyInstance, { holds, journal }: AdminContext): void {
  const idOf = async ({ params }: { readonly params: { readonly id: string } }): Promise<string> => {
    const { faultId } = await import('../schemas.ts');
    return readInput(faultId, params.id, 'path');
  };
  const requireFound = (found: boolean, what: string, id: string): void => {
    if (!found) throw new Problem(404, `Unknown ${what}`, `There is no ${what} ${JSON.stringify(id)}.`);
  };

  app.get('/_coexist/v1/breakpoints', () => ({ breakpoints: holds().list() }));

  app.post('/_coexist/v1/breakpoints', (request, reply) => {
    const added = holds().add(request.body);
    return reply
      .code(201)
      .header('location', `/_coexist/v1/breakpoints/${encodeURIComponent(added.id)}`)
      .send(added);
  });

  app.delete<{ Params: { id: string } }>('/_coexist/v1/breakpoints/:id', async (request, reply) => {
    const id = await idOf(request);
    requireFound(holds().remove(id), 'breakpoint', id);
    return reply.code(204).send();
  });

  app.get('/_coexist/v1/held', async () => {
    const { heldView } = await import('../held-view.ts');
    return {
      held: await Promise.all(
        holds()
          .held()
          .map((held) => heldView(held, journal)),
      ),
    };
  });

  app.post<{ Params: { id: string } }>('/_coexist/v1/held/:id/continue', async (request, reply) => {
    const id = await idOf(request);
    requireFound(holds().release(id, request.body), 'held hop', id);
    return reply.code(204).send();
  });

  app.post<{ Params: { id: string } }>('/_coexist/v1/held/:id/abort', async (request, reply) => {
    const id = await idOf(request);
    requireFound(holds().abort(id), 'held hop', id);
    return reply.code(204).send();
  });
}
