import type { FastifyInstance } from 'fastify';
import type { AdminContext } from '../context.ts';
import { Problem } from '../failures.ts';
import { readInput } from '../read.ts';

/** The eras of the world's tenants, read and set. */
export function eraRoutes(app: FastifyInstance, { eras, pending }: Pick<AdminContext, 'eras' | 'pending'>): void {
  app.get('/_coexist/v1/eras', async () => ({ eras: await eras.current() }));

  app.put<{ Params: { organization: string } }>('/_coexist/v1/eras/:organization', async (request) => {
    const { eraBody } = await import('../schemas.ts');
    const { era } = readInput(eraBody, request.body, 'body');
    if (pending().length > 0) throw new Problem(409, 'Not ready', 'The lab is starting or ending.');
    await eras.set(request.params.organization, era);
    return { eras: await eras.current() };
  });
}
