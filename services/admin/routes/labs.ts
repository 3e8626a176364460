import type { FastifyInstance } from 'fastify';
import type { AdminContext } from '../context.ts';
import { Problem, requireReady } from '../failures.ts';
import type { LabsControl } from '../labs-control.ts';
import { readInput } from '../read.ts';

type WithId = { readonly Params: { readonly id: string } };

/** Exercises: started, looked at, checked, put back. */
export function labRoutes(app: FastifyInstance, context: AdminContext): void {
  const control = async (id?: string): Promise<LabsControl> => {
    requireReady(context);
    const labs = await context.labs();
    if (id !== undefined && !(await labs.list()).some((one) => one.id === id))
      throw new Problem(404, 'Unknown lab', `There is no lab ${JSON.stringify(id)} in this world.`);
    return labs;
  };
  const path = '/_coexist/v1/labs/:id';

  app.get('/_coexist/v1/labs', async () => ({ labs: await (await control()).list() }));

  app.get<WithId>(path, async ({ params: { id }, query }) => {
    const { labQuery } = await import('../schemas.ts');
    const { presenter } = readInput(labQuery, query, 'query');
    const labs = await control(id);
    return presenter ? labs.presented(id) : labs.view(id);
  });

  app.post<WithId>(`${path}/start`, async ({ params: { id }, body }) => {
    const { labStartBody } = await import('../schemas.ts');
    const { seed } = readInput(labStartBody, body, 'body');
    return (await control(id)).start(id, seed);
  });

  app.post<WithId>(`${path}/check`, async ({ params: { id }, body }) => {
    const { labCheckBody } = await import('../schemas.ts');
    const { answers } = readInput(labCheckBody, body, 'body');
    return (await control(id)).check(id, answers);
  });

  app.post<WithId>(`${path}/answer`, async ({ params: { id }, body }) => {
    const { labAnswerBody } = await import('../schemas.ts');
    const { cause } = readInput(labAnswerBody, body, 'body');
    return (await control(id)).answer(id, cause);
  });

  app.post<WithId>(`${path}/hint`, async ({ params: { id } }) => (await control(id)).hint(id));
  app.post<WithId>(`${path}/solve`, async ({ params: { id } }) => (await control(id)).solve(id));
  app.post<WithId>(`${path}/reset`, async ({ params: { id } }) => (await control(id)).reset(id));
}
