import type { Instant } from '../../kernel/clock.ts';
import { type ConfigObject, getConfigObject, putConfigObject, removeConfigObject } from '../../store/config-objects.ts';
import type { Executor } from '../../store/database.ts';
import { inSavepoint } from '../../store/savepoint.ts';
import type { Recipient } from './recipient.ts';
import { createRecipients, readRecipients, removeRecipient, updateRecipient } from './recipients.ts';

/** Plain JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
type JsonObject = { readonly [name: string]: Json };

/** What administrators manage, at one moment: configuration objects and recipients, by {@link RecordKey}. */
export type ConfigurationImage = ReadonlyMap<RecordKey, JsonObject>;

/** `["object", organization, kind, identity]` or `["recipient", organization, guid]`, as JSON. */
export type RecordKey = string;

/** What became of an object or recipient between two images; absent on the side where it is not there. */
export interface ConfigurationChange {
  readonly key: RecordKey;
  readonly before?: JsonObject | undefined;
  readonly after?: JsonObject | undefined;
  /** All of it is as it was once the change is taken back, whatever has become of it since. */
  readonly whole?: true;
}

/** What somebody's hand has no part in: the clock, and what is remembered of misconfigurations. */
const leftOut = new Set(['clock', 'TopologyBreak', 'TopologyBreakBegun']);

/** Reads all configuration objects and recipients of a world. */
export async function readConfiguration(executor: Executor): Promise<ConfigurationImage> {
  const image = new Map<RecordKey, JsonObject>();
  const organizations = new Set<string>();
  for (const row of await executor.selectFrom('config_object').selectAll().execute()) {
    if (row.kind === 'Organization') organizations.add(row.identity);
    if (leftOut.has(row.kind)) continue;
    image.set(objectKey(row), { name: row.name, value: JSON.parse(row.value) as Json });
  }
  for (const organization of organizations) {
    for (const recipient of await readRecipients(executor, organization)) image.set(recipientKey(recipient), jsonOf(recipient));
  }
  return image;
}

/** What differs, in the order of the keys. */
export function changesBetween(before: ConfigurationImage, after: ConfigurationImage): readonly ConfigurationChange[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return keys.flatMap((key) => {
    const change = { key, before: before.get(key), after: after.get(key) };
    return same(change.before, change.after) ? [] : [change];
  });
}

/**
 * Takes changes back: a property that has changed gets its former value, whatever it is by now; what was made goes and what was taken away
 * comes again. Nothing else of an object is touched.
 */
export async function takeBack(tx: Executor, changes: readonly ConfigurationChange[], at: Instant): Promise<void> {
  for (const change of changes) if (partsOf(change.key)[0] === 'object') await takeObjectBack(tx, change, at);
  // Names are unique: whoever has taken somebody's goes first, in whichever order that is.
  let waiting = changes.filter(({ key }) => partsOf(key)[0] === 'recipient');
  while (waiting.length > 0) {
    const refused: ConfigurationChange[] = [];
    for (const change of waiting) {
      const { refusal } = await inSavepoint(tx, () => takeRecipientBack(tx, change, at));
      if (refusal === undefined) continue;
      if (refused.length + 1 === waiting.length) throw refusal;
      refused.push(change);
    }
    waiting = refused;
  }
}

/** What an object that has changed becomes when the change is taken back; undefined: it goes. */
export function withoutChange(current: JsonObject | undefined, { before, after, whole }: ConfigurationChange): JsonObject | undefined {
  if (before === undefined || after === undefined || whole === true) return before;
  return current === undefined ? undefined : (merged(current, before, after) as JsonObject);
}

async function takeObjectBack(tx: Executor, change: ConfigurationChange, at: Instant): Promise<void> {
  const [, organization = '', kind = '', identity = ''] = partsOf(change.key);
  const stored: ConfigObject | undefined = await getConfigObject(tx, organization, kind, identity);
  const current = stored === undefined ? undefined : { name: stored.name, value: jsonOf(stored.value) };
  const next = withoutChange(current, change);
  if (same(current, next)) return;
  if (next === undefined) {
    if (stored !== undefined) await removeConfigObject(tx, stored, at);
    return;
  }
  const { name, value } = next as { readonly name: string; readonly value: object };
  await putConfigObject(tx, { organization, kind, identity, name, value, version: stored?.version }, at);
}

async function takeRecipientBack(tx: Executor, change: ConfigurationChange, at: Instant): Promise<void> {
  const [, organization = '', guid = ''] = partsOf(change.key);
  const [stored] = await readRecipients(tx, organization, [guid]);
  const current = stored === undefined ? undefined : jsonOf(stored);
  const next = withoutChange(current, change) as (JsonObject & Recipient) | undefined;
  if (same(current, next)) return;
  if (next === undefined) {
    if (stored !== undefined) await removeRecipient(tx, organization, stored.guid, at);
  } else if (stored === undefined) await createRecipients(tx, organization, [next], at);
  else await updateRecipient(tx, next, at);
}

/** `current` with all that differs between `before` and `after` as it was before; lists are taken whole. */
function merged(current: Json, before: Json, after: Json): Json {
  if (!isObject(current) || !isObject(before) || !isObject(after)) return before;
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const next: Record<string, Json> = { ...current };
  for (const name of names) {
    const [was, became] = [before[name], after[name]];
    if (same(was, became)) continue;
    if (was === undefined) delete next[name];
    else next[name] = became === undefined || next[name] === undefined ? was : merged(next[name], was, became);
  }
  return next;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function same(left: Json | undefined, right: Json | undefined): boolean {
  return text(left) === text(right);
}

/** With the members of objects in one order. */
function text(value: Json | undefined): string | undefined {
  if (value === undefined) return undefined;
  return JSON.stringify(value, (_name, member: Json) =>
    isObject(member) ? Object.fromEntries(Object.entries(member).toSorted(([left], [right]) => (left < right ? -1 : 1))) : member,
  );
}

function jsonOf(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}

function objectKey({ organization, kind, identity }: Pick<ConfigObject, 'organization' | 'kind' | 'identity'>): RecordKey {
  return JSON.stringify(['object', organization, kind, identity]);
}

function recipientKey({ organization, guid }: Pick<Recipient, 'organization' | 'guid'>): RecordKey {
  return JSON.stringify(['recipient', organization, guid]);
}

/** A key taken apart: what it is of, its organisation, then kind and identity or the GUID. */
export function partsOf(key: RecordKey): readonly string[] {
  return JSON.parse(key) as string[];
}
