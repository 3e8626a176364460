import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newRecipient } from '../../../shared/domain/directory/new-recipient.ts';
import type { RecipientSettings } from '../../../shared/domain/directory/recipient-settings.ts';
import { createRecipients, readRecipients, updateRecipient } from '../../../shared/domain/directory/recipients.ts';
import { transferItem } from '../../../shared/domain/mailbox/copy-item.ts';
import { deleteItem, type Removal } from '../../../shared/domain/mailbox/delete-item.ts';
import { readParent } from '../../../shared/domain/mailbox/deletion-stamp.ts';
import { moveItemsIn, removeItemsIn } from '../../../shared/domain/mailbox/folder-contents.ts';
import { createFolder, deleteFolder } from '../../../shared/domain/mailbox/folder-writes.ts';
import { allFolders, requireFolder } from '../../../shared/domain/mailbox/folders.ts';
import { mailboxHolds } from '../../../shared/domain/mailbox/holds.ts';
import { mfUnsent } from '../../../shared/domain/mailbox/item-columns.ts';
import { createItem } from '../../../shared/domain/mailbox/item-writes.ts';
import { createMailbox } from '../../../shared/domain/mailbox/mailboxes.ts';
import { moveItem } from '../../../shared/domain/mailbox/move-item.ts';
import { bagOf } from '../../../shared/domain/mailbox/property-reader.ts';
import { reviewRecoverable } from '../../../shared/domain/mailbox/recoverable-review.ts';
import { recoverableReview, reviewNow } from '../../../shared/domain/mailbox/recoverable-timer.ts';
import { updateItem } from '../../../shared/domain/mailbox/update-item.ts';
import type { Organization } from '../../../shared/domain/organization/organization.ts';
import { createOrganization } from '../../../shared/domain/organization/registry.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { type Guid, namedGuid } from '../../../shared/kernel/ids.ts';
import { type PropertyBag, tags } from '../../../shared/kernel/mapi.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { Store } from '../../../shared/store/database.ts';
import { claimDueTimer, finishTimer } from '../../../shared/store/timer-table.ts';
import { contoso } from '../../support/organizations.ts';
import { describeOnEveryStore } from '../../support/stores.ts';
import { at, mailbox, message } from './support.ts';

const day = 86_400_000;
const owner: Guid = namedGuid('mary');
const other: Guid = namedGuid('mailbox', 'rob');

async function open(store: Store, settings: RecipientSettings = {}, organization: Organization = contoso): Promise<void> {
  await store.transaction(async (tx) => {
    await createOrganization(tx, organization, 0, at);
    const names = { alias: 'mary', displayName: 'Mary', primaryAddress: 'mary@contoso.test', samAccountName: 'mary' };
    const mary = newRecipient(organization, { guid: owner, type: 'UserMailbox', ...names, userPrincipalName: null, rid: 1_001 });
    await createRecipients(tx, organization.name, [{ ...mary, exchangeGuid: mailbox, settings }], at);
    const ids = { databaseGuid: namedGuid('database'), replicaGuid: namedGuid('replica') };
    for (const [guid, recipient] of [
      [mailbox, owner],
      [other, namedGuid('rob')],
    ] as const)
      await createMailbox(tx, { guid, organization: organization.name, recipient, kind: 'primary', ...ids }, at);
  });
}

async function settle(store: Store, settings: RecipientSettings, instant: number): Promise<void> {
  await store.transaction(async (tx) => {
    const [mary] = await readRecipients(tx, contoso.name, [owner]);
    await updateRecipient(tx, { ...present(mary, 'Mary'), settings }, instant);
    await reviewNow(tx, mailbox, instant);
  });
}

function hold(store: Store, Query: string, ItemHoldPeriod: string | null = null): Promise<void> {
  const value = { HoldId: 'case', Query, Mailboxes: [mailbox], InPlaceHoldIdentity: null, ItemHoldPeriod, Since: at };
  return store.transaction((tx) => mailboxHolds.create(tx, contoso.name, 'case', value, at));
}

async function add(store: Store, subject: string, folder: number | string = 'inbox', messageClass = 'IPM.Note'): Promise<number> {
  return store.transaction(async (tx) => {
    const { counter } = await requireFolder(tx, mailbox, folder);
    return (await createItem(tx, mailbox, counter, { ...message(subject), class: messageClass }, at)).counter;
  });
}

const remove = (store: Store, counter: number, removal: Removal, instant = at) =>
  store.transaction((tx) => deleteItem(tx, mailbox, counter, removal, instant));

/** Subjects by the role, or name, of the folder they lie in. */
async function contents(store: Store): Promise<Record<string, string[]>> {
  const folders = new Map((await allFolders(store.read, mailbox)).map((one) => [one.counter, one]));
  const rows = await store.read.selectFrom('item').selectAll().where('mailbox', '=', mailbox).orderBy('counter').execute();
  const found: Record<string, string[]> = {};
  for (const row of rows) {
    const folder = present(folders.get(row.folder), 'a folder');
    const name = (folder.role ?? folder.display_name).replace('recoverableitems', '');
    found[name] = [...(found[name] ?? []), row.subject ?? ''];
  }
  return found;
}

/** Runs the timers that are due until then, each at its moment. */
async function advance(store: Store, until: number): Promise<number[]> {
  const fired: number[] = [];
  const review = reviewRecoverable(store);
  const claim = () =>
    store.transaction((tx) => claimDueTimer(tx, until, { owner: 'test', kinds: [recoverableReview], now: 0, leaseMs: 1_000 }));
  for (let timer = await claim(); timer !== undefined; timer = await claim()) {
    const claimed = timer;
    await review(claimed);
    await store.transaction((tx) => finishTimer(tx, claimed));
    fired.push(claimed.due);
    expect(fired.length).toBeLessThan(500);
  }
  return fired;
}

const litigation = { litigationHold: { since: at, owner: '' } };

interface Step {
  readonly kind: 'delete' | 'empty' | 'discard' | 'move' | 'transfer' | 'change' | 'advance';
  readonly which: number;
  readonly removal: Removal;
  readonly days: number;
}
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...(['delete', 'delete', 'empty', 'discard', 'move', 'transfer', 'change', 'advance'] as const)),
  which: fc.nat({ max: 50 }),
  removal: fc.constantFrom(...(['hard', 'soft', 'to-deleted-items'] as const)),
  days: fc.integer({ min: 1, max: 200 }),
});

/** Does something to the mailbox; what is refused must be refused as held. */
async function apply(store: Store, { kind, which, removal, days }: Step, now: number): Promise<number> {
  if (kind === 'advance') {
    await advance(store, now + days * day);
    return now + days * day;
  }
  const rows = await store.read
    .selectFrom('item')
    .select(['counter', 'folder'])
    .where('mailbox', '=', mailbox)
    .orderBy('counter')
    .execute();
  const folders = (await allFolders(store.read, mailbox)).sort((left, right) => left.counter - right.counter);
  const row = present(rows[which % rows.length], 'an item');
  const to = present(folders[which % folders.length], 'a folder');
  try {
    await store.transaction(async (tx) => {
      const { counter } = row;
      const slice = { mailbox, folder: row.folder, associated: false, limit: 5 };
      if (kind === 'delete') await deleteItem(tx, mailbox, counter, removal, now);
      else if (kind === 'empty' && removal === 'hard') await removeItemsIn(tx, slice, now);
      else if (kind === 'empty') {
        const { counter: target } = await requireFolder(tx, mailbox, removal === 'soft' ? 'recoverableitemsdeletions' : 'deleteditems');
        if (target !== row.folder) await moveItemsIn(tx, slice, target, now);
      } else if (kind === 'discard') {
        const { counter: parent } = await requireFolder(tx, mailbox, 'inbox');
        const made = await createFolder(tx, mailbox, { parent, displayName: `f${which}` }, now);
        await moveItem(tx, mailbox, counter, made.counter, now);
        await deleteFolder(tx, mailbox, made.counter, now);
      } else if (kind === 'move') await moveItem(tx, mailbox, counter, to.counter, now);
      else if (kind === 'transfer') {
        const { counter: folder } = await requireFolder(tx, other, 'inbox');
        await transferItem(tx, { mailbox, counter }, { mailbox: other, folder }, now);
      } else await updateItem(tx, mailbox, counter, { set: { [tags.subject]: `changed ${which}` } }, 'any', now);
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.code).toBe('item-held');
  }
  return now;
}

describeOnEveryStore('what is deleted', (source) => {
  test('whatever is done under whatever policy: no version of an item on hold is ever gone', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...(['litigation', 'query'] as const)),
        fc.boolean(),
        fc.array(step, { maxLength: 30 }),
        async (by, singleItemRecovery, steps) => {
          const store = await source.open();
          await open(store, { singleItemRecovery, ...(by === 'litigation' ? litigation : {}) });
          if (by === 'query') await hold(store, 'subject:secret');
          const subjects = ['secret one', 'secret two', 'secret three'];
          for (const subject of subjects) await add(store, subject);
          await add(store, 'secret date', 'calendar', 'IPM.Appointment');
          let now = at;
          for (const one of steps) now = await apply(store, one, now);
          await advance(store, now + 400 * day);
          const left = Object.values(await contents(store)).flat();
          expect(left).toEqual(expect.arrayContaining([...subjects, 'secret date']));
          await settle(store, {}, now + 400 * day);
          await store.close();
        },
      ),
      { numRuns: source.kind === 'memory' ? 40 : 3 },
    );
  }, 120_000);

  test('by the way of deleting and what the mailbox keeps', async () => {
    const table: readonly (readonly [RecipientSettings, readonly [string, Removal][], Record<string, string[]>])[] = [
      [{}, [['inbox', 'to-deleted-items']], { deleteditems: ['one'] }],
      [{}, [['inbox', 'soft']], { deletions: ['one'] }],
      [{}, [['inbox', 'hard']], {}],
      [{}, [['deleteditems', 'to-deleted-items']], { deletions: ['one'] }],
      [{}, [['recoverableitemsdeletions', 'soft']], {}],
      [{ singleItemRecovery: true }, [['inbox', 'hard']], { purges: ['one'] }],
      [{ singleItemRecovery: true }, [['recoverableitemsdeletions', 'soft']], { purges: ['one'] }],
      [litigation, [['inbox', 'hard']], { purges: ['one'] }],
    ];
    for (const [settings, steps, expected] of table) {
      const store = await source.open();
      await open(store, settings);
      for (const [folder, removal] of steps) await remove(store, await add(store, 'one', folder), removal);
      expect([settings, steps, await contents(store)]).toEqual([settings, steps, expected]);
      await store.close();
    }
  });

  test('a search holds what fits its query, in DiscoveryHolds, for as long as it says; the rest goes', async () => {
    const store = await source.open();
    await open(store);
    await hold(store, 'secret', '30');
    for (const subject of ['secret plan', 'lunch']) await remove(store, await add(store, subject), 'hard');
    await remove(store, await add(store, 'secret soft'), 'soft');
    expect(await contents(store)).toEqual({ discoveryholds: ['secret plan'], deletions: ['secret soft'] });
    expect(await advance(store, at + 29 * day)).toEqual([at + 14 * day, at + 28 * day]);
    expect(await contents(store)).toEqual({ discoveryholds: ['secret plan', 'secret soft'] });
    await advance(store, at + 30 * day);
    expect(await contents(store)).toEqual({});
  });

  test('what was deleted stays for 14 days, what is of the calendar for 120, and no timer is left behind', async () => {
    const store = await source.open();
    await open(store);
    await remove(store, await add(store, 'mail'), 'soft');
    await remove(store, await add(store, 'later'), 'soft', at + 5 * day);
    await remove(store, await add(store, 'date', 'calendar', 'IPM.Appointment'), 'soft');
    expect(await advance(store, at + 14 * day - 1)).toEqual([]);
    expect(await advance(store, at + 14 * day)).toEqual([at + 14 * day]);
    expect(await contents(store)).toEqual({ deletions: ['later', 'date'] });
    await advance(store, at + 19 * day);
    expect(await contents(store)).toEqual({ deletions: ['date'] });
    await advance(store, at + 120 * day);
    expect(await contents(store)).toEqual({});
    expect(await store.read.selectFrom('timer').selectAll().execute()).toEqual([]);
  });

  test('single item recovery keeps what was purged for as long as deleted items stay; a hold until it is lifted', async () => {
    const store = await source.open();
    await open(store, { singleItemRecovery: true, ...litigation });
    const purged = present(await remove(store, await add(store, 'one'), 'hard'), 'where it is');
    await advance(store, at + 100 * day);
    expect(await contents(store)).toEqual({ purges: ['one'] });
    await expect(remove(store, purged.counter, 'hard', at + 100 * day)).rejects.toMatchObject({ code: 'item-held' });
    await settle(store, { singleItemRecovery: true }, at + 100 * day);
    await advance(store, at + 100 * day);
    expect(await contents(store)).toEqual({});
  });

  test('under hold a change that counts keeps the version before it, with its parts; reading and drafts do not count', async () => {
    const store = await source.open();
    await open(store, litigation);
    const counter = await add(store, 'before');
    const { counter: drafts } = await requireFolder(store.read, mailbox, 'drafts');
    const unsent = message('draft', { [tags.messageFlags]: mfUnsent });
    const { counter: draft } = await store.transaction((tx) => createItem(tx, mailbox, drafts, unsent, at));
    const change = (item: number, set: PropertyBag) => store.transaction((tx) => updateItem(tx, mailbox, item, { set }, 'any', at + 1));
    await change(counter, { [tags.read]: false });
    await change(counter, { [tags.importance]: 2 });
    await change(draft, { [tags.subject]: 'draft 2' });
    expect(await contents(store)).toEqual({ inbox: ['before'], drafts: ['draft 2'] });
    await change(counter, { [tags.subject]: 'after' });
    await change(counter, { [tags.body]: 'text' });
    expect(await contents(store)).toEqual({ inbox: ['after'], drafts: ['draft 2'], versions: ['before', 'after'] });
  });

  test('the folder that an item was last in use in is stamped on its way out, and taken away on its way back', async () => {
    const store = await source.open();
    await open(store);
    const { counter: inbox } = await requireFolder(store.read, mailbox, 'inbox');
    const stamps = async (counter: number) => {
      const row = await store.read
        .selectFrom('item')
        .selectAll()
        .where('mailbox', '=', mailbox)
        .where('counter', '=', counter)
        .executeTakeFirst();
      const bag = bagOf(present(row, 'an item'));
      return [readParent(bag[tags.lastActiveParentEntryId])?.folder, bag[tags.deletedOn]];
    };
    const deleted = present(await remove(store, await add(store, 'one'), 'to-deleted-items'), 'where it is');
    expect(await stamps(deleted.counter)).toEqual([inbox, undefined]);
    const soft = present(await remove(store, deleted.counter, 'to-deleted-items', at + 7), 'where it is');
    expect(await stamps(soft.counter)).toEqual([inbox, at + 7]);
    const back = await store.transaction((tx) => moveItem(tx, mailbox, soft.counter, inbox, at));
    expect(await stamps(back.counter)).toEqual([undefined, undefined]);
  });

  test('Exchange 2010 stamps no folder', async () => {
    const store = await source.open();
    await open(store, {}, { ...contoso, product: 'exchange-2010' });
    await remove(store, await add(store, 'one'), 'soft');
    const [row] = await store.read.selectFrom('item').selectAll().where('mailbox', '=', mailbox).execute();
    expect(Object.keys(bagOf(present(row, 'an item')))).not.toContain(tags.lastActiveParentEntryId);
  });
});
