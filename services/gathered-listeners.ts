import type { HostMap, HostMapSources, Listener } from '../shared/domain/organization/host-map.ts';
import type { Target } from '../shared/net/dial-way.ts';
import type { LabProcess, ProcessListener } from '../shared/store/process-table.ts';

/** What a lab listens on, in this process or in all of its processes: by kind, then by owner, those that came first first. */
export type Listeners = ReadonlyMap<ProcessListener['kind'], ReadonlyMap<string, readonly Listener[]>>;

/** Puts them in order. */
export function gather(listeners: readonly ProcessListener[]): Listeners {
  const byKind = Map.groupBy(listeners, ({ kind }) => kind);
  return new Map([...byKind].map(([kind, some]) => [kind, Map.groupBy(some, ({ owner }) => owner)]));
}

/** Those of the processes that live. */
export function gatherAll(live: readonly LabProcess[]): Listeners {
  return gather(live.flatMap(({ listeners }) => listeners));
}

/** The first of each owner. */
export function firstOf(listeners: Listeners, kind: ProcessListener['kind']): ReadonlyMap<string, Listener> {
  return new Map([...(listeners.get(kind) ?? [])].flatMap(([owner, [first]]) => (first === undefined ? [] : [[owner, first]])));
}

/** The first of those that are of nobody, or of everybody. */
export function anyOf(listeners: Listeners, kind: ProcessListener['kind']): Listener | undefined {
  return listeners.get(kind)?.values().next().value?.[0];
}

/** The part of a host map's sources that listeners are. */
export function hostSources(listeners: Listeners): Pick<HostMapSources, 'listeners' | 'perimeters' | 'mailListeners' | 'gateway'> {
  return {
    listeners: firstOf(listeners, 'https'),
    perimeters: firstOf(listeners, 'perimeter'),
    mailListeners: firstOf(listeners, 'smtp'),
    gateway: anyOf(listeners, 'http'),
  };
}

/** Leads to the listeners of one owner and kind in turn; where one does not listen any more, to the others. */
export function inTurn({ hosts, resolve }: HostMap, listeners: Listeners): HostMap {
  const groups = new Map<string, readonly Listener[]>();
  for (const byOwner of listeners.values())
    for (const group of byOwner.values()) for (const one of group) if (group.length > 1) groups.set(keyOf(one), group);
  if (groups.size === 0) return { hosts, resolve };
  let turn = 0;
  return {
    hosts,
    resolve(host, port) {
      const found = resolve(host, port);
      if (typeof found === 'string') return found;
      const group = groups.get(keyOf(found));
      // Who names a listener by its own port wants that one.
      if (group === undefined || port === found.port) return found;
      turn += 1;
      const [first, ...others] = group.map((_one, index) => group[(index + turn) % group.length]).filter((one) => one !== undefined);
      return first === undefined ? found : ({ ...plain(first), others: others.map(plain) } satisfies Target);
    },
  };
}

function plain({ address, port }: Listener): Listener {
  return { address, port };
}

function keyOf({ address, port }: Listener): string {
  return `${address} ${port}`;
}
