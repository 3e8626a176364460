import type { Directory } from '../../../shared/domain/directory/directory.ts';
import { isListed, type Recipient } from '../../../shared/domain/directory/recipient.ts';
import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { getItems } from '../../../shared/domain/mailbox/items.ts';
import { type LinkedItems, linkedItems } from '../../../shared/domain/mailbox/linked-items.ts';
import { withoutPrivateItems, withSharedFacts } from '../../../shared/domain/mailbox/private-items.ts';
import type { Restriction } from '../../../shared/domain/mailbox/restriction.ts';
import { scanItems } from '../../../shared/domain/mailbox/scan-items.ts';
import type { SortKey } from '../../../shared/domain/mailbox/sort.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import { emailAddresses } from '../../../shared/protocols/ews/fields/dictionaries.ts';
import { folderElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import { type FolderTarget, type OpenFolder, openFolder } from '../mailboxes.ts';
import { addressesOf, people } from './contact-matches.ts';
import type { PersonaPlan } from './persona-plan.ts';
import type { PersonaSources } from './persona-view.ts';

/** By their names: the order in which people are told where none is asked for (inferred). */
const byName: readonly [SortKey] = [{ property: tags.displayName, direction: 'ascending' }];

/** What people of a folder must have: `one` contact of theirs, and `all` that is known of them. */
export interface PeopleSought {
  readonly one?: Restriction | undefined;
  readonly all?: Restriction | undefined;
  readonly sort?: readonly SortKey[];
}

const addressKeys = [...emailAddresses.values()].map(({ address }) => address);

/**
 * The people of a contacts folder: contacts that share an e-mail address are one (inferred; how Exchange links contacts is
 * not published). Each by the counters of his contacts, oldest first.
 */
export async function peopleIn(
  call: EwsCall,
  { mailbox, folder }: OpenFolder,
  { one, all, sort = byName }: PeopleSought = {},
): Promise<readonly LinkedItems[]> {
  const { read } = call.context.store;
  const place = { mailbox: mailbox.guid, folders: [folder.counter], associated: false };
  const visible = (wanted: Restriction): Restriction => (mailbox.isShared ? withoutPrivateItems(wanted) : wanted);
  const linked = await linkedItems(read, { ...place, restriction: visible(people), sort }, addressKeys);
  const tests: ReadonlySet<number>[] = [];
  for (const wanted of [one, all]) {
    if (wanted === undefined) continue;
    tests.push(new Set(await scanItems(read, { ...place, restriction: visible({ kind: 'and', of: [people, wanted] }), sort: byName })));
  }
  return linked.filter((contacts) => tests.every((fitting) => contacts.some((counter) => fitting.has(counter))));
}

/** Contacts of one person that are told of, the oldest: a bound of ours. */
const mostContacts = 100;

/** What is known of some people of a folder, without the directory, in their order. */
export async function sourcesOf(
  call: EwsCall,
  { mailbox }: OpenFolder,
  linked: readonly LinkedItems[],
  { needs }: PersonaPlan,
): Promise<readonly PersonaSources[]> {
  const need = { properties: needs };
  const shown = linked.map((counters) => counters.slice(0, mostContacts));
  const rows = await getItems(call.context.store.read, mailbox.guid, shown.flat(), mailbox.isShared ? withSharedFacts(need) : need);
  const sources = shown.map((counters) => ({
    contacts: counters.flatMap((counter) => rowAt(rows, counter).map((row) => ({ mailbox, row }))),
  }));
  // Somebody may have deleted them meanwhile.
  return sources.filter(({ contacts }) => contacts.length > 0);
}

function rowAt(rows: ReadonlyMap<number, ItemRow>, counter: number): readonly ItemRow[] {
  const row = rows.get(counter);
  return row === undefined ? [] : [row];
}

/** The entry of the directory that has an address of somebody's contacts. */
export async function entryOf(directory: Directory, { contacts }: PersonaSources): Promise<Recipient | undefined> {
  for (const { EmailAddress } of contacts.flatMap(({ row }) => addressesOf(row))) {
    const found = await directory.byAddress(EmailAddress);
    if (found !== undefined && isListed(found)) return found;
  }
  return undefined;
}

/** The folder whose contacts are looked at: the one that is named, else the caller's own. Whoever has no mailbox has none. */
export async function contactsFolderOf(call: EwsCall, target: FolderTarget | undefined): Promise<OpenFolder | undefined> {
  if (target === undefined && call.caller.mailbox === null) return undefined;
  const opened = await openFolder(call, target ?? { is: 'DistinguishedFolderId', value: { Id: 'contacts' } }, folderRights.readAny);
  const { folder } = opened;
  if (folderElementOf(folder.class) !== 'ContactsFolder') throw ewsRefusal('ErrorInvalidFolderTypeForOperation', { detail: folder.class });
  return opened;
}

/** Contacts that have an e-mail address. */
export function withAddress(address: string): Restriction {
  return { kind: 'or', of: addressKeys.map((property) => ({ kind: 'compare', property, operator: '=', with: { value: address } })) };
}
