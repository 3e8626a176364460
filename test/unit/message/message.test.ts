import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { draftFromItem } from '../../../shared/bridges/message/draft-from-item.ts';
import { draftFromMime } from '../../../shared/bridges/message/draft-from-mime.ts';
import { mimeFromDraft } from '../../../shared/bridges/message/mime-from-draft.ts';
import { mimeFromItem } from '../../../shared/bridges/message/mime-from-item.ts';
import { conversationId } from '../../../shared/domain/mailbox/conversation.ts';
import type { AttachmentDraft, ItemDraft } from '../../../shared/domain/mailbox/draft.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { createItem } from '../../../shared/domain/mailbox/item-writes.ts';
import { getAttachments, getItem, getRecipients } from '../../../shared/domain/mailbox/items.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { updateItem } from '../../../shared/domain/mailbox/update-item.ts';
import { namedProperty, propertySets, tags } from '../../../shared/kernel/mapi.ts';
import { parseMime } from '../../../shared/protocols/mime/parse.ts';
import { writeMime } from '../../../shared/protocols/mime/write.ts';
import { readBlob } from '../../../shared/store/blob.ts';
import { openStore, type Store } from '../../../shared/store/database.ts';
import { at, mailbox, withMailbox } from '../../contracts/mailbox/support.ts';
import { mimeMessage } from '../mime/message-arbitrary.ts';

const mail = Buffer.from(
  [
    'Received: from a by b; Sat, 21 Nov 2026 08:00:00 +0000',
    'From: =?utf-8?Q?Zo=C3=AB?= <zoe@acme.test>',
    'Sender: office@acme.test',
    'To: Ann <ann@acme.test>, bob@acme.test',
    'Cc: "C, d" <cd@acme.test>',
    'Bcc: eve@acme.test',
    'Reply-To: desk@acme.test',
    'Subject: AW: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=',
    'Date: Sat, 21 Nov 2026 09:00:00 +0100',
    'Message-ID: <1@acme.test>',
    'In-Reply-To: <0@acme.test>',
    'References: <z@acme.test>',
    ' <0@acme.test>',
    'Importance: high',
    'Sensitivity: Private',
    'X-Custom: =?utf-8?Q?=C3=A4?=',
    'X-custom: second',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/html',
    '',
    '<img src="cid:p">',
    '--b',
    'Content-Type: image/png',
    'Content-ID: <p>',
    'Content-Disposition: inline',
    'Content-Transfer-Encoding: base64',
    '',
    'AAEC',
    '--b',
    'Content-Type: message/rfc822',
    '',
    'Subject: inner',
    '',
    'inside',
    '--b--',
    '',
  ].join('\r\n'),
);

async function stored(
  store: Store,
  counter: number,
): Promise<
  [ItemRow, Parameters<typeof mimeFromItem>[1], Parameters<typeof mimeFromItem>[2], (hash: string) => ReturnType<typeof readBlob>]
> {
  const item = await getItem(store.read, mailbox, counter, { properties: 'all' });
  if (item === undefined) throw new Error('no item');
  const recipients = (await getRecipients(store.read, mailbox, [counter])).get(counter) ?? [];
  const attachments = (await getAttachments(store.read, mailbox, [counter])).get(counter) ?? [];
  return [item, recipients, attachments, (hash) => readBlob(store.read, hash)];
}

describe('a message becomes an item', () => {
  test('with every property that it has', async () => {
    const draft = await draftFromMime(mail, at);
    expect(draft.class).toBe('IPM.Note');
    expect(draft.mime).toBe(mail);
    expect(draft.properties).toMatchObject({
      [tags.subject]: 'AW: Grüße',
      [tags.sentRepresentingName]: 'Zoë',
      [tags.sentRepresentingSmtpAddress]: 'zoe@acme.test',
      [tags.senderName]: 'office@acme.test',
      [tags.senderSmtpAddress]: 'office@acme.test',
      [tags.clientSubmitTime]: Date.UTC(2026, 10, 21, 8),
      [tags.internetMessageId]: '<1@acme.test>',
      [tags.inReplyToId]: '<0@acme.test>',
      [tags.internetReferences]: '<z@acme.test> <0@acme.test>',
      [tags.importance]: 2,
      [tags.sensitivity]: 2,
      [tags.bodyHtml]: '<img src="cid:p">',
      [tags.conversationTopic]: 'Grüße',
      [namedProperty(propertySets.InternetHeaders, 'x-custom', 'String')]: 'ä',
    });
    expect(draft.properties).not.toHaveProperty([tags.body]);
    expect(draft.properties[tags.transportMessageHeaders]).toMatch(/^Received: from a by b.*\r\nFrom: /);
    expect(draft.recipients.map(({ kind, name, address }) => [kind, name, address])).toEqual([
      ['to', 'Ann', 'ann@acme.test'],
      ['to', 'bob@acme.test', 'bob@acme.test'],
      ['cc', 'C, d', 'cd@acme.test'],
      ['bcc', 'eve@acme.test', 'eve@acme.test'],
      ['reply-to', 'desk@acme.test', 'desk@acme.test'],
    ]);
    expect(draft.attachments).toMatchObject([
      { kind: 'file', name: 'ATT00001.png', contentId: 'p', isInline: true },
      { kind: 'item', name: 'inner', isInline: false, item: { properties: { [tags.subject]: 'inner', [tags.body]: 'inside' } } },
    ]);
  });

  test('its conversation is that of its topic, or the one that its index names', async () => {
    const conversation = async (...fields: string[]): Promise<Buffer | undefined> => {
      const { properties } = await draftFromMime(Buffer.from(`${fields.join('\r\n')}\r\n\r\n`), at);
      const index = Buffer.from(String(properties[tags.conversationIndex]), 'base64');
      return conversationId({
        topic: String(properties[tags.conversationTopic]),
        index,
        tracking: properties[tags.conversationIndexTracking] === true,
      });
    };
    const topic = await conversation('Subject: Plan');
    expect(await conversation('Subject: RE: plan')).toEqual(topic);
    expect(await conversation('Subject: Fwd', 'Thread-Topic: Plan')).toEqual(topic);
    const guid = Buffer.alloc(16, 7);
    const index = Buffer.concat([Buffer.of(1, 2, 3, 4, 5, 6), guid]).toString('base64');
    expect(await conversation('Subject: Plan', `Thread-Index: ${index}`)).toEqual(guid);
    expect(await conversation('Subject: Plan', 'Thread-Index: AAAA')).toEqual(topic);
  });
});

describe('an item becomes a message', () => {
  test('as received, octet for octet, until something that shows in it changes', async () => {
    const store = await openStore({ location: ':memory:' });
    const inbox = await withMailbox(store);
    const draft = await draftFromMime(mail, at);
    const { counter } = await store.transaction((tx) => createItem(tx, mailbox, inbox, draft, at));
    expect((await mimeFromItem(...(await stored(store, counter)))).equals(mail)).toBe(true);
    await store.transaction((tx) => updateItem(tx, mailbox, counter, { set: { [tags.flagStatus]: 2, [tags.read]: false } }, 'any', at));
    expect((await mimeFromItem(...(await stored(store, counter)))).equals(mail)).toBe(true);

    await store.transaction((tx) => updateItem(tx, mailbox, counter, { set: { [tags.subject]: 'Neu' } }, 'any', at));
    const written = await mimeFromItem(...(await stored(store, counter)));
    expect(written.equals(await mimeFromItem(...(await stored(store, counter))))).toBe(true);
    const read = await parseMime(written);
    const original = await parseMime(mail);
    expect(read).toMatchObject({
      ...original,
      subject: 'Neu',
      headers: expect.arrayContaining([
        { name: 'Received', value: 'from a by b; Sat, 21 Nov 2026 08:00:00 +0000' },
        { name: 'x-custom', value: '=?utf-8?B?w6Q=?=' },
      ]),
      attachments: [
        { contentId: 'p', disposition: 'inline', filename: 'ATT00001.png' },
        { contentType: 'message/rfc822', message: { subject: 'inner' } },
      ],
    });
    expect(Buffer.from(read.attachments[1]?.bytes ?? []).toString()).toBe('Subject: inner\r\n\r\ninside');
    await store.close();
  });

  test('a stored item and its draft are the same', async () => {
    const store = await openStore({ location: ':memory:' });
    const inbox = await withMailbox(store);
    const draft = await draftFromMime(mail, at);
    const { counter } = await store.transaction((tx) => createItem(tx, mailbox, inbox, draft, at));
    const copy = await draftFromItem(...(await stored(store, counter)));
    const again = await store.transaction((tx) => createItem(tx, mailbox, inbox, copy, at));
    const [first, , firstAttachments] = await stored(store, counter);
    const [second, , secondAttachments] = await stored(store, again.counter);
    const own = { counter: 0, article_number: 0, change_number: 0 };
    expect({ ...second, ...own }).toEqual({ ...first, ...own });
    expect(secondAttachments.map((row) => ({ ...row, item: 0 }))).toEqual(firstAttachments.map((row) => ({ ...row, item: 0 })));
    expect(itemProperty(second, tags.displayBcc)).toBe('eve@acme.test');
    await store.close();
  });

  test('from properties alone it reads back as the same item', async () => {
    await fc.assert(
      fc.asyncProperty(mimeMessage, async (message) => {
        const draft = await draftFromMime(writeMime(message, { id: 'id' }), at);
        const again = await draftFromMime(mimeFromDraft({ ...draft, mime: undefined }, 'other'), at);
        // A sender without a name or address of his own is not told twice; whose index it is, is known now.
        expect(comparable(again)).toEqual(comparable(draft));
      }),
      { numRuns: 300 },
    );
  });
});

function comparable(draft: ItemDraft): unknown {
  const { [tags.transportMessageHeaders]: _headers, [tags.conversationIndexTracking]: _tracking, ...properties } = draft.properties;
  const attachments = draft.attachments.map((one: AttachmentDraft) => ({
    ...one,
    bytes: one.kind === 'file' ? Buffer.from(one.bytes).toString('hex') : '',
  }));
  return { ...draft, mime: undefined, properties, attachments };
}
