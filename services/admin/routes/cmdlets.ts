import type { FastifyInstance } from 'fastify';
import type { AdminContext } from '../context.ts';
import { Problem } from '../failures.ts';
import { readInput } from '../read.ts';

/** What variables hold comes with the line: a report of a move may be long. */
const mostBodyBytes = 8 * 1024 * 1024;

/** Cmdlet lines, as an administrator types them. */
export function cmdletRoutes(
  app: FastifyInstance,
  { cmdlets, pending, endpoints }: Pick<AdminContext, 'cmdlets' | 'pending' | 'endpoints'>,
): void {
  app.post('/_coexist/v1/cmdlets', { bodyLimit: mostBodyBytes }, async (request) => {
    const { cmdletBody } = await import('../schemas.ts');
    const { line, organization, as, variables } = readInput(cmdletBody, request.body, 'body');
    if (pending().length > 0) throw new Problem(409, 'Not ready', 'The lab is starting or ending.');
    return cmdlets.run(line, organization, as, variables);
  });

  app.get('/_coexist/v1/cmdlets/completions', async (request) => {
    const [{ completionsQuery }, { completionAt }] = await Promise.all([
      import('../schemas.ts'),
      import('../../../shared/cmdlets/completion.ts'),
    ]);
    const { line, at = line.length, organization } = readInput(completionsQuery, request.query, 'query');
    const kind = endpoints().organizations[organization]?.kind;
    if (kind === undefined) throw new Problem(404, 'Unknown organization', `The world has no organization ${organization}.`);
    return completionAt(line, at, kind);
  });
}
