import { begunBreaks, rememberedBreaks } from '../shared/faults/remembered-breaks.ts';
import { createJournal } from '../shared/journal/journal.ts';
import type { ExchangeRecorder } from '../shared/kernel/exchange.ts';
import { createIdentifiers } from '../shared/kernel/ids.ts';
import { seededRandom } from '../shared/kernel/random.ts';
import type { AdminContext, CmdletControl } from './admin/context.ts';
import type { TopologyControl } from './admin/topology-control.ts';
import type { Foundation } from './foundation.ts';

/** Misconfigurations, as the control port makes and finds them. `forget`: see `TopologyControlParts`. */
export async function topologyOf(
  foundation: Foundation,
  { clock, faults, cmdlets, eras, keys, caPem }: AdminContext,
  forget: () => Promise<void>,
  shell: (recorder: ExchangeRecorder) => CmdletControl['run'],
): Promise<TopologyControl> {
  const { createTopologyControl } = await import('./admin/topology-control.ts');
  // A journal that nobody reads.
  const recorder = await createJournal({ identifiers: createIdentifiers(seededRandom('unrecorded')), octets: 'off', capacity: 10 });
  return createTopologyControl({
    ...foundation,
    ...{ timers: clock, faults, cmdlets, unrecorded: { run: shell(recorder) }, keys, caPem, forget },
    skewMs: () => clock.state().skewMs,
    setEra: (organization, era) => eras.set(organization, era),
  });
}

/** Rules that stand for what is broken begin again with the process; a world in which nothing is broken loads nothing for it. */
export async function resumeBreaks({ store }: Foundation, { topology }: Pick<AdminContext, 'topology'>): Promise<void> {
  const kept = await store.read
    .selectFrom('config_object')
    .select('identity')
    .where('organization', '=', '')
    .where('kind', 'in', [rememberedBreaks.kind, begunBreaks.kind])
    .execute();
  if (kept.length > 0) await (await topology()).resume();
}
