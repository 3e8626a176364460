import { type ConfigObject, getConfigObject, organizationScope } from '../../store/config-objects.ts';
import type { Executor, Store } from '../../store/database.ts';
import { fold } from '../../store/fold.ts';
import type { ChangeTable } from '../../store/schema.ts';
import { followScope } from './follow-scope.ts';

/** An organisation's configuration objects as of one moment. */
export interface Settings {
  /** By kind and identity; identities are compared without case. */
  get(kind: string, identity: string): ConfigObject | undefined;
  /** All of a kind, by identity. */
  list(kind: string): readonly ConfigObject[];
}

/** The configuration of an organisation, in memory and kept up with the store. */
export interface SettingsView {
  current(): Promise<Settings>;
  close(): void;
}

/** Follows the configuration objects of an organisation ('' for those of the world itself). */
export function openSettings(store: Store, organization: string): SettingsView {
  return followScope<Settings>(store, organizationScope(organization), {
    load: (executor) => loadSettings(executor, organization),
    async apply(executor, settings, changes) {
      const keys = changedKeys(changes);
      return keys.length === 0 ? settings : applyChanges(executor, organization, settings, keys);
    },
  });
}

/** The identity under which an object is kept: callers may spell it in any case. */
export function identityKey(identity: string): string {
  return fold(identity);
}

type Key = readonly [kind: string, identity: string];

async function loadSettings(executor: Executor, organization: string): Promise<Settings> {
  const rows = await executor.selectFrom('config_object').selectAll().where('organization', '=', organization).execute();
  return settingsOf(rows.map((row) => ({ ...row, value: JSON.parse(row.value) as object })));
}

async function applyChanges(executor: Executor, organization: string, settings: Settings, keys: readonly Key[]): Promise<Settings> {
  const kinds = new Set(keys.map(([kind]) => kind));
  const changed = new Set(keys.map(([kind, identity]) => `${kind}/${identity}`));
  const kept = [...allOf(settings)].filter(({ kind, identity }) => !kinds.has(kind) || !changed.has(`${kind}/${identity}`));
  const read = await Promise.all(keys.map(([kind, identity]) => getConfigObject(executor, organization, kind, identity)));
  return settingsOf([...kept, ...read.filter((object) => object !== undefined)]);
}

/** Change rows of configuration name their object as `kind/identity`. */
function changedKeys(changes: readonly ChangeTable[]): readonly Key[] {
  const names = new Set(changes.filter(({ kind }) => kind === 'config').map(({ identity }) => identity));
  return [...names].map((name): Key => {
    const slash = name.indexOf('/');
    return [name.slice(0, slash), name.slice(slash + 1)];
  });
}

const contents = new WeakMap<Settings, readonly ConfigObject[]>();

function allOf(settings: Settings): readonly ConfigObject[] {
  return contents.get(settings) ?? [];
}

function settingsOf(objects: readonly ConfigObject[]): Settings {
  const kinds = new Map<string, Map<string, ConfigObject>>();
  for (const object of objects.toSorted((left, right) => (left.identity < right.identity ? -1 : 1))) {
    const members = kinds.get(object.kind) ?? new Map<string, ConfigObject>();
    kinds.set(object.kind, members.set(object.identity, object));
  }
  const settings: Settings = {
    get: (kind, identity) => kinds.get(kind)?.get(identityKey(identity)),
    list: (kind) => [...(kinds.get(kind)?.values() ?? [])],
  };
  contents.set(settings, objects);
  return settings;
}
