import type { Listener } from '../shared/domain/organization/host-map.ts';
import type { Organization } from '../shared/domain/organization/organization.ts';
import { perimeterOf } from '../shared/domain/organization/perimeter-devices.ts';
import type { HttpDoorOptions } from '../shared/service/http-door.ts';
import type { HttpsDoor } from '../shared/service/https-door.ts';
import { organizationScope } from '../shared/store/config-objects.ts';
import { orTryAgain } from '../shared/store/database-away.ts';
import type { Config } from './config.ts';
import type { Foundation } from './foundation.ts';
import type { ListenerPorts } from './ports.ts';

/** The devices in front of organisations: each has a listener as long as it is on. */
export interface Perimeters {
  /** Resolves when what has been set by now is so. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export interface PerimeterOpening {
  readonly config: Pick<Config, 'services'>;
  readonly foundation: Foundation;
  readonly organizations: readonly Organization[];
  readonly ports: Pick<ListenerPorts, 'perimeters'>;
  /** The front ends, by organisation. */
  readonly fronts: ReadonlyMap<string, Listener>;
  readonly door: HttpDoorOptions;
  bind(door: HttpsDoor, port: number, purpose: string): Promise<Listener>;
  /** Is told the listeners when there are others. */
  changed(devices: ReadonlyMap<string, Listener>): void;
}

/** Follows the settings of organisations on-premises. Nothing of the device is loaded before one is on. */
export function openPerimeters(opening: PerimeterOpening): Perimeters | undefined {
  const { config, foundation, organizations, fronts } = opening;
  if (!config.services.has('perimeter')) return undefined;
  const { store, registry, log } = foundation;
  const open = new Map<string, { readonly door: HttpsDoor; readonly listener: Listener }>();
  const guarded = organizations.filter(({ kind, name }) => kind === 'on-premises' && fronts.has(name));
  const look = async (): Promise<void> => {
    let isOther = false;
    for (const organization of guarded) {
      const { name } = organization;
      const isOn = perimeterOf(await registry.settings(name)).Enabled;
      const known = open.get(name);
      if (isOn === (known !== undefined)) continue;
      isOther = true;
      if (known === undefined) open.set(name, await openDevice(opening, organization));
      else {
        open.delete(name);
        // Whoever is connected is let finish; nobody waits for it.
        void known.door.close(graceMs);
      }
    }
    if (isOther) opening.changed(new Map([...open].map(([name, { listener }]) => [name, listener])));
  };
  const failed = (error: unknown): void => log.log('error', `a device in front: ${error instanceof Error ? error.stack : String(error)}`);
  let isAsked = false;
  const wake = (): void => {
    // One look after the one that runs sees all that was set meanwhile.
    if (isAsked) return;
    isAsked = true;
    running = running.then(() => {
      isAsked = false;
      return look().catch(orTryAgain(wake, failed));
    });
  };
  let running = look().catch(orTryAgain(wake, failed));
  const ends = guarded.map(({ name }) => store.changes.watch(organizationScope(name), wake));
  return {
    settled: () => running,
    async stop() {
      for (const end of ends) end();
      await running;
    },
  };
}

const graceMs = 5_000;

async function openDevice(
  { foundation, ports, fronts, door, bind }: PerimeterOpening,
  organization: Organization,
): Promise<{ readonly door: HttpsDoor; readonly listener: Listener }> {
  const { createPerimeter } = await import('./perimeter/service.ts');
  const { name } = organization;
  const { store, registry, directory, certificates } = foundation;
  const upstream = fronts.get(name);
  if (upstream === undefined) throw new Error(`defect: ${name} has no front end`);
  const settings = () => registry.settings(name);
  const device = await createPerimeter({ ...door, certificates, organization, settings, directory: directory(name), store, upstream });
  return { door: device, listener: await bind(device, ports.perimeters.get(name) ?? 0, `https of the device in front of ${name}`) };
}
