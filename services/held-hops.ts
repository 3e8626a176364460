import { saveClockState } from '../shared/domain/world/clock-state.ts';
import { createHolds, type Holds } from '../shared/faults/holds.ts';
import { machineNow as realNow } from '../shared/kernel/machine-clock.ts';
import { Refusal } from '../shared/kernel/refusal.ts';
import type { Foundation } from './foundation.ts';

/** Breakpoints, at which the world's time stands and the lab's own calls are patient. */
export function openHolds({
  clock,
  patience,
  journal,
  store,
  failed,
}: Pick<Foundation, 'clock' | 'patience' | 'journal' | 'store' | 'failed'>): Holds {
  const pause = (): (() => void) => {
    const [timeGoesOn, patienceEnds] = [clock.hold(), patience.hold()];
    return () => {
      timeGoesOn();
      patienceEnds();
      store.transaction((tx) => saveClockState(tx, clock.state(), clock.now())).catch(failed);
    };
  };
  const holds = createHolds({ realNow, pause });
  journal.subscribe(({ traceId, parentSpan }) => parentSpan === null && holds.left(traceId), new Set(['aborted']));
  return holds;
}

/** The same for the control port. Refuses where several processes share the lab. */
export function holdControl({ holds }: Pick<Foundation, 'holds'>): Holds {
  if (holds === undefined)
    throw new Refusal('SeveralProcesses', {
      detail: 'hops can be held only in a lab of one process: in the others time and time-outs would go on',
    });
  return holds;
}
