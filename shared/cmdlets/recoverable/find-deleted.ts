import type { Recipient } from '../../domain/directory/recipient.ts';
import { pathOf } from '../../domain/mailbox/folder-path.ts';
import { getFolderByRole } from '../../domain/mailbox/folders.ts';
import { getItem } from '../../domain/mailbox/items.ts';
import { getMailbox } from '../../domain/mailbox/mailboxes.ts';
import { requireItem } from '../../domain/mailbox/move-item.ts';
import { itemsBehind, type LastParent, lastParentOf } from '../../domain/mailbox/recover-item.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import { present } from '../../kernel/assert.ts';
import type { Guid } from '../../kernel/ids.ts';
import { messageEntryIdLength, readEntryId, writeMessageEntryId } from '../../protocols/ews/entry-id.ts';
import { type CmdletParameters, type CmdletScope, cmdletRefusal } from '../cmdlet.ts';
import { choiceGiven, numberGiven, textGiven } from '../given.ts';
import type { NamedMailbox } from '../mailbox-identity.ts';

/** A folder with deleted items: how it is asked for, how it is shown (inferred), its role. */
const sources = [
  { name: 'DeletedItems', shown: 'Deleted Items', role: 'deleteditems' },
  { name: 'RecoverableItems', shown: 'Recoverable Items\\Deletions', role: 'recoverableitemsdeletions' },
  { name: 'PurgedItems', shown: 'Recoverable Items\\Purges', role: 'recoverableitemspurges' },
  { name: 'DiscoveryHoldsItems', shown: 'Recoverable Items\\DiscoveryHolds', role: 'recoverableitemsdiscoveryholds' },
] as const;
type Source = (typeof sources)[number];
type Item = Awaited<ReturnType<typeof requireItem>>;

/** A deleted item as it was found. */
export interface DeletedItem {
  readonly owner: Recipient;
  readonly mailbox: Guid;
  readonly item: Item;
  /** In hexadecimal. */
  readonly entryId: string;
  readonly source: Source;
  readonly parent: LastParent | undefined;
  /** Names of folders from the top; '' for one that is not known any more. */
  readonly parentPath: string;
}

/**
 * The deleted items of a mailbox that fit what was written, `most` at most, folder by folder and as they came there. Without
 * -SourceFolder DiscoveryHolds is left out (page of Restore-RecoverableItems). Not inside a transaction.
 */
export async function findDeleted(
  scope: CmdletScope,
  { owner, mailbox }: NamedMailbox,
  given: CmdletParameters,
  most: number,
): Promise<readonly DeletedItem[]> {
  const fits = filterGiven(given);
  const only = choiceGiven(
    given,
    'SourceFolder',
    sources.map(({ name }) => name),
  );
  const wanted = sources.filter(({ name }) => (only === undefined ? name !== 'DiscoveryHoldsItems' : name === only));
  const entryId = textGiven(given, 'EntryID');
  const found: DeletedItem[] = [];
  for (const source of wanted) {
    for (let after = 0; found.length < most; ) {
      const from = after;
      const page = await scope.transaction((tx) => readPage(tx, mailbox, source, from, entryId));
      const fitting = page.items.filter((item) => fits(item, page.parents.get(item.counter)?.parent));
      for (const item of fitting.slice(0, most - found.length)) {
        const { parent, parentPath } = present(page.parents.get(item.counter), 'where it was');
        found.push({ owner, mailbox, item, entryId: entryIdOf(item, page.database), source, parent, parentPath });
      }
      const last = page.items.at(-1);
      if (last === undefined || entryId !== undefined) break;
      after = last.counter;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return found;
}

/** The item where it was found, read anew inside a transaction; undefined when it has gone. */
export async function stillDeleted(tx: Transaction, { mailbox, item }: DeletedItem): Promise<Item | undefined> {
  const row = await getItem(tx, mailbox, item.counter, { properties: [] });
  return row?.folder === item.folder ? requireItem(tx, mailbox, item.counter) : undefined;
}

interface Page {
  readonly items: readonly Item[];
  readonly parents: ReadonlyMap<number, Pick<DeletedItem, 'parent' | 'parentPath'>>;
  readonly database: Guid;
}

async function readPage(tx: Transaction, mailbox: Guid, { role }: Source, after: number, entryId: string | undefined): Promise<Page> {
  const folder = await getFolderByRole(tx, mailbox, role);
  const database = present(await getMailbox(tx, mailbox), 'the mailbox').databaseGuid;
  if (folder === undefined) return { items: [], parents: new Map(), database };
  const items =
    entryId === undefined ? await itemsBehind(tx, mailbox, folder.counter, after) : await itemNamed(tx, mailbox, folder.counter, entryId);
  const parents = new Map<number, Pick<DeletedItem, 'parent' | 'parentPath'>>();
  for (const item of items) {
    const parent = await lastParentOf(tx, mailbox, item);
    const path = parent?.folder === undefined ? [] : ((await pathOf(tx, mailbox, parent.folder)) ?? [parent.folder]);
    parents.set(item.counter, { parent, parentPath: path.map(({ display_name }) => display_name).join('\\') });
  }
  return { items, parents, database };
}

async function itemNamed(tx: Transaction, mailbox: Guid, folder: number, text: string): Promise<readonly Item[]> {
  const key = readEntryId(mailbox, Buffer.from(text, 'hex'));
  if (key === undefined || !('item' in key))
    throw cmdletRefusal(
      'bad-parameter',
      `-EntryID takes the entry id of an item in hexadecimal, not ${JSON.stringify(text.slice(0, 200))}.`,
    );
  const row = await getItem(tx, mailbox, key.item, { properties: [] });
  return row?.folder === folder && key.folder === folder ? [await requireItem(tx, mailbox, key.item)] : [];
}

function entryIdOf({ mailbox, folder, counter }: Item, database: Guid): string {
  const octets = Buffer.alloc(messageEntryIdLength);
  writeMessageEntryId(octets, 0, { mailbox: mailbox as Guid, database, folder, item: counter });
  return octets.toString('hex').toUpperCase();
}

/** A class stands for those that are made of it, too (inferred). Times are those of the last change, both ends included. */
function filterGiven(given: CmdletParameters): (item: Item, parent: LastParent | undefined) => boolean {
  const subject = textGiven(given, 'SubjectContains')?.toLowerCase();
  const type = textGiven(given, 'FilterItemType')?.toLowerCase();
  const folder = textGiven(given, 'LastParentFolderID')?.toUpperCase();
  const [start, end] = [numberGiven(given, 'FilterStartTime'), numberGiven(given, 'FilterEndTime')];
  if (start !== undefined && end !== undefined && start > end)
    throw cmdletRefusal('bad-parameter', '-FilterStartTime is later than -FilterEndTime.');
  return (item, parent) => {
    const itemClass = item.class.toLowerCase();
    if (subject !== undefined && !(item.subject ?? '').toLowerCase().includes(subject)) return false;
    if (type !== undefined && itemClass !== type && !itemClass.startsWith(`${type}.`)) return false;
    if (folder !== undefined && parent?.text !== folder) return false;
    return (start === undefined || item.modified >= start) && (end === undefined || item.modified <= end);
  };
}
