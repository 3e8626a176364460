import type { Instant } from '../../kernel/clock.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { type ConfigObject, getConfigObject, putConfigObject } from '../../store/config-objects.ts';
import type { Executor, Store } from '../../store/database.ts';
import type { EraName } from '../world/vocabulary.ts';
import type { Organization } from './organization.ts';
import { openSettings, type Settings, type SettingsView } from './settings.ts';

/** The organisations of a world as of one moment. */
export interface Organizations {
  /** In the order of the world file. */
  readonly all: readonly Organization[];
  byName(name: string): Organization | undefined;
  /** By any of its virtual hosts, those that only redirect included; without case. */
  byHost(host: string): Organization | undefined;
  /** Every organisation that accepts a domain: during coexistence two share one. */
  byDomain(domain: string): readonly Organization[];
}

/** The organisations and their settings, in memory and kept up with the store. */
export interface Registry {
  current(): Promise<Organizations>;
  /** Configuration objects of an organisation; `''`: those that belong to none, the authentication service's among them. */
  settings(organization: string): Promise<Settings>;
  close(): void;
}

const kind = 'Organization';

/** Writes an organisation's record; `position` is its place in the world file. */
export async function createOrganization(tx: Executor, organization: Organization, position: number, at: Instant): Promise<void> {
  const value = { position, organization };
  await putConfigObject(tx, { organization: '', kind, identity: organization.name, name: organization.name, value }, at);
}

/** The record of an organisation inside a transaction, or read outside of one. */
export async function readOrganization(executor: Executor, name: string): Promise<Organization> {
  return (await requireRecord(executor, name)).organization;
}

/** The same where there may be none of that name. */
export async function findOrganization(executor: Executor, name: string): Promise<Organization | undefined> {
  return ((await getConfigObject(executor, '', kind, name))?.value as StoredOrganization | undefined)?.organization;
}

/** Gives an organisation other accepted domains; the first is the default. */
export async function setDomains(tx: Executor, name: string, domains: readonly string[], at: Instant): Promise<void> {
  const { object, position, organization } = await requireRecord(tx, name);
  await putConfigObject(tx, { ...object, value: { position, organization: { ...organization, domains } } }, at);
}

async function requireRecord(executor: Executor, name: string): Promise<StoredOrganization & { readonly object: ConfigObject }> {
  const object = await getConfigObject(executor, '', kind, name);
  if (object === undefined) throw new Error(`defect: there is no organisation ${name}`);
  return { ...(object.value as StoredOrganization), object };
}

/** Why an era cannot be set. */
export type EraRefusalCode = 'UnknownOrganization' | 'NoTenant';

/** Puts a tenant into another era. Refuses with {@link EraRefusalCode}; the detail is meant for whoever asked. */
export async function setEra(tx: Executor, name: string, era: EraName, at: Instant): Promise<void> {
  const refuse = (code: EraRefusalCode, detail: string): Refusal<EraRefusalCode> => new Refusal(code, { detail });
  const object = await getConfigObject(tx, '', kind, name);
  if (object === undefined) throw refuse('UnknownOrganization', `the world has no organisation ${JSON.stringify(name)}`);
  const { position, organization } = object.value as StoredOrganization;
  if (organization.kind !== 'cloud') throw refuse('NoTenant', `${name} is on-premises: eras are those of the cloud`);
  await putConfigObject(tx, { ...object, value: { position, organization: { ...organization, era } } }, at);
}

/** Opens the registry of a store; nothing is read before it is asked. */
export function openRegistry(store: Store): Registry {
  const world = openSettings(store, '');
  const views = new Map<string, SettingsView>();
  let made: { readonly from: Settings; readonly organizations: Organizations } | undefined;
  const current = async (): Promise<Organizations> => {
    const from = await world.current();
    if (made?.from !== from) made = { from, organizations: organizationsOf(from) };
    return made.organizations;
  };
  const openView = async (name: string): Promise<Settings> => {
    if ((await current()).byName(name) === undefined) throw new Error(`defect: there is no organisation ${name}`);
    const view = views.get(name) ?? openSettings(store, name);
    views.set(name, view);
    return view.current();
  };
  return {
    current,
    settings(name) {
      if (name === '') return world.current();
      return views.get(name)?.current() ?? openView(name);
    },
    close() {
      for (const view of [world, ...views.values()]) view.close();
    },
  };
}

interface StoredOrganization {
  readonly position: number;
  readonly organization: Organization;
}

function organizationsOf(settings: Settings): Organizations {
  const all = settings
    .list(kind)
    .map(({ value }) => value as StoredOrganization)
    .toSorted((left, right) => left.position - right.position)
    .map(({ organization }) => organization);
  const names = new Map(all.map((organization) => [organization.name, organization]));
  const hosts = new Map<string, Organization>();
  const domains = new Map<string, Organization[]>();
  for (const organization of all) {
    const { web, autodiscover, smtp, redirectOnly } = organization.hosts;
    for (const host of [web, autodiscover, ...(smtp === undefined ? [] : [smtp]), ...redirectOnly])
      hosts.set(host.toLowerCase(), organization);
    for (const domain of organization.domains) domains.set(domain, [...(domains.get(domain) ?? []), organization]);
  }
  return {
    all,
    byName: (name) => names.get(name),
    byHost: (host) => hosts.get(host.toLowerCase()),
    byDomain: (domain) => domains.get(domain.toLowerCase()) ?? [],
  };
}
