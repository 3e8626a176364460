import { changeAutomaticReplies } from '../../../shared/domain/mailbox/automatic-replies.ts';
import { copyItem } from '../../../shared/domain/mailbox/copy-item.ts';
import { deleteItem } from '../../../shared/domain/mailbox/delete-item.ts';
import type { ItemDraft } from '../../../shared/domain/mailbox/draft.ts';
import { markItemsIn, moveItemsIn, removeItemsIn } from '../../../shared/domain/mailbox/folder-contents.ts';
import { createFolder, deleteFolder, updateFolder } from '../../../shared/domain/mailbox/folder-writes.ts';
import { allFolders } from '../../../shared/domain/mailbox/folders.ts';
import { createItem } from '../../../shared/domain/mailbox/item-writes.ts';
import { localizeFolders } from '../../../shared/domain/mailbox/localized-folders.ts';
import { moveFolder } from '../../../shared/domain/mailbox/move-folder.ts';
import { moveItem } from '../../../shared/domain/mailbox/move-item.ts';
import { searchCriteriaProperties } from '../../../shared/domain/mailbox/search-criteria.ts';
import { updateItem } from '../../../shared/domain/mailbox/update-item.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { named, tags } from '../../../shared/kernel/mapi.ts';
import type { Random } from '../../../shared/kernel/random.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { Executor, Store } from '../../../shared/store/database.ts';

/** What an owner, or the mail that he gets, does in a mailbox next: one transaction. What is refused is as if it had not been tried. */
export async function act(store: Store, mailbox: Guid, random: Random, at: Instant): Promise<void> {
  try {
    await store.transaction(async (tx) => {
      const scene = await look(tx, mailbox, random);
      const action = random.pick(actions);
      await action({ tx, mailbox, random, at, ...scene });
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

interface Scene {
  readonly folders: readonly number[];
  /** Those that people made. */
  readonly own: readonly number[];
  readonly items: readonly number[];
}

interface Turn extends Scene {
  readonly tx: Executor;
  readonly mailbox: Guid;
  readonly random: Random;
  readonly at: Instant;
}

const usual: ReadonlySet<string | null> = new Set(['inbox', 'drafts', 'sentitems', 'deleteditems', 'calendar', 'archive', null]);

async function look(tx: Executor, mailbox: Guid, _random: Random): Promise<Scene> {
  const all = await allFolders(tx, mailbox);
  const folders = all.filter(({ role, bag }) => usual.has(role) && !bag.includes('SearchCriteria'));
  const items = await tx.selectFrom('item').select('counter').where('mailbox', '=', mailbox).orderBy('counter').execute();
  return {
    folders: folders.map(({ counter }) => counter),
    own: all.filter(({ role }) => role === null).map(({ counter }) => counter),
    items: items.map(({ counter }) => counter),
  };
}

const names = ['Projects', 'Old', 'New', 'Älter', 'projects 2'];

/** An item of some kind. */
export function draft(random: Random): ItemDraft {
  const subject = `n${Math.floor(random.next() * 1_000_000)}`;
  const kind = Math.floor(random.next() * 5);
  const file = { kind: 'file', name: 'a.bin', isInline: false, bytes: Buffer.from(random.bytes(kind * 40)) } as const;
  const inner: ItemDraft = { class: 'IPM.Note', properties: { [tags.subject]: `in ${subject}` }, recipients: [], attachments: [file] };
  return {
    class: ['IPM.Note', 'IPM.Appointment', 'IPM.Contact', 'IPM.Task', 'IPM.Configuration.Lists'][kind] ?? 'IPM.Note',
    properties: { [tags.subject]: subject, [tags.read]: random.next() < 0.5, [named.keywords]: ['red', subject] },
    recipients: kind === 0 ? [{ kind: 'to', name: 'Rob', address: 'rob@contoso.test', routingType: 'SMTP' }] : [],
    attachments: [
      ...(kind === 1 ? [file] : []),
      ...(kind === 2 ? [{ kind: 'item', name: 'inner', isInline: false, item: inner } as const] : []),
    ],
    mime: kind === 0 ? Buffer.from(`Subject: ${subject}\r\n\r\n`) : undefined,
    associated: kind === 4,
  };
}

const actions: readonly ((turn: Turn) => Promise<unknown>)[] = [
  ({ tx, mailbox, random, at, folders }) => createItem(tx, mailbox, random.pick(folders), draft(random), at, { how: 'delivered' }),
  ({ tx, mailbox, random, at, folders }) => createItem(tx, mailbox, random.pick(folders), draft(random), at),
  async ({ tx, mailbox, random, at, items }) => {
    if (items.length === 0) return;
    const add = random.next() < 0.3 ? { attachments: { add: draft(random).attachments } } : {};
    await updateItem(tx, mailbox, random.pick(items), { set: { [tags.subject]: `u${random.next()}` }, ...add }, 'any', at);
  },
  async ({ tx, mailbox, random, at, items }) =>
    items.length > 0 && updateItem(tx, mailbox, random.pick(items), { set: { [tags.read]: random.next() < 0.5 } }, 'any', at),
  async ({ tx, mailbox, random, at, items, folders }) =>
    items.length > 0 && moveItem(tx, mailbox, random.pick(items), random.pick(folders), at),
  async ({ tx, mailbox, random, at, items, folders }) =>
    items.length > 0 && copyItem(tx, { mailbox, counter: random.pick(items) }, { mailbox, folder: random.pick(folders) }, at),
  async ({ tx, mailbox, random, at, items }) =>
    items.length > 0 && deleteItem(tx, mailbox, random.pick(items), random.pick(['hard', 'soft', 'to-deleted-items'] as const), at),
  ({ tx, mailbox, random, at, folders }) =>
    createFolder(tx, mailbox, { parent: random.pick(folders), displayName: random.pick(names) }, at),
  ({ tx, mailbox, random, at, folders }) => {
    const restriction = { kind: 'exists', property: tags.subject } as const;
    const properties = searchCriteriaProperties({ restriction, folders: [random.pick(folders)], deep: random.next() < 0.5 });
    return createFolder(tx, mailbox, { parent: random.pick(folders), displayName: `Search ${random.pick(names)}`, properties }, at);
  },
  async ({ tx, mailbox, random, at, own }) =>
    own.length > 0 && updateFolder(tx, mailbox, random.pick(own), { set: { [tags.displayName]: random.pick(names) } }, 'any', at),
  async ({ tx, mailbox, random, at, own, folders }) =>
    own.length > 0 && moveFolder(tx, mailbox, random.pick(own), random.pick(folders), 'refuse', at),
  async ({ tx, mailbox, random, at, own }) => own.length > 0 && deleteFolder(tx, mailbox, random.pick(own), at),
  ({ tx, mailbox, random, at, folders }) =>
    markItemsIn(tx, { mailbox, folder: random.pick(folders), limit: 5 }, random.next() < 0.5, 0, at),
  ({ tx, mailbox, random, at, folders }) =>
    moveItemsIn(tx, { mailbox, folder: random.pick(folders), associated: true, limit: 3 }, random.pick(folders), at),
  ({ tx, mailbox, random, at, folders }) => removeItemsIn(tx, { mailbox, folder: random.pick(folders), associated: true, limit: 2 }, at),
  ({ tx, mailbox, random, at }) => localizeFolders(tx, mailbox, random.pick(['de', 'en', 'fr']), at),
  ({ tx, mailbox, random, at }) => changeAutomaticReplies(tx, mailbox, { state: random.pick(['Enabled', 'Disabled'] as const) }, at),
];
