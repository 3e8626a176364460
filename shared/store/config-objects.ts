import type { Instant } from '../kernel/clock.ts';
import { appendChanges, nextSequence } from './change-feed.ts';
import type { Executor } from './database.ts';
import type { ConfigObjectTable } from './directory-schema.ts';
import { storeRefusal } from './errors.ts';
import { prepared } from './prepared.ts';
import { storableJson } from './storable.ts';

/** What a cmdlet manages. */
export interface ConfigObject {
  /** Name of the organisation; '' for the world itself. */
  readonly organization: string;
  readonly kind: string;
  readonly identity: string;
  readonly name: string;
  /** Plain JSON; its shape is the concern of the domain module that owns the kind. */
  readonly value: object;
  /** Counts the writes, from 1. */
  readonly version: number;
}

type Key = Pick<ConfigObject, 'organization' | 'kind' | 'identity'>;

/** The scope of an organisation's configuration and directory in the change feed. */
export function organizationScope(organization: string): string {
  return `organization:${organization}`;
}

const getOne = prepared((db, p: Key) =>
  db
    .selectFrom('config_object')
    .selectAll()
    .where('organization', '=', p.organization)
    .where('kind', '=', p.kind)
    .where('identity', '=', p.identity),
);
const listKind = prepared((db, p: Omit<Key, 'identity'>) =>
  db.selectFrom('config_object').selectAll().where('organization', '=', p.organization).where('kind', '=', p.kind).orderBy('identity'),
);
const insertOne = prepared((db, p: ConfigObjectTable) =>
  db
    .insertInto('config_object')
    .values({ organization: p.organization, kind: p.kind, identity: p.identity, name: p.name, value: p.value, version: p.version })
    .onConflict((conflict) => conflict.doNothing()),
);
const updateOne = prepared((db, p: Pick<ConfigObjectTable, 'name' | 'value' | 'version'> & Key & { expected: number }) =>
  db
    .updateTable('config_object')
    .set({ name: p.name, value: p.value, version: p.version })
    .where('organization', '=', p.organization)
    .where('kind', '=', p.kind)
    .where('identity', '=', p.identity)
    .where('version', '=', p.expected),
);
const deleteOne = prepared((db, p: Key & { expected: number }) =>
  db
    .deleteFrom('config_object')
    .where('organization', '=', p.organization)
    .where('kind', '=', p.kind)
    .where('identity', '=', p.identity)
    .where('version', '=', p.expected),
);

/** One object, or undefined. `identity` is compared bytewise: callers fold what is not case-sensitive. */
export async function getConfigObject(
  executor: Executor,
  organization: string,
  kind: string,
  identity: string,
): Promise<ConfigObject | undefined> {
  const row = await getOne.first(executor, { organization, kind, identity });
  return row === undefined ? undefined : objectOf(row);
}

/** All objects of a kind in an organisation, by identity. */
export async function listConfigObjects(executor: Executor, organization: string, kind: string): Promise<ConfigObject[]> {
  return (await listKind.all(executor, { organization, kind })).map(objectOf);
}

/** An object as it is to be; `version` is that of the object which was read, absent when there must be none yet. */
export type ConfigObjectWrite = Omit<ConfigObject, 'version'> & { readonly version?: number | undefined };

/**
 * Creates or replaces an object and appends a change to its organisation's scope; answers the object as it now is.
 * Refuses with `VersionConflict` when it has another version than the one that was read, `AlreadyExists` when it is new.
 */
export async function putConfigObject(tx: Executor, object: ConfigObjectWrite, at: Instant): Promise<ConfigObject> {
  const { organization, kind, identity, name, version: expected } = object;
  const version = (expected ?? 0) + 1;
  const row = { organization, kind, identity, name, value: storableJson(object.value), version };
  const written = expected === undefined ? await insertOne.run(tx, row) : await updateOne.run(tx, { ...row, expected });
  if (written === 0)
    throw storeRefusal(expected === undefined ? 'AlreadyExists' : 'VersionConflict', `${kind} ${identity} of ${organization}`);
  await appendConfigChange(tx, object, expected === undefined ? 'create' : 'update', at);
  return { organization, kind, identity, name, value: object.value, version };
}

/** Removes an object that was read, and appends a change. Refuses with `VersionConflict` like {@link putConfigObject}. */
export async function removeConfigObject(tx: Executor, object: Key & Pick<ConfigObject, 'version'>, at: Instant): Promise<void> {
  const { organization, kind, identity, version: expected } = object;
  const removed = await deleteOne.run(tx, { organization, kind, identity, expected });
  if (removed === 0) throw storeRefusal('VersionConflict', `${kind} ${identity} of ${organization}`);
  await appendConfigChange(tx, object, 'delete', at);
}

async function appendConfigChange(tx: Executor, { organization, kind, identity }: Key, operation: string, at: Instant): Promise<void> {
  const scope = organizationScope(organization);
  const sequence = await nextSequence(tx, scope);
  await appendChanges(tx, [{ scope, sequence, kind: 'config', object: 0, identity: `${kind}/${identity}`, operation, folder: null, at }]);
}

function objectOf(row: ConfigObjectTable): ConfigObject {
  return { ...row, value: JSON.parse(row.value) as object };
}
