import { getMailbox, type Mailbox } from '../../shared/domain/mailbox/mailboxes.ts';
import type { Guid } from '../../shared/kernel/ids.ts';
import { changeKeyWriter, type ObjectKind } from '../../shared/protocols/ews/change-key.ts';
import type { StoreKey } from '../../shared/protocols/ews/entry-id.ts';
import { type IdWriter, idWriter } from '../../shared/protocols/ews/item-id.ts';
import { everyScope } from '../../shared/store/change-feed.ts';
import type { EwsCall } from './context.ts';

/** A mailbox with what does not depend on who opens it. */
export interface KnownMailbox {
  readonly guid: Guid;
  readonly mailbox: Mailbox;
  readonly store: StoreKey;
  readonly ids: IdWriter;
  changeKey(kind: ObjectKind, change: number): string;
  /** The same store, for those who open one folder with these rights, seeing what is private or not: what is remembered of items is remembered by it. */
  readonly sharedStores: Map<number, StoreKey>;
}

// Mailboxes hardly ever come or go; what may change, who may open one, is asked every time. When the store's content is
// replaced as a whole, its numbers begin again, and whatever is remembered of a mailbox must go with it.
const known = new WeakMap<object, Map<Guid, KnownMailbox>>();

function knownIn(store: EwsCall['context']['store']): Map<Guid, KnownMailbox> {
  const cache = known.get(store);
  if (cache !== undefined) return cache;
  const made = new Map<Guid, KnownMailbox>();
  known.set(store, made);
  store.changes.watch(everyScope, (woken) => {
    if (woken === everyScope) made.clear();
  });
  return made;
}

/** A mailbox by its GUID, of whatever organisation; undefined where there is none. */
export async function knownMailbox(store: EwsCall['context']['store'], guid: Guid): Promise<KnownMailbox | undefined> {
  const cache = knownIn(store);
  const cached = cache.get(guid);
  if (cached !== undefined) return cached;
  const mailbox = await getMailbox(store.read, guid);
  if (mailbox === undefined) return undefined;
  const key = { mailbox: guid, database: mailbox.databaseGuid };
  const changeKey = changeKeyWriter(mailbox.replicaGuid);
  const made = { guid, mailbox, store: key, ids: idWriter(key), changeKey, sharedStores: new Map<number, StoreKey>() };
  cache.set(guid, made);
  return made;
}

/** What ids of items in a mailbox are made of, whoever may see them; undefined where there is no such mailbox. */
export async function storeOf(store: EwsCall['context']['store'], guid: Guid): Promise<StoreKey | undefined> {
  return (await knownMailbox(store, guid))?.store;
}

/** What writes the ids of a mailbox, for whoever may see them; undefined where there is no such mailbox. */
export async function idsOf(store: EwsCall['context']['store'], guid: Guid): Promise<IdWriter | undefined> {
  return (await knownMailbox(store, guid))?.ids;
}
