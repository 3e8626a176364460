import type { FastifyInstance } from 'fastify';
import type { AdminContext } from '../context.ts';
import { Problem } from '../failures.ts';
import { readInput } from '../read.ts';

/** What variables hold comes with the line: a report of a move may be long. */
const mostBodyBytes = 8 * 1024 * 1024;

/** Cmdlet lines, as an administrator types them. */
export function cmdletRoutes(app: FastifyInstance, { cmdlets, pending }: Pick<AdminContext, 'cmdlets' | 'pending'>): void {
  app.post('/_coexist/v1/cmdlets', { bodyLimit: mostBodyBytes }, async (request) => {
    const { cmdletBody } = await import('../schemas.ts');
    const { line, organization, as, variables } = readInput(cmdletBody, request.body, 'body');
    if (pending().length > 0) throw new Problem(409, 'Not ready', 'The lab is starting or ending.');
    return cmdlets.run(line, organization, as, variables);
  });
}
