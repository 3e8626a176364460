import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changeOf } from '../../../shared/domain/mailbox/change-rows.ts';
import { copyItem, transferItem } from '../../../shared/domain/mailbox/copy-item.ts';
import { deleteItem } from '../../../shared/domain/mailbox/delete-item.ts';
import { deliver } from '../../../shared/domain/mailbox/deliver.ts';
import { getFolder, requireFolder } from '../../../shared/domain/mailbox/folders.ts';
import { changedSince } from '../../../shared/domain/mailbox/item-history.ts';
import { createItem, createItems } from '../../../shared/domain/mailbox/item-writes.ts';
import { getAttachments, getItem, getRecipients } from '../../../shared/domain/mailbox/items.ts';
import { blockSender } from '../../../shared/domain/mailbox/junk-email.ts';
import { sizeOfMailbox } from '../../../shared/domain/mailbox/mailbox-size.ts';
import { moveItem } from '../../../shared/domain/mailbox/move-item.ts';
import { syncItems } from '../../../shared/domain/mailbox/sync-items.ts';
import type { SyncPosition } from '../../../shared/domain/mailbox/sync-position.ts';
import { updateItem } from '../../../shared/domain/mailbox/update-item.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { type Guid, namedGuid } from '../../../shared/kernel/ids.ts';
import { type PropertyBag, tags } from '../../../shared/kernel/mapi.ts';
import { readChanges } from '../../../shared/store/change-feed.ts';
import type { Store } from '../../../shared/store/database.ts';
import { inSavepoint } from '../../../shared/store/savepoint.ts';
import { describeOnEveryStore } from '../../support/stores.ts';
import { at, mailbox, message, sizeSummed, withMailbox } from './support.ts';

const other: Guid = namedGuid('mailbox', 'rob');
const mailboxes = [mailbox, other] as const;
const roles = ['inbox', 'archive', 'deleteditems'] as const;

interface Step {
  readonly kind: 'create' | 'move' | 'copy' | 'delete' | 'read' | 'undone';
  readonly which: number;
  readonly to: number;
  readonly isHidden: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('create' as const, 'move' as const, 'copy' as const, 'delete' as const, 'read' as const, 'undone' as const),
  which: fc.nat(),
  to: fc.nat({ max: 5 }),
  isHidden: fc.boolean(),
});

interface Place {
  readonly mailbox: Guid;
  readonly folder: number;
}

async function placesOf(store: Store): Promise<Place[]> {
  const places: Place[] = [];
  for (const guid of mailboxes)
    for (const role of roles) places.push({ mailbox: guid, folder: (await requireFolder(store.read, guid, role)).counter });
  return places;
}

async function apply(store: Store, places: readonly Place[], { kind, which, to, isHidden }: Step): Promise<void> {
  const target = present(places[to], 'a place');
  const rows = await store.read
    .selectFrom('item')
    .select(['mailbox', 'counter', 'folder', 'is_read'])
    .orderBy('mailbox')
    .orderBy('counter')
    .execute();
  const row = rows[which % Math.max(1, rows.length)];
  await store.transaction(async (tx) => {
    if (kind === 'create' || row === undefined) {
      await createItem(tx, target.mailbox, target.folder, message(`m${which}`, { [tags.read]: isHidden }, { associated: isHidden }), at);
      return;
    }
    const from = { mailbox: row.mailbox as Guid, counter: row.counter };
    if (kind === 'copy') await copyItem(tx, from, target, at);
    else if (kind === 'delete') await deleteItem(tx, from.mailbox, from.counter, isHidden ? 'hard' : 'to-deleted-items', at);
    else if (kind === 'read') await updateItem(tx, from.mailbox, from.counter, { set: { [tags.read]: row.is_read === 0 } }, 'any', at);
    else if (kind === 'undone') {
      const outcome = await inSavepoint(tx, async () => {
        await copyItem(tx, from, target, at);
        await deleteItem(tx, from.mailbox, -1, 'hard', at);
      });
      expect(outcome.refusal?.code).toBe('item-not-found');
    } else if (from.mailbox === target.mailbox) await moveItem(tx, from.mailbox, from.counter, target.folder, at);
    else await transferItem(tx, from, target, at);
  });
}

describeOnEveryStore('moves and copies', (source) => {
  test('whatever is created, moved, copied, deleted and undone: counters are true, and what is synchronised is what is there', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const store = await source.open();
        for (const guid of mailboxes) await withMailbox(store, guid);
        const places = await placesOf(store);
        const known = places.map(() => new Map<number, number>());
        const positions: (SyncPosition | undefined)[] = places.map(() => undefined);
        const pull = async (): Promise<void> => {
          for (const [index, { mailbox: guid, folder }] of places.entries()) {
            for (let isLast = false; !isLast; ) {
              const page = await syncItems(store.read, {
                mailbox: guid,
                folder,
                associated: true,
                position: positions[index],
                limit: 7,
                need: { properties: [] },
              });
              for (const change of page.changes) {
                if (change.kind === 'delete') expect(known[index]?.delete(change.counter)).toBe(true);
                else known[index]?.set(change.counter, change.row.change_number);
              }
              positions[index] = page.position;
              isLast = page.includesLast;
            }
          }
        };
        for (const [index, one] of steps.entries()) {
          await apply(store, places, one);
          if (index % 5 === 0) await pull();
        }
        await pull();
        for (const [index, { mailbox: guid, folder }] of places.entries()) {
          const rows = await store.read.selectFrom('item').selectAll().where('mailbox', '=', guid).where('folder', '=', folder).execute();
          const ordinary = rows.filter(({ associated }) => associated === 0);
          expect(await getFolder(store.read, guid, folder)).toMatchObject({
            item_count: ordinary.length,
            unread_count: ordinary.filter(({ is_read }) => is_read === 0).length,
            associated_count: rows.length - ordinary.length,
          });
          expect(new Set(rows.map(({ article_number }) => article_number)).size).toBe(rows.length);
          expect(known[index]).toEqual(new Map(rows.map(({ counter, change_number }) => [counter, change_number])));
        }
        for (const guid of mailboxes) expect(await sizeOfMailbox(store.read, guid)).toEqual(await sizeSummed(store, guid));
        await store.close();
      }),
      { numRuns: source.kind === 'memory' ? 80 : 6 },
    );
  });

  test('a copy has everything that the original has; the log tells where it comes from', async () => {
    const store = await source.open();
    const inbox = await withMailbox(store);
    await withMailbox(store, other);
    const theirs = (await requireFolder(store.read, other, 'inbox')).counter;
    const draft = message(
      'a',
      { [tags.body]: 'text', [tags.flagStatus]: 2, [tags.read]: false },
      {
        recipients: [{ kind: 'to', name: 'Rob', address: 'rob@acme.test', routingType: 'SMTP' }],
        attachments: [{ kind: 'file', name: 'f', isInline: false, bytes: Buffer.from('file') }],
        mime: Buffer.from('Subject: a\r\n\r\ntext'),
      },
    );
    const made = await store.transaction((tx) => createItem(tx, mailbox, inbox, draft, at));
    const whole = async (guid: Guid, counter: number) => {
      const row = present(await getItem(store.read, guid, counter, { properties: 'all' }), 'the item');
      const parts = [await getRecipients(store.read, guid, [counter]), await getAttachments(store.read, guid, [counter])];
      const {
        mailbox: _mailbox,
        counter: _counter,
        folder: _folder,
        article_number: _number,
        change_number: _change,
        created,
        ...rest
      } = row;
      return [created, rest, parts.map((part) => part.get(counter)?.map((one) => ({ ...one, item: 0, mailbox: '' })))];
    };
    const [, ...original] = await whole(mailbox, made.counter);
    for (const to of [
      { mailbox, folder: inbox },
      { mailbox: other, folder: theirs },
    ]) {
      const copied = await store.transaction((tx) => copyItem(tx, { mailbox, counter: made.counter }, to, at + 5));
      expect(await whole(to.mailbox, copied.counter)).toEqual([at + 5, ...original]);
      const change = changeOf(present((await readChanges(store.read, to.mailbox, copied.changeNumber - 1, 1))[0], 'the change'));
      const origin = to.mailbox === mailbox ? { how: 'copied', object: made.counter, folder: inbox } : undefined;
      expect([change.operation, change.origin]).toEqual(['create', origin]);
    }
    await store.transaction((tx) => transferItem(tx, { mailbox, counter: made.counter }, { mailbox: other, folder: theirs }, at + 5));
    expect(await getItem(store.read, mailbox, made.counter, { properties: [] })).toBeUndefined();
  });

  test('the log tells what an update touched, and who asks what was changed since hears it', async () => {
    const store = await source.open();
    const inbox = await withMailbox(store);
    const [one, another] = await store.transaction((tx) => createItems(tx, mailbox, inbox, [message('a'), message('b')], at));
    const { counter, changeNumber } = present(one, 'an item');
    const set = (properties: PropertyBag, item = counter) =>
      store.transaction((tx) => updateItem(tx, mailbox, item, { set: properties }, 'any', at));
    const since = async (after: number) => {
      const row = present(await getItem(store.read, mailbox, counter, { properties: [] }), 'the item');
      const changed = await changedSince(store.read, mailbox, row, after);
      return changed && [...changed].sort();
    };
    expect(await since(changeNumber)).toEqual([]);
    await set({ [tags.bodyHtml]: '<p>' });
    const second = await set({ [tags.read]: false });
    await set({ [tags.subject]: 'of the other' }, present(another, 'an item').counter);
    await set({ [tags.normalizedSubject]: 'c', [tags.lastModifierName]: 'Mary' });
    expect(await since(changeNumber)).toEqual([tags.subject, tags.read, tags.body].sort());
    expect(await since(second.changeNumber)).toEqual([tags.subject]);
    expect(await since(-1)).toBeUndefined();
    expect(await since(1_000_000)).toBeUndefined();
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`0x6${String(index).padStart(3, '0')}0003`, index]));
    await set(many as PropertyBag);
    expect(await since(second.changeNumber)).toBeUndefined();
  });

  test('mail of a blocked sender goes to Junk Email, in whatever case he writes himself', async () => {
    const store = await source.open();
    const inbox = await withMailbox(store);
    const junk = (await requireFolder(store.read, mailbox, 'junkemail')).counter;
    const block = (address: string, isBlocking: boolean) => store.transaction((tx) => blockSender(tx, mailbox, address, isBlocking, at));
    const folderOf = async (address: string): Promise<number> => {
      const draft = message('x', { [tags.sentRepresentingSmtpAddress]: address });
      return (await store.transaction((tx) => deliver(tx, mailbox, draft, at))).folder;
    };
    expect(await block('Spam@Acme.test', true)).toBe(true);
    expect(await block('spam@acme.test', true)).toBe(true);
    expect([await folderOf('SPAM@acme.test'), await folderOf('ham@acme.test')]).toEqual([junk, inbox]);
    await block('spam@ACME.test', false);
    expect(await folderOf('spam@acme.test')).toBe(inbox);
    if (source.kind !== 'memory') return;
    for (let index = 0; index < 1024; index += 1) expect(await block(`s${index}@acme.test`, true)).toBe(true);
    expect(await block('one-more@acme.test', true)).toBe(false);
  });
});
