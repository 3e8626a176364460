import type { FastifyInstance } from 'fastify';
import type { TokenDefect } from '../../../shared/bridges/authority/defects/defect.ts';
import type { AdminContext } from '../context.ts';
import { requireReady } from '../failures.ts';
import { readInput } from '../read.ts';

/** Tokens: minted, broken on purpose, taken apart, judged and explained. */
export function tokenRoutes(app: FastifyInstance, context: Pick<AdminContext, 'tokens' | 'pending'>): void {
  const { tokens } = context;

  app.get('/_coexist/v1/tokens/defects', async () => ({ defects: (await tokens()).defects().map(defectView) }));

  app.post('/_coexist/v1/tokens/mint', async (request) => {
    const { mintBody } = await import('../token-schemas.ts');
    const { lifetime, ...order } = readInput(mintBody, request.body, 'body');
    requireReady(context);
    const control = await tokens();
    const { token, at, defect, expected } = await control.mint({ ...order, lifetimeMs: lifetime });
    return {
      token,
      at: new Date(at).toISOString(),
      decoded: control.decode(token),
      ...(defect === undefined ? {} : { defect: defectView(defect) }),
      ...(expected === undefined ? {} : { expected }),
    };
  });

  app.post('/_coexist/v1/tokens/decode', async (request) => {
    const { decodeBody } = await import('../token-schemas.ts');
    return (await tokens()).decode(readInput(decodeBody, request.body, 'body').token);
  });

  for (const verb of ['verify', 'explain'] as const) {
    app.post(`/_coexist/v1/tokens/${verb}`, async (request) => {
      const { verifyBody } = await import('../token-schemas.ts');
      const question = readInput(verifyBody, request.body, 'body');
      requireReady(context);
      return (await tokens())[verb](question);
    });
  }
}

/** A row of the catalogue as JSON: what is done to the token is code, and told by its title. */
function defectView({ slug, id, title, kinds, place, expect: { text, ...expected } }: TokenDefect): object {
  return {
    ...{ slug, id, title, kinds, place: place ?? null },
    expected: { ...expected, ...(typeof text === 'string' ? { text } : {}) },
  };
}
