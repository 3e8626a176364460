import { expect, test } from 'vitest';
import { embeddedItemOf } from '../../../shared/domain/mailbox/attachments.ts';
import { deleteItem } from '../../../shared/domain/mailbox/delete-item.ts';
import { deliver } from '../../../shared/domain/mailbox/deliver.ts';
import { requireFolder } from '../../../shared/domain/mailbox/folders.ts';
import { createItem, createItems } from '../../../shared/domain/mailbox/item-writes.ts';
import { getAttachments, getItem, getItems, getRecipients } from '../../../shared/domain/mailbox/items.ts';
import { moveItem } from '../../../shared/domain/mailbox/move-item.ts';
import { itemProperties, itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { updateItem } from '../../../shared/domain/mailbox/update-item.ts';
import { named, namedProperty, type PropertyKey, propertySets, tags } from '../../../shared/kernel/mapi.ts';
import { readBlob } from '../../../shared/store/blob.ts';
import { readChanges } from '../../../shared/store/change-feed.ts';
import type { Store } from '../../../shared/store/database.ts';
import { describeOnEveryStore } from '../../support/stores.ts';
import { at, mailbox, message, withMailbox } from './support.ts';

const whole = { properties: 'all' } as const;

async function counts(store: Store, folder: number | string): Promise<readonly number[]> {
  const row = await requireFolder(store.read, mailbox, folder);
  return [row.item_count, row.unread_count, row.associated_count, row.last_article];
}

async function log(store: Store, after: number): Promise<string[]> {
  const rows = await readChanges(store.read, mailbox, after, 1000);
  return rows.map((row) => `${row.kind} ${row.object} ${row.operation} in ${row.folder}`);
}

describeOnEveryStore('items of a mailbox', (source) => {
  test('an item keeps what it was given: columns, bag, recipients, attachments, MIME', async () => {
    const store = await source.open();
    const inbox = await withMailbox(store);
    const properties = {
      [tags.subject]: 'Re: Grüße\0 😀',
      [tags.messageFlags]: 0x19,
      [tags.sentRepresentingName]: 'Zoë',
      [tags.sentRepresentingSmtpAddress]: 'zoe@acme.test',
      [tags.importance]: 2,
      [tags.clientSubmitTime]: at - 5000,
      [named.appointmentStartWhole]: at + 10,
      [named.keywords]: ['a', 'b'],
      [tags.body]: 'text\0',
      [tags.messageSize]: 1,
      [tags.displayTo]: 'nobody',
    };
    const inner = message(
      'inner',
      { [tags.body]: 'deep' },
      { attachments: [{ kind: 'file', name: 'f', bytes: Buffer.from('x'), isInline: false }] },
    );
    const reference = await store.transaction((tx) =>
      createItem(
        tx,
        mailbox,
        inbox,
        {
          class: 'IPM.Note.Custom',
          properties,
          recipients: [
            { kind: 'to', name: 'Ann', address: 'ann@acme.test', routingType: 'SMTP' },
            { kind: 'cc', name: '', address: 'cc@acme.test', routingType: 'SMTP' },
            { kind: 'to', name: 'Bob', address: 'bob@acme.test', routingType: 'SMTP' },
            { kind: 'bcc', name: 'Eve', address: 'eve@acme.test', routingType: 'SMTP' },
          ],
          attachments: [
            { kind: 'file', name: 'a.txt', contentType: 'text/plain', bytes: Buffer.from('hello'), isInline: false },
            { kind: 'item', name: 'inner', item: inner, isInline: false },
          ],
          mime: Buffer.from('raw octets'),
        },
        at,
      ),
    );
    const item = await getItem(store.read, mailbox, reference.counter, whole);
    if (item === undefined) throw new Error('no item');
    expect(itemProperties(item)).toMatchObject({
      [tags.messageClass]: 'IPM.Note.Custom',
      [tags.subject]: 'Re: Grüße� 😀',
      [tags.subjectPrefix]: 'Re: ',
      [tags.normalizedSubject]: 'Grüße� 😀',
      [tags.conversationTopic]: 'Grüße� 😀',
      [tags.messageFlags]: 0x19,
      [tags.read]: true,
      [tags.hasAttachments]: true,
      [tags.displayTo]: 'Ann; Bob',
      [tags.displayCc]: 'cc@acme.test',
      [tags.displayBcc]: 'Eve',
      [tags.importance]: 2,
      [tags.sensitivity]: 0,
      [tags.clientSubmitTime]: at - 5000,
      [tags.messageDeliveryTime]: at,
      [tags.creationTime]: at,
      [tags.internetArticleNumber]: 1,
      [tags.messageSize]: 'raw octets'.length,
      [named.appointmentStartWhole]: at + 10,
      [named.keywords]: ['a', 'b'],
      [tags.body]: 'text�',
    });
    expect(Buffer.from(String(itemProperty(item, tags.conversationId)), 'base64')).toHaveLength(16);
    expect((await readBlob(store.read, item.mime ?? ''))?.toString()).toBe('raw octets');
    const recipients = (await getRecipients(store.read, mailbox, [reference.counter])).get(reference.counter) ?? [];
    expect(recipients.map((row) => `${row.kind} ${row.address}`)).toEqual([
      'to ann@acme.test',
      'cc cc@acme.test',
      'to bob@acme.test',
      'bcc eve@acme.test',
    ]);
    const [file, embedded] = (await getAttachments(store.read, mailbox, [reference.counter])).get(reference.counter) ?? [];
    expect(file).toMatchObject({ number: 0, kind: 'file', name: 'a.txt', content_type: 'text/plain', size: 5 });
    if (embedded === undefined) throw new Error('no attachment');
    const innerStored = embeddedItemOf(embedded);
    expect(innerStored).toMatchObject({ class: 'IPM.Note', properties: { [tags.subject]: 'inner' } });
    expect((await readBlob(store.read, innerStored.attachments[0]?.blob ?? ''))?.toString()).toBe('x');
  });

  test('the bag is read only when it is needed; a property that was not asked for is a defect', async () => {
    const store = await source.open();
    const inbox = await withMailbox(store);
    const { counter } = await store.transaction((tx) => createItem(tx, mailbox, inbox, message('hi', { [tags.body]: 'text' }), at));
    const lean = await getItem(store.read, mailbox, counter, { properties: [tags.subject] });
    expect(Object.keys(lean ?? {})).not.toContain('bag');
    expect(itemProperty(lean ?? ({} as never), tags.subject)).toBe('hi');
    expect(() => itemProperty(lean ?? ({} as never), tags.body)).toThrow(/defect/);
    expect(() => itemProperty(lean ?? ({} as never), tags.importance)).toThrow(/defect/);
    const full = await getItem(store.read, mailbox, counter, { properties: [tags.body] });
    expect(itemProperty(full ?? ({} as never), tags.body)).toBe('text');
    expect(itemProperty(full ?? ({} as never), tags.comment)).toBeUndefined();
  });

  test('folder counters, article numbers and the change log follow every write', async () => {
    const store = await source.open();
    const inbox = await withMailbox(store);
    const start = (await readChanges(store.read, mailbox, 0, 1000)).length;
    const unread = { [tags.read]: false };
    const [one, two, hidden] = await store.transaction((tx) =>
      createItems(tx, mailbox, inbox, [message('1', unread), message('2'), message('3', unread, { associated: true })], at),
    );
    if (one === undefined || two === undefined || hidden === undefined) throw new Error('three items were created');
    expect(await counts(store, inbox)).toEqual([2, 1, 1, 3]);

    const read = await store.transaction((tx) =>
      updateItem(tx, mailbox, one.counter, { set: { [tags.read]: true } }, one.changeNumber, at + 1),
    );
    expect(await counts(store, inbox)).toEqual([2, 0, 1, 3]);
    const same = await store.transaction((tx) => updateItem(tx, mailbox, one.counter, { set: { [tags.messageFlags]: 1 } }, 'any', at + 1));
    expect(same.changeNumber).toBe(read.changeNumber);
    await store.transaction((tx) =>
      updateItem(tx, mailbox, two.counter, { set: { [tags.read]: false, [tags.subject]: 'two' } }, 'any', at + 2),
    );
    expect(await counts(store, inbox)).toEqual([2, 1, 1, 3]);

    const moved = await store.transaction((tx) => deleteItem(tx, mailbox, two.counter, 'to-deleted-items', at + 3));
    const deleted = await requireFolder(store.read, mailbox, 'deleteditems');
    expect(moved).toMatchObject({ folder: deleted.counter });
    expect(await counts(store, inbox)).toEqual([1, 0, 1, 3]);
    expect(await counts(store, 'deleteditems')).toEqual([1, 1, 0, 1]);
    const soft = await store.transaction((tx) => deleteItem(tx, mailbox, moved?.counter ?? 0, 'to-deleted-items', at + 4));
    const recoverable = await requireFolder(store.read, mailbox, 'recoverableitemsdeletions');
    expect(soft).toMatchObject({ folder: recoverable.counter });
    expect(await store.transaction((tx) => deleteItem(tx, mailbox, soft?.counter ?? 0, 'soft', at + 5))).toBeUndefined();
    expect(await counts(store, 'recoverableitemsdeletions')).toEqual([0, 0, 0, 1]);
    await store.transaction((tx) => updateItem(tx, mailbox, hidden.counter, { set: { [tags.read]: true } }, 'any', at + 6));
    expect(await counts(store, inbox)).toEqual([1, 0, 1, 3]);
    await store.transaction((tx) => deleteItem(tx, mailbox, hidden.counter, 'hard', at + 6));
    expect(await counts(store, inbox)).toEqual([1, 0, 0, 3]);

    expect(await log(store, start)).toEqual([
      `item ${one.counter} create in ${inbox}`,
      `item ${two.counter} create in ${inbox}`,
      `associated ${hidden.counter} create in ${inbox}`,
      `item ${one.counter} read-flag in ${inbox}`,
      `item ${two.counter} update in ${inbox}`,
      `item ${two.counter} delete in ${inbox}`,
      `item ${moved?.counter} create in ${deleted.counter}`,
      `item ${moved?.counter} delete in ${deleted.counter}`,
      `item ${soft?.counter} create in ${recoverable.counter}`,
      `item ${soft?.counter} delete in ${recoverable.counter}`,
      `associated ${hidden.counter} read-flag in ${inbox}`,
      `associated ${hidden.counter} delete in ${inbox}`,
    ]);
  });

  test('changes: stale keys, properties, recipients, attachments, MIME kept as long as it is true', async () => {
    const store = await source.open();
    const inbox = await withMailbox(store);
    const custom = namedProperty(propertySets.PublicStrings, 'x', 'String');
    const draft = message('Old', { [custom]: '1', [tags.comment]: 'c' }, { mime: Buffer.from('mime') });
    const made = await store.transaction((tx) => createItem(tx, mailbox, inbox, draft, at));
    const change = (changes: Parameters<typeof updateItem>[3], expected: number | 'any' = 'any') =>
      store.transaction((tx) => updateItem(tx, mailbox, made.counter, changes, expected, at + 9));
    const read = async () => {
      const item = await getItem(store.read, mailbox, made.counter, whole);
      if (item === undefined) throw new Error('no item');
      return item;
    };

    await change(
      {
        set: { [custom]: '2', [named.keywords]: ['k'], [tags.flagStatus]: 2 },
        remove: [namedProperty(propertySets.Common, 34160, 'Integer')],
      },
      made.changeNumber,
    );
    expect((await read()).mime).not.toBeNull();
    await expect(change({ set: { [custom]: '3' } }, made.changeNumber)).rejects.toMatchObject({ code: 'change-key-stale' });
    await expect(store.transaction((tx) => updateItem(tx, mailbox, 99_999, {}, 'any', at))).rejects.toMatchObject({
      code: 'item-not-found',
    });
    expect(itemProperty(await read(), custom)).toBe('2');

    const updated = await change({ set: { [tags.subject]: 'New' }, remove: [tags.comment, custom] });
    const after = await read();
    expect(after).toMatchObject({ mime: null, subject_fold: 'new', modified: at + 9, change_number: updated.changeNumber });
    expect(itemProperties(after)).not.toHaveProperty([tags.comment]);
    expect(itemProperty(after, tags.conversationTopic)).toBe('Old');

    const attached = await change({
      recipients: [{ kind: 'to', name: 'Ann', address: 'a@x.test', routingType: 'SMTP' }],
      attachments: { add: [1, 2].map((name) => ({ kind: 'file', name: String(name), bytes: Buffer.alloc(10), isInline: false })) },
    });
    expect(attached.addedAttachments).toEqual([0, 1]);
    expect(itemProperties(await read())).toMatchObject({ [tags.hasAttachments]: true, [tags.displayTo]: 'Ann' });
    expect(
      (await change({ attachments: { remove: [0], add: [{ kind: 'file', name: 'x', bytes: Buffer.alloc(1), isInline: true }] } }))
        .addedAttachments,
    ).toEqual([2]);
    await expect(change({ attachments: { remove: [0] } })).rejects.toMatchObject({ code: 'attachment-not-found' });
    await change({ attachments: { remove: [1] } });
    expect(itemProperty(await read(), tags.hasAttachments)).toBe(false);
    await change({ remove: [tags.subject, tags.creationTime, tags.messageClass, tags.importance] });
    expect(await read()).toMatchObject({ subject: null, created: at, class: 'IPM.Note', importance: 1 });
  });

  test('a moved item has a new counter and takes everything along', async () => {
    const store = await source.open();
    const inbox = await withMailbox(store);
    const recipients = [{ kind: 'to', name: 'Ann', address: 'a@x.test', routingType: 'SMTP' }] as const;
    const attachments = [{ kind: 'file', name: 'f', bytes: Buffer.from('x'), isInline: false }] as const;
    const made = await store.transaction((tx) => createItem(tx, mailbox, inbox, message('m', {}, { recipients, attachments }), at));
    const archive = await requireFolder(store.read, mailbox, 'archive');
    const moved = await store.transaction((tx) => moveItem(tx, mailbox, made.counter, archive.counter, at));
    expect(moved.counter).toBeGreaterThan(made.counter);
    expect(await getItem(store.read, mailbox, made.counter, whole)).toBeUndefined();
    expect((await getRecipients(store.read, mailbox, [moved.counter])).get(moved.counter)).toHaveLength(1);
    expect((await getAttachments(store.read, mailbox, [moved.counter])).get(moved.counter)).toHaveLength(1);
    await expect(store.transaction((tx) => moveItem(tx, mailbox, moved.counter, 99_999, at))).rejects.toMatchObject({
      code: 'folder-not-found',
    });
    await expect(store.transaction((tx) => moveItem(tx, mailbox, made.counter, inbox, at))).rejects.toMatchObject({
      code: 'item-not-found',
    });
  });

  test('delivery: unread, received, in the inbox, without blind copies', async () => {
    const store = await source.open();
    const inbox = await withMailbox(store);
    const draft = message(
      'mail',
      { [tags.messageFlags]: 0x09, [tags.messageDeliveryTime]: 5 },
      {
        recipients: [
          { kind: 'to', name: 'Mary', address: 'mary@acme.test', routingType: 'SMTP' },
          { kind: 'bcc', name: 'Eve', address: 'eve@acme.test', routingType: 'SMTP' },
        ],
      },
    );
    const made = await store.transaction((tx) => deliver(tx, mailbox, draft, at + 7));
    const item = await getItem(store.read, mailbox, made.counter, whole);
    const properties = itemProperties(item ?? ({} as never));
    expect(properties).toMatchObject({ [tags.read]: false, [tags.messageFlags]: 0, [tags.messageDeliveryTime]: at + 7 });
    expect(properties).not.toHaveProperty([tags.displayBcc as PropertyKey]);
    expect(await counts(store, inbox)).toEqual([1, 1, 0, 1]);
    const many = await store.transaction((tx) =>
      createItems(
        tx,
        mailbox,
        inbox,
        Array.from({ length: 1200 }, (_, index) => message(`m${index}`)),
        at,
      ),
    );
    expect(
      await getItems(
        store.read,
        mailbox,
        many.map((one) => one.counter),
        { properties: [tags.subject] },
      ),
    ).toHaveProperty('size', 1200);
  });
});
