import type { FastifyInstance } from 'fastify';
import type { AdminContext, ClockChange } from '../context.ts';
import { readInput } from '../read.ts';

/** World time, read and moved. */
export function clockRoutes(app: FastifyInstance, { clock }: AdminContext): void {
  const view = ({ fired }: ClockChange = { fired: [] }): object => {
    const { mode, now, skewMs, advancing, running } = clock.state();
    const timers = fired.map(({ id, kind, due }) => ({ id, kind, due: new Date(due).toISOString() }));
    return { now: new Date(now).toISOString(), mode, running, skewMs, status: advancing ? 'advancing' : 'ready', fired: timers };
  };

  app.get('/_coexist/v1/clock', () => view());

  app.post('/_coexist/v1/clock/freeze', async (request) => {
    const { freezeBody } = await import('../schemas.ts');
    return view(await clock.freeze(readInput(freezeBody, request.body, 'body').at));
  });
  app.post('/_coexist/v1/clock/set', async (request) => {
    const { setBody } = await import('../schemas.ts');
    return view(await clock.set(readInput(setBody, request.body, 'body').at));
  });
  app.post('/_coexist/v1/clock/advance', async (request) => {
    const { advanceBody } = await import('../schemas.ts');
    return view(await clock.advance(readInput(advanceBody, request.body, 'body').by));
  });
  app.post('/_coexist/v1/clock/resume', async () => view(await clock.resume()));
  app.put<{ Params: { organization: string } }>('/_coexist/v1/clock/skew/:organization', async (request) => {
    const { skewBody } = await import('../schemas.ts');
    return view(await clock.skew(request.params.organization, readInput(skewBody, request.body, 'body').by));
  });
}
