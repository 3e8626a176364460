import type { FastifyInstance } from 'fastify';
import { misconfigurations } from '../../../shared/faults/misconfigurations/index.ts';
import { type Misconfiguration, stepText } from '../../../shared/faults/misconfigurations/misconfiguration.ts';
import type { RememberedBreak } from '../../../shared/faults/remembered-breaks.ts';
import type { AdminContext } from '../context.ts';
import { requireReady } from '../failures.ts';
import { readInput } from '../read.ts';

/** Misconfigurations of the world: made, found, taken back. */
export function topologyRoutes(app: FastifyInstance, context: AdminContext): void {
  app.get('/_coexist/v1/topology', async () => {
    requireReady(context);
    const broken = await (await context.topology()).broken();
    return { broken: broken.map(view), misconfigurations: misconfigurations.map(listed) };
  });

  app.get('/_coexist/v1/map', async () => {
    requireReady(context);
    const control = await context.topology();
    const [topology, findings, broken] = [await control.read(), await control.lint(), await control.broken()];
    const { worldMap } = await import('../world-map.ts');
    const services = context.services();
    return worldMap({ topology, findings, broken, endpoints: context.endpoints(), tally: context.journal.tally(), services });
  });

  app.get('/_coexist/v1/topology/lint', async () => {
    requireReady(context);
    const found = await (await context.topology()).lint();
    const findings = found.map(({ misconfiguration: { id, title, remedy }, organization, object, says }) => ({
      ...{ id, title, organization, object, says, remedy },
    }));
    return { findings, unseen: misconfigurations.flatMap(unseen) };
  });

  app.get<{ Params: { id: string } }>('/_coexist/v1/topology/explain/:id', async (request) => {
    requireReady(context);
    const topology = await context.topology();
    const misconfiguration = topology.find(request.params.id);
    const { id, title, symptom, source, notice, remedy, shownBy } = misconfiguration;
    const plays = await topology.play(id);
    const variants = plays.map(({ name, variant: { how, unseen: why }, played }) => ({
      ...{ name, how, seen: why ?? null },
      ...(typeof played === 'string' ? { lacks: played } : { steps: played.broken.map(stepText), remedy: played.mended.map(stepText) }),
    }));
    const now = (await topology.broken()).find((one) => one.id === id);
    return { id, title, symptom, source, notice, remedy, shownBy: shownBy ?? null, variants, broken: now === undefined ? null : view(now) };
  });

  app.post<{ Params: { id: string } }>('/_coexist/v1/topology/break/:id', async (request) => {
    const { breakBody } = await import('../schemas.ts');
    const asked = readInput(breakBody, request.body, 'body');
    requireReady(context);
    const made = await (await context.topology()).break(request.params.id, asked);
    return made.hidden === true ? { hidden: true } : view(made);
  });

  app.post<{ Params: { id: string } }>('/_coexist/v1/topology/fix/:id', async (request) => {
    requireReady(context);
    const { id, variant } = await (await context.topology()).fix(request.params.id);
    return { id, variant, status: 'fixed' };
  });
}

function listed({ id, title, variants, shownBy }: Misconfiguration): object {
  return { id, title, variants: Object.entries(variants).map(([name, { how }]) => ({ name, how })), shownBy: shownBy ?? null };
}

/** What no look at the configuration finds, and why. */
function unseen({ id, variants, shownBy }: Misconfiguration): readonly object[] {
  if (shownBy !== undefined) return [{ id, variant: null, why: shownBy }];
  return Object.entries(variants).flatMap(([variant, { unseen: why }]) => (why === undefined ? [] : [{ id, variant, why }]));
}

function view({ id, variant, since, steps, mended, faults }: RememberedBreak): object {
  const how = misconfigurations.find((one) => one.id === id)?.variants[variant]?.how ?? null;
  return {
    ...{ id, variant, how, since: new Date(since).toISOString() },
    steps: steps.map(stepText),
    remedy: mended.map(stepText),
    // The same for programs.
    plan: mended,
    faults: faults.map((rule) => rule.id),
  };
}
