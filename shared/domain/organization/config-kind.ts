import type { Instant } from '../../kernel/clock.ts';
import { type ConfigObject, getConfigObject, listConfigObjects, putConfigObject, removeConfigObject } from '../../store/config-objects.ts';
import type { Executor } from '../../store/database.ts';
import { identityKey, type Settings } from './settings.ts';

/** An object of a kind as it was read, with what writing it back needs. */
export interface Stored<T extends object> {
  readonly name: string;
  readonly value: T;
  readonly object: ConfigObject;
}

/** A kind of configuration object: every object of it has the same shape and is known by its name, in any case. */
export interface ConfigKind<T extends object> {
  readonly kind: string;
  /** From what a registry keeps in memory. */
  get(settings: Settings, name: string): T | undefined;
  all(settings: Settings): readonly T[];
  /** Inside a transaction, or for reading outside one. */
  find(executor: Executor, organization: string, name: string): Promise<Stored<T> | undefined>;
  list(executor: Executor, organization: string): Promise<readonly Stored<T>[]>;
  /** Refuses with the store's `AlreadyExists`. */
  create(tx: Executor, organization: string, name: string, value: T, at: Instant): Promise<void>;
  /** Refuses with the store's `VersionConflict`. */
  replace(tx: Executor, stored: Stored<T>, value: T, at: Instant): Promise<void>;
  remove(tx: Executor, stored: Stored<T>, at: Instant): Promise<void>;
}

/** Names a kind of configuration object; `T` is what its objects hold, plain JSON. */
export function configKind<T extends object>(kind: string): ConfigKind<T> {
  // Settings are one object as long as nothing changes.
  const lists = new WeakMap<Settings, readonly T[]>();
  return {
    kind,
    get: (settings, name) => settings.get(kind, name)?.value as T | undefined,
    all(settings) {
      const known = lists.get(settings);
      if (known !== undefined) return known;
      const listed = settings.list(kind).map(({ value }) => value as T);
      lists.set(settings, listed);
      return listed;
    },
    async find(executor, organization, name) {
      const object = await getConfigObject(executor, organization, kind, identityKey(name));
      return object === undefined ? undefined : storedOf<T>(object);
    },
    list: async (executor, organization) => (await listConfigObjects(executor, organization, kind)).map((object) => storedOf<T>(object)),
    async create(tx, organization, name, value, at) {
      await putConfigObject(tx, { organization, kind, identity: identityKey(name), name, value }, at);
    },
    async replace(tx, { object }, value, at) {
      await putConfigObject(tx, { ...object, value }, at);
    },
    async remove(tx, { object }, at) {
      await removeConfigObject(tx, object, at);
    },
  };
}

function storedOf<T extends object>(object: ConfigObject): Stored<T> {
  return { name: object.name, value: object.value as T, object };
}
