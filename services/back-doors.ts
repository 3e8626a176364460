import { randomBytes } from 'node:crypto';
import type { Organization } from '../shared/domain/organization/organization.ts';
import type { HttpDoorOptions } from '../shared/service/http-door.ts';
import { claimInstalled } from '../shared/store/installation-table.ts';
import type { LabProcess } from '../shared/store/process-table.ts';
import type { Config } from './config.ts';
import type { Foundation } from './foundation.ts';
import type { createServicesDoor } from './frontend/back-door.ts';
import type { BackLinks } from './frontend/back-links.ts';
import type { Apps } from './running-services.ts';

/** What front ends pass on to other processes: the services of organisations, RPC over HTTP excepted. */
const passedOn = ['ews', 'autodiscover', 'mrsproxy', 'oab', 'admin-api'] as const;

/** The way of this process's front ends to services that run in others; undefined where it has none, or is alone. */
export async function openBackLinks({ services }: Config, { processes, store }: Foundation): Promise<BackLinks | undefined> {
  if (processes === undefined || !services.has('frontend')) return undefined;
  const { BackLinks: Links } = await import('./frontend/back-links.ts');
  return new Links({
    linkKey: await linkKey(store),
    doors: (service, organization) => doorsOf(processes.live(), service, organization),
  });
}

/** The door for front ends of other processes, which does not listen yet; undefined where this one has front ends itself, or is alone. */
export async function openBackDoor(
  { services }: Config,
  { processes, store, certificates, registry }: Foundation,
  { door, apps, organizations }: { readonly door: HttpDoorOptions; readonly apps: Apps; readonly organizations: readonly Organization[] },
): Promise<ReturnType<typeof createServicesDoor> | undefined> {
  if (processes === undefined || services.has('frontend') || !passedOn.some((name) => services.has(name))) return undefined;
  const { createServicesDoor: create } = await import('./frontend/back-door.ts');
  const { caPem } = certificates;
  return create({ ...door, apps, organizations, settings: registry.settings, caPem, linkKey: await linkKey(store) });
}

/** Those of the processes that run a service for an organisation. */
function doorsOf(live: readonly LabProcess[], service: string, organization: string): readonly { address: string; port: number }[] {
  return live
    .filter(({ services, organizations }) => services.includes(service) && organizations.includes(organization))
    .flatMap(({ listeners }) => listeners.filter(({ kind }) => kind === 'back'));
}

async function linkKey(store: Foundation['store']): Promise<Buffer> {
  const made = randomBytes(32).toString('base64');
  return Buffer.from(await store.transaction((tx) => claimInstalled(tx, 'link key', made)), 'base64');
}
