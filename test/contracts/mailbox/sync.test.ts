import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deleteItem } from '../../../shared/domain/mailbox/delete-item.ts';
import { createFolder, deleteFolder, updateFolder } from '../../../shared/domain/mailbox/folder-writes.ts';
import { descendantFolders, requireFolder } from '../../../shared/domain/mailbox/folders.ts';
import { createItems } from '../../../shared/domain/mailbox/item-writes.ts';
import { moveItem } from '../../../shared/domain/mailbox/move-item.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import type { SyncPage } from '../../../shared/domain/mailbox/sync.ts';
import { syncFolders } from '../../../shared/domain/mailbox/sync-folders.ts';
import { syncItems } from '../../../shared/domain/mailbox/sync-items.ts';
import { positionFromNumbers, positionNumbers, type SyncPosition } from '../../../shared/domain/mailbox/sync-position.ts';
import { updateItem } from '../../../shared/domain/mailbox/update-item.ts';
import { type PropertyBag, tags } from '../../../shared/kernel/mapi.ts';
import type { Store } from '../../../shared/store/database.ts';
import { describeOnEveryStore } from '../../support/stores.ts';
import { at, mailbox, message, withMailbox } from './support.ts';

type Step =
  | { readonly kind: 'create'; readonly count: number }
  | { readonly kind: 'sync'; readonly count: number }
  | { readonly kind: 'update' | 'read' | 'delete' | 'move-away' | 'move-back' | 'associated'; readonly which: number };

const itemStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('create' as const), count: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('sync' as const), count: fc.integer({ min: 1, max: 4 }) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'update' as const,
        'read' as const,
        'delete' as const,
        'move-away' as const,
        'move-back' as const,
        'associated' as const,
      ),
      which: fc.nat(),
    }),
  },
);

/** What a client knows of a folder after applying what it was told, refusing everything that it cannot make sense of. */
function client(): {
  position: SyncPosition | undefined;
  known: Map<number, { subject: unknown; read: unknown; change: number }>;
  apply(page: Awaited<ReturnType<typeof syncItems>>): void;
} {
  const known = new Map<number, { subject: unknown; read: unknown; change: number }>();
  return {
    position: undefined,
    known,
    apply(page) {
      for (const change of page.changes) {
        const before = known.get(change.counter);
        if (change.kind === 'delete') {
          expect(before, `delete of ${change.counter}, which the client does not have`).toBeDefined();
          known.delete(change.counter);
          continue;
        }
        expect(before === undefined, `${change.kind} of ${change.counter}`).toBe(change.kind === 'create');
        expect(before?.change, `${change.kind} of ${change.counter} tells nothing new`).not.toBe(change.row.change_number);
        const read = itemProperty(change.row, tags.read);
        const subject = change.kind === 'read-flag' ? before?.subject : itemProperty(change.row, tags.subject);
        known.set(change.counter, { subject, read, change: change.row.change_number });
      }
      // As the token between two requests carries it.
      this.position = positionFromNumbers(positionNumbers(page.position));
      expect(this.position).toEqual(page.position);
    },
  };
}

const need = { properties: [tags.subject, tags.read] };

describeOnEveryStore('synchronisation', (source) => {
  test('items: nothing is lost, nothing told twice, whatever changes between pages of whatever size', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(itemStep, { maxLength: 60 }), async (steps) => {
        const store = await source.open();
        const inbox = await withMailbox(store);
        const archive = (await requireFolder(store.read, mailbox, 'archive')).counter;
        const mary = client();
        let here: number[] = [];
        let away: number[] = [];
        const pick = (list: number[], which: number): number => list[which % Math.max(1, list.length)] ?? 0;
        for (const [index, step] of steps.entries()) {
          if (step.kind === 'sync') {
            mary.apply(
              await store.transaction((tx) =>
                syncItems(tx, { mailbox, folder: inbox, associated: false, position: mary.position, limit: step.count, need }),
              ),
            );
            continue;
          }
          await store.transaction(async (tx) => {
            if (step.kind === 'create') {
              const drafts = Array.from({ length: step.count }, () => message(`new ${index}`, { [tags.read]: false }));
              here.push(...(await createItems(tx, mailbox, inbox, drafts, at)).map((one) => one.counter));
            } else if (step.kind === 'associated') {
              const [hidden] = await createItems(tx, mailbox, inbox, [message('hidden', {}, { associated: true })], at);
              if (step.which % 2 === 0) await deleteItem(tx, mailbox, hidden?.counter ?? 0, 'hard', at);
            } else if (step.kind === 'move-back') {
              if (away.length === 0) return;
              const counter = pick(away, step.which);
              away = away.filter((one) => one !== counter);
              here.push((await moveItem(tx, mailbox, counter, inbox, at)).counter);
            } else if (here.length > 0) {
              const counter = pick(here, step.which);
              if (step.kind === 'update')
                await updateItem(tx, mailbox, counter, { set: { [tags.subject]: `changed ${index}` } }, 'any', at);
              else if (step.kind === 'read') await updateItem(tx, mailbox, counter, { set: { [tags.read]: index % 2 === 0 } }, 'any', at);
              else {
                here = here.filter((one) => one !== counter);
                if (step.kind === 'delete') await deleteItem(tx, mailbox, counter, 'hard', at);
                else away.push((await moveItem(tx, mailbox, counter, archive, at)).counter);
              }
            }
          });
        }
        for (let last = false; !last; ) {
          const page = await syncItems(store.read, { mailbox, folder: inbox, associated: false, position: mary.position, limit: 3, need });
          mary.apply(page);
          last = page.includesLast;
        }
        expect(mary.known).toEqual(await truth(store, here));
        await store.close();
      }),
      { numRuns: source.kind === 'memory' ? 150 : 10 },
    );
  });

  test('folders: the same, parents before children', async () => {
    const step = fc.record({
      kind: fc.constantFrom('create', 'create', 'rename', 'delete', 'sync'),
      which: fc.nat(),
      count: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const store = await source.open();
        const inbox = await withMailbox(store);
        const top = (await requireFolder(store.read, mailbox, 'msgfolderroot')).counter;
        const outside = (await requireFolder(store.read, mailbox, 'searchfolders')).counter;
        const known = new Map<number, { name: string; change: number }>();
        let position: SyncPosition | undefined;
        const pull = async (limit: number): Promise<boolean> => {
          const page: SyncPage<{ counter: number; parent: number | null; change_number: number; display_name: string }> =
            await store.transaction((tx) => syncFolders(tx, { mailbox, root: top, position, limit }));
          for (const change of page.changes) {
            const before = known.get(change.counter);
            expect(before === undefined, `${change.kind} of ${change.counter}`).toBe(change.kind === 'create');
            if (change.kind === 'delete') known.delete(change.counter);
            else {
              expect(change.row.parent === top || known.has(change.row.parent ?? 0)).toBe(true);
              expect(before?.change).not.toBe(change.row.change_number);
              known.set(change.counter, { name: change.row.display_name, change: change.row.change_number });
            }
          }
          position = positionFromNumbers(positionNumbers(page.position));
          return page.includesLast;
        };
        for (const [index, { kind, which, count }] of steps.entries()) {
          const below = await descendantFolders(store.read, mailbox, which % 3 === 0 ? outside : inbox);
          const target = below[which % Math.max(1, below.length)];
          if (kind === 'sync') await pull(count);
          else
            await store.transaction(async (tx) => {
              if (kind === 'create') {
                await createFolder(
                  tx,
                  mailbox,
                  { parent: target?.counter ?? (which % 3 === 0 ? outside : inbox), displayName: `f${index}` },
                  at,
                );
              } else if (target !== undefined) {
                if (kind === 'delete') await deleteFolder(tx, mailbox, target.counter, at);
                else await updateFolder(tx, mailbox, target.counter, { set: { [tags.displayName]: `r${index}` } }, 'any', at);
              }
            });
        }
        while (!(await pull(5)));
        const folders = await descendantFolders(store.read, mailbox, top);
        expect(known).toEqual(
          new Map(folders.map((folder) => [folder.counter, { name: folder.display_name, change: folder.change_number }])),
        );
        await store.close();
      }),
      { numRuns: source.kind === 'memory' ? 60 : 5 },
    );
  });

  test('a change of the read flag is told as such, unless more was changed before', async () => {
    const store = await source.open();
    const inbox = await withMailbox(store);
    const [one] = await store.transaction((tx) => createItems(tx, mailbox, inbox, [message('a')], at));
    const sync = (position: SyncPosition | undefined) =>
      syncItems(store.read, { mailbox, folder: inbox, associated: false, position, limit: 10, need });
    const set = (properties: PropertyBag) =>
      store.transaction((tx) => updateItem(tx, mailbox, one?.counter ?? 0, { set: properties }, 'any', at));
    const first = await sync(undefined);
    expect(first).toMatchObject({ includesLast: true, changes: [{ kind: 'create' }] });
    await set({ [tags.read]: false });
    const second = await sync(first.position);
    expect(second.changes.map((change) => change.kind)).toEqual(['read-flag']);
    await set({ [tags.subject]: 'b' });
    await set({ [tags.read]: true });
    const third = await sync(second.position);
    expect(third.changes.map((change) => change.kind)).toEqual(['update']);
    expect((await sync(third.position)).changes).toEqual([]);
  });
});

test('numbers that are no position are told from those that are', () => {
  for (const numbers of [[], [0], [2, 1, 1], [0, 1, 1, 5], [1, 1, 1, 5, 5, 4, 6], [1, 1, 1, ...Array<number>(14).fill(1)]]) {
    expect(positionFromNumbers(numbers)).toBeUndefined();
  }
  expect(positionFromNumbers([1, 5, 4, 3, 9])).toEqual({ phase: 'log', after: 5, since: 4, looks: [{ through: 3, at: 9 }] });
});

async function truth(store: Store, counters: readonly number[]): Promise<Map<number, { subject: unknown; read: unknown; change: number }>> {
  const rows =
    counters.length === 0
      ? []
      : await store.read.selectFrom('item').selectAll().where('mailbox', '=', mailbox).where('counter', 'in', counters).execute();
  return new Map(rows.map((row) => [row.counter, { subject: row.subject, read: row.is_read === 1, change: row.change_number }]));
}
