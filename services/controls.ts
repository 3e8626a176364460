import type { ClockControl, EraControl, FaultControl } from './admin/context.ts';
import type { Foundation } from './foundation.ts';

/** The world's clock, as the control port shows and moves it. */
export function clockControl({ timers }: Foundation): ClockControl {
  return {
    state: () => timers.state(),
    freeze: (at) => timers.freeze(at),
    set: (at) => timers.set(at),
    advance: (durationMs) => timers.advance(durationMs),
    resume: () => timers.resume(),
    skew: (organization, skewMs) => timers.skew(organization, skewMs),
  };
}

/** The eras of tenants, as the control port shows and changes them. */
export function eraControl({ registry, store, clock }: Foundation): EraControl {
  return {
    async current() {
      const { eraOf } = await import('../shared/domain/organization/eras.ts');
      const { all } = await registry.current();
      return Object.fromEntries(all.flatMap(({ name, era }) => (era === undefined ? [] : [[name, { era, title: eraOf(era).title }]])));
    },
    async set(name, era) {
      const { setEra } = await import('../shared/domain/organization/registry.ts');
      await store.transaction((tx) => setEra(tx, name, era, clock.now(name)));
    },
  };
}

/**
 * The faults that are injected, as the control port lists and changes them.
 *
 * @param shakeAnew lets go of connections that stand: rules of handshakes act on the next call, not on the next connection
 */
export function faultControl({ faults }: Foundation, shakeAnew: () => void): FaultControl {
  const ofHandshakes = (): readonly string[] => faults.list().flatMap(({ id, seam }) => (seam.startsWith('tls.') ? [id] : []));
  const followed = <Made>(change: () => Made): Made => {
    const before = ofHandshakes();
    const made = change();
    if (ofHandshakes().join() !== before.join()) shakeAnew();
    return made;
  };
  return {
    list: () => faults.list().map((rule) => ({ ...rule })),
    add: (rule) => followed(() => ({ ...faults.add(rule) })),
    remove: (id) => followed(() => faults.remove(id)),
    clear: () => followed(() => faults.clear()),
  };
}
