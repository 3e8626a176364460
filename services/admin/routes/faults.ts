import type { FastifyInstance } from 'fastify';
import { isHiddenRule } from '../break-rules.ts';
import type { AdminContext, FaultView } from '../context.ts';
import { Problem } from '../failures.ts';
import { readInput } from '../read.ts';

/** Fault rules: tried in the order in which they were added, first match wins; none means no faults. */
export function faultRoutes(app: FastifyInstance, { faults }: AdminContext): void {
  const noSuchFault = (id: string): Problem => new Problem(404, 'Unknown fault', `There is no fault ${JSON.stringify(id)}.`);

  // What stands for something hidden says what it is.
  const told = (): readonly FaultView[] => faults.list().filter(({ id }) => !isHiddenRule(id));

  app.get('/_coexist/v1/faults', () => ({ faults: told() }));

  app.get<{ Params: { id: string } }>('/_coexist/v1/faults/:id', async (request) => {
    const { faultId } = await import('../schemas.ts');
    const id = readInput(faultId, request.params.id, 'path');
    const found = told().find((fault) => fault.id === id);
    if (found === undefined) throw noSuchFault(id);
    return found;
  });

  app.post('/_coexist/v1/faults', (request, reply) => {
    const fault = faults.add(request.body);
    return reply
      .code(201)
      .header('location', `/_coexist/v1/faults/${encodeURIComponent(fault.id)}`)
      .send(fault);
  });

  app.delete('/_coexist/v1/faults', (_request, reply) => {
    faults.clear();
    return reply.code(204).send();
  });

  app.delete<{ Params: { id: string } }>('/_coexist/v1/faults/:id', async (request, reply) => {
    const { faultId } = await import('../schemas.ts');
    const id = readInput(faultId, request.params.id, 'path');
    if (!faults.remove(id)) throw noSuchFault(id);
    return reply.code(204).send();
  });
}
