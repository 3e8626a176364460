import fc from 'fast-check';
import { expect, test } from 'vitest';
import { copyFolderTree } from '../../../shared/domain/mailbox/copy-folder.ts';
import type { FolderRow } from '../../../shared/domain/mailbox/folder-columns.ts';
import { copyItemsIn, markItemsIn, moveItemsIn, removeItemsIn } from '../../../shared/domain/mailbox/folder-contents.ts';
import { createFolder, deleteFolder, updateFolder } from '../../../shared/domain/mailbox/folder-writes.ts';
import { allFolders, foldersBelow, getFolderByRole, requireFolder } from '../../../shared/domain/mailbox/folders.ts';
import { createItems } from '../../../shared/domain/mailbox/item-writes.ts';
import { moveFolder } from '../../../shared/domain/mailbox/move-folder.ts';
import { syncFolders } from '../../../shared/domain/mailbox/sync-folders.ts';
import { positionFromNumbers, positionNumbers, type SyncPosition } from '../../../shared/domain/mailbox/sync-position.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { Executor, Store } from '../../../shared/store/database.ts';
import { describeOnEveryStore } from '../../support/stores.ts';
import { at, mailbox, message, withMailbox } from './support.ts';

const kinds = ['create', 'rename', 'move', 'copy', 'delete', 'empty', 'discard', 'fill', 'mark', 'sync'] as const;
const step = fc.record({
  kind: fc.constantFrom(...kinds, 'create', 'move', 'move', 'sync'),
  which: fc.nat({ max: 40 }),
  where: fc.nat({ max: 40 }),
  count: fc.integer({ min: 1, max: 5 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Places in which a folder may be put: some in the tree that clients follow, one outside of it. */
const places = ['inbox', 'msgfolderroot', 'drafts', 'searchfolders'] as const;

/** A client of a tree, and every state that it ever had. */
interface Client {
  readonly root: number;
  readonly states: { readonly position: SyncPosition | undefined; readonly known: ReadonlyMap<number, string> }[];
}

function shown(folder: Pick<FolderRow, 'display_name' | 'parent' | 'change_number'>): string {
  return `${folder.display_name} in ${folder.parent}, change ${folder.change_number}`;
}

/** Goes on from a state: the client understands everything that it is told. Answers whether it knows everything now. */
async function pull(store: Store, client: Client, from: Client['states'][number], limit: number): Promise<boolean> {
  const { root } = client;
  const page = await store.transaction((tx) => syncFolders(tx, { mailbox, root, position: from.position, limit }));
  const known = new Map(from.known);
  for (const change of page.changes) {
    expect(known.has(change.counter), `${change.kind} of ${change.counter}`).toBe(change.kind !== 'create');
    if (change.kind === 'delete') known.delete(change.counter);
    else {
      expect(known.get(change.counter)).not.toBe(shown(change.row));
      if (limit > 100) expect(change.row.parent === root || known.has(change.row.parent ?? 0)).toBe(true);
      known.set(change.counter, shown(change.row));
    }
  }
  client.states.push({ position: positionFromNumbers(positionNumbers(page.position)), known });
  return page.includesLast;
}

async function take(store: Store, { kind, which, where, count }: Step, index: number): Promise<void> {
  const folders = (await allFolders(store.read, mailbox)).sort((left, right) => left.counter - right.counter);
  const own = folders.filter((folder) => folder.role === null);
  const standard = present(await getFolderByRole(store.read, mailbox, places[where % places.length] ?? 'inbox'), 'a standard folder');
  const target = where % 2 === 0 ? standard : (own[where % Math.max(1, own.length)] ?? standard);
  const subject = own[which % Math.max(1, own.length)];
  const deletions = present(await getFolderByRole(store.read, mailbox, 'recoverableitemsdeletions'), 'the recoverable items');
  await store.transaction(async (tx) => {
    if (kind === 'create') await createFolder(tx, mailbox, { parent: target.counter, displayName: `f${which % 6}` }, at);
    else if (subject === undefined) return;
    else if (kind === 'rename') await updateFolder(tx, mailbox, subject.counter, { set: { [tags.displayName]: `r${index}` } }, 'any', at);
    else if (kind === 'move') await moveFolder(tx, mailbox, subject.counter, target.counter, which % 2 === 0 ? 'rename' : 'refuse', at);
    else if (kind === 'copy') await copy(tx, subject.counter, target.counter);
    else if (kind === 'delete') await deleteFolder(tx, mailbox, subject.counter, at);
    else if (kind === 'fill') await fill(tx, subject.counter, count);
    else {
      const slice = { mailbox, folder: subject.counter, associated: which % 2 === 0, limit: count };
      if (kind === 'empty') await removeItemsIn(tx, slice, at);
      if (kind === 'discard') await moveItemsIn(tx, slice, deletions.counter, at);
      if (kind === 'mark') await markItemsIn(tx, slice, which % 2 === 0, where, at);
    }
  });
}

/** Three folders one below the other in the tree, three outside, with something in each. */
async function plant(tx: Executor): Promise<void> {
  for (const role of ['inbox', 'searchfolders']) {
    let parent = (await requireFolder(tx, mailbox, role)).counter;
    for (const displayName of ['a', 'b', 'c']) {
      parent = (await createFolder(tx, mailbox, { parent, displayName }, at)).counter;
      await fill(tx, parent, 3);
    }
  }
}

async function copy(tx: Executor, counter: number, target: number): Promise<void> {
  for (const { source, copy: made } of await copyFolderTree(tx, mailbox, counter, target, at)) {
    const slice = { mailbox, folder: source.counter, associated: true, limit: 3 };
    for (let after: number | undefined = 0; after !== undefined; ) after = await copyItemsIn(tx, slice, made.counter, after, at);
  }
}

async function fill(tx: Executor, folder: number, count: number): Promise<void> {
  const recipients = [{ kind: 'to', name: 'Rob', address: 'rob@acme.test', routingType: 'SMTP' }] as const;
  const attachments = [{ kind: 'file', name: 'a', isInline: false, bytes: Buffer.from('a') }] as const;
  const drafts = Array.from({ length: count }, (_, index) =>
    message(`m${index}`, { [tags.read]: index % 2 === 0 }, { recipients, attachments, associated: index % 3 === 2 }),
  );
  await createItems(tx, mailbox, folder, drafts, at);
}

/** What the counters of the folders say, and what there is. */
async function recount(store: Store): Promise<{ readonly told: unknown; readonly counted: unknown }> {
  const folders = await allFolders(store.read, mailbox);
  const items = await store.read.selectFrom('item').selectAll().where('mailbox', '=', mailbox).execute();
  const count = (folder: FolderRow, fits: (item: (typeof items)[number]) => boolean): number =>
    items.filter((item) => item.folder === folder.counter && fits(item)).length;
  const articles = (folder: FolderRow): Set<number> =>
    new Set(
      items
        .filter((item) => item.folder === folder.counter && item.article_number <= folder.last_article)
        .map((item) => item.article_number),
    );
  return {
    told: folders.map((folder) => [
      folder.item_count,
      folder.unread_count,
      folder.associated_count,
      folder.child_count,
      folder.item_count + folder.associated_count,
    ]),
    counted: folders.map((folder) => [
      count(folder, (item) => item.associated === 0),
      count(folder, (item) => item.associated === 0 && item.is_read === 0),
      count(folder, (item) => item.associated === 1),
      folders.filter(({ parent }) => parent === folder.counter).length,
      articles(folder).size,
    ]),
  };
}

/** Every item has the recipient and the attachment that it was made with, and nobody else's are left. */
async function expectWhole(store: Store): Promise<void> {
  const counters = (await store.read.selectFrom('item').select('counter').execute()).map(({ counter }) => counter).sort((a, b) => a - b);
  for (const table of ['recipient_row', 'attachment'] as const) {
    const rows = await store.read.selectFrom(table).select('item').execute();
    expect(rows.map(({ item }) => item).sort((a, b) => a - b)).toEqual(counters);
  }
}

describeOnEveryStore('a tree of folders', (source) => {
  test('after whatever happens counters are true, and every state of synchronisation leads to the same tree', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const store = await source.open();
        const inbox = await withMailbox(store);
        const top = (await requireFolder(store.read, mailbox, 'msgfolderroot')).counter;
        await store.transaction(plant);
        const clients = [top, inbox].map((root): Client => ({ root, states: [{ position: undefined, known: new Map() }] }));
        for (const [index, one] of steps.entries()) {
          if (one.kind === 'sync')
            for (const client of clients)
              await pull(store, client, present(client.states.at(-1), 'a state'), one.which % 2 === 0 ? one.count : 1000);
          else
            await take(store, one, index).catch((error: unknown) => {
              // What is refused leaves everything as it was.
              if (!(error instanceof Refusal)) throw error;
            });
        }
        const { told, counted } = await recount(store);
        expect(told).toEqual(counted);
        await expectWhole(store);
        for (const client of clients) {
          const truth = new Map(
            foldersBelow(await allFolders(store.read, mailbox), client.root).map((folder) => [folder.counter, shown(folder)]),
          );
          for (const state of [...client.states]) {
            for (let at = state; !(await pull(store, client, at, 1000)); ) at = present(client.states.at(-1), 'a state');
            expect(client.states.at(-1)?.known).toEqual(truth);
          }
        }
        await store.close();
      }),
      { numRuns: source.kind === 'memory' ? 60 : 4 },
    );
  });
});
