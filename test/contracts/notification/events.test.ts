import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deleteItem } from '../../../shared/domain/mailbox/delete-item.ts';
import { getFolderByRole } from '../../../shared/domain/mailbox/folders.ts';
import { createItem } from '../../../shared/domain/mailbox/item-writes.ts';
import { moveItem } from '../../../shared/domain/mailbox/move-item.ts';
import { updateItem } from '../../../shared/domain/mailbox/update-item.ts';
import { type MailboxEvent, readEvents } from '../../../shared/domain/notification/events.ts';
import { eventNames } from '../../../shared/domain/notification/subscription.ts';
import { endOfLog } from '../../../shared/domain/notification/subscriptions.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import type { Store } from '../../../shared/store/database.ts';
import { describeOnEveryStore } from '../../support/stores.ts';
import { at, mailbox, message, withMailbox } from '../mailbox/support.ts';

type Step =
  | { readonly does: 'create' | 'delete' | 'move' | 'update' | 'read'; readonly which: number }
  | { readonly does: 'ask'; readonly limit: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ does: fc.constantFrom('create', 'create', 'delete', 'move', 'update', 'read'), which: fc.nat(20) }) as fc.Arbitrary<Step>,
  fc.record({ does: fc.constant('ask' as const), limit: fc.integer({ min: 1, max: 9 }) }),
);

/** An item that a subscriber knows of, and where. */
interface Known {
  readonly counter: number;
  readonly folder: number;
}

describeOnEveryStore('events', (source) => {
  test('whoever asks page by page knows what is there: nothing is lost, nothing told twice', async () => {
    const store = await source.open();
    const inbox = await withMailbox(store);
    const drafts = (await getFolderByRole(store.read, mailbox, 'drafts'))?.counter ?? 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const there: Known[] = [];
        const start = await endOfLog(store.read, mailbox);
        const told: MailboxEvent[] = [];
        let position = start;
        const ask = async (limit: number): Promise<boolean> => {
          const query = { mailbox, after: position, terms: { folders: 'all', events: eventNames }, limit } as const;
          const page = await readEvents(store.read, query);
          expect(await readEvents(store.read, query)).toEqual(page);
          told.push(...page.events);
          ({ position } = page);
          return page.more;
        };
        for (const one of steps) {
          if (one.does === 'ask') await ask(one.limit);
          else await change(store, one, there, { inbox, drafts });
        }
        while (await ask(3));
        const whole = await readEvents(store.read, { mailbox, after: start, terms: { folders: 'all', events: eventNames }, limit: 1_000 });
        const bare = (events: readonly MailboxEvent[]) => events.map(({ unread: _, ...event }) => event);
        expect(bare(told)).toEqual(bare(whole.events));
        expect(replay(told)).toEqual(new Map(there.map(({ counter, folder }) => [counter, folder])));
      }),
      { numRuns: source.kind === 'postgres' ? 8 : 25 },
    );
  });

  test('a subscriber of one folder is told of that one', async () => {
    const store = await source.open();
    const inbox = await withMailbox(store);
    const drafts = (await getFolderByRole(store.read, mailbox, 'drafts'))?.counter ?? 0;
    const after = await endOfLog(store.read, mailbox);
    const there: Known[] = [];
    await change(store, { does: 'create', which: 0 }, there, { inbox, drafts });
    await change(store, { does: 'move', which: 0 }, there, { inbox, drafts });
    await change(store, { does: 'update', which: 0 }, there, { inbox, drafts });
    const names = async (folder: number): Promise<string[]> => {
      const page = await readEvents(store.read, { mailbox, after, terms: { folders: [folder], events: eventNames }, limit: 99 });
      return page.events.map(({ name, is }) => `${name} ${is}`);
    };
    expect(await names(inbox)).toEqual(['Created item', 'NewMail item', 'Modified folder', 'Moved item', 'Modified folder']);
    expect(await names(drafts)).toEqual(['Moved item', 'Modified folder', 'Modified item']);
  });
});

async function change(
  store: Store,
  { does, which }: Exclude<Step, { does: 'ask' }>,
  there: Known[],
  { inbox, drafts }: { readonly inbox: number; readonly drafts: number },
): Promise<void> {
  const index = there.length === 0 ? 0 : which % there.length;
  const item = there[index];
  await store.transaction(async (tx) => {
    if (does === 'create') {
      const { counter } = await createItem(tx, mailbox, inbox, message('A'), at, { how: 'delivered' });
      there.push({ counter, folder: inbox });
    } else if (item === undefined) return;
    else if (does === 'delete') {
      await deleteItem(tx, mailbox, item.counter, 'hard', at);
      there.splice(index, 1);
    } else if (does === 'move') {
      const folder = item.folder === inbox ? drafts : inbox;
      const { counter } = await moveItem(tx, mailbox, item.counter, folder, at);
      there[index] = { counter, folder };
    } else {
      const set = does === 'read' ? { [tags.read]: which % 2 === 0 } : { [tags.subject]: `subject ${which}` };
      await updateItem(tx, mailbox, item.counter, { set }, 'any', at);
    }
  });
}

/** What somebody knows who believes what he is told; that he is told what cannot be fails the test. */
function replay(events: readonly MailboxEvent[]): Map<number, number> {
  const known = new Map<number, number>();
  for (const { name, is, object, folder, old } of events) {
    if (is === 'folder') continue;
    if (name === 'Created') {
      expect(known.has(object)).toBe(false);
      known.set(object, folder);
    } else if (name === 'Moved') {
      expect(known.delete(old?.object ?? -1)).toBe(true);
      known.set(object, folder);
    } else if (name === 'Deleted') expect(known.delete(object)).toBe(true);
    else expect(known.get(object)).toBe(folder);
  }
  return known;
}
