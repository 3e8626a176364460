import type { FastifyInstance } from 'fastify';
import type { AdminContext } from '../context.ts';
import { requireReady } from '../failures.ts';
import type { SigningKeyView } from '../key-control.ts';
import { readInput } from '../read.ts';

/** The rollover of the authentication service's keys, step by step. */
export function keyRoutes(app: FastifyInstance, context: Pick<AdminContext, 'keys' | 'pending'>): void {
  const { keys } = context;

  app.get('/_coexist/v1/keys', async () => {
    requireReady(context);
    return { keys: (await (await keys()).list()).map(keyView) };
  });

  app.post('/_coexist/v1/keys/stage', async () => {
    requireReady(context);
    return keyView(await (await keys()).stage());
  });

  for (const step of ['publish', 'activate', 'retire'] as const) {
    app.post(`/_coexist/v1/keys/${step}`, async (request) => {
      const { keyBody } = await import('../token-schemas.ts');
      const { x5t } = readInput(keyBody, request.body, 'body');
      requireReady(context);
      return keyView(await (await keys()).move(step, x5t));
    });
  }
}

function keyView({ since, notAfter, ...key }: SigningKeyView): object {
  return { ...key, since: new Date(since).toISOString(), notAfter: new Date(notAfter).toISOString() };
}
