import type { FastifyInstance } from 'fastify';
import type { AdminContext } from '../context.ts';
import { readInput } from '../read.ts';

/** What users do away from the browser: read their authenticator, and sign in for a device. */
export function authenticationRoutes(app: FastifyInstance, { signIns }: Pick<AdminContext, 'signIns'>): void {
  app.get<{ Params: { user: string } }>('/_coexist/v1/authentication-codes/:user', async (request) => {
    const { user, code, until } = await signIns.authenticationCode(request.params.user);
    return { user, code, until: new Date(until).toISOString() };
  });

  app.post<{ Params: { code: string } }>('/_coexist/v1/device-codes/:code', async (request) => {
    const { deviceDecisionBody } = await import('../schemas.ts');
    const decision = readInput(deviceDecisionBody, request.body, 'body');
    await signIns.decideDevice(request.params.code, decision);
    return { userCode: request.params.code, ...decision };
  });
}
