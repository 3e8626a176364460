import { localMailbox } from '../../../shared/domain/directory/recipient.ts';
import { isConversationIndex, newConversationIndex, replyConversationIndex } from '../../../shared/domain/mailbox/conversation.ts';
import { deliver } from '../../../shared/domain/mailbox/deliver.ts';
import type { ItemDraft } from '../../../shared/domain/mailbox/draft.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { getItem } from '../../../shared/domain/mailbox/items.ts';
import { senderOf } from '../../../shared/domain/mailbox/junk-email.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { endReceipt, isReceiptPending, pendingReceipts } from '../../../shared/domain/mailbox/read-receipts.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { EwsCall } from '../context.ts';
import type { OpenFolder, OpenItemKey } from '../mailboxes.ts';
import { mailedReceipt } from './mailed-receipt.ts';

/** `read`, or removed without having been. */
type Fate = 'read' | 'removed';

/** The classes of reports (MS-OXOMSG 2.2.2) and what their subject begins with (observed in Exchange's mail: `Read: `, `Not read: `). */
const reports = {
  read: { class: 'REPORT.IPM.Note.IPNRN', prefix: 'Read', verb: 'was read on' },
  removed: { class: 'REPORT.IPM.Note.IPNNRN', prefix: 'Not read', verb: 'was deleted without being read on' },
} as const;

const needed = {
  properties: [
    tags.messageFlags,
    tags.subject,
    tags.normalizedSubject,
    tags.clientSubmitTime,
    tags.senderSmtpAddress,
    tags.sentRepresentingName,
    tags.sentRepresentingSmtpAddress,
    tags.internetMessageId,
    tags.displayTo,
    tags.conversationTopic,
    tags.conversationIndex,
  ],
};

/**
 * Prepares the answer to whoever waits for a receipt of an item: what is to be done in the transaction in which the item
 * is read or removed. `isSuppressed`: nobody is told, now or later. Undefined where nobody waits. A sender without a
 * mailbox in this organisation is told by mail.
 */
export async function prepareReceipt(
  call: EwsCall,
  { mailbox, key }: OpenItemKey,
  fate: Fate,
  isSuppressed: boolean,
): Promise<((tx: Executor) => Promise<void>) | undefined> {
  const { context, organization, instant } = call;
  const { read } = context.store;
  const flagged = await getItem(read, mailbox.guid, key.item, { properties: [tags.messageFlags] });
  if (flagged === undefined || !isAwaited(flagged)) return undefined;
  const row = present(await getItem(read, mailbox.guid, key.item, needed), 'an item that was there');
  const properties = Object.fromEntries(needed.properties.map((property) => [property, itemProperty(row, property) ?? '']));
  const to = senderOf(properties);
  const sender = await context.directory(organization.name).byAddress(to);
  const target = sender === undefined ? null : localMailbox(sender);
  const report = reportDraft(call, row, fate, mailbox.owner, sender ?? { displayName: '', primaryAddress: to });
  const disposition = fate === 'read' ? 'displayed' : 'deleted';
  const mailed = isSuppressed || target !== null ? undefined : await mailedReceipt(call, { to, report, disposition });
  return async (tx) => {
    const now = await getItem(tx, mailbox.guid, key.item, { properties: [tags.messageFlags] });
    if (now === undefined || !isAwaited(now)) return;
    await endReceipt(tx, mailbox.guid, key.item, present(now.flags, 'the flags of an item'));
    if (target !== null && !isSuppressed) await deliver(tx, target, report, instant);
    await mailed?.(tx);
  };
}

/** Receipts of one transaction: a figure of ours. */
const receiptsAtATime = 20;

/** Answers all who wait for receipts of a folder's unread items, which are about to be marked read; see {@link prepareReceipt}. */
export async function answerReceiptsIn(call: EwsCall, { mailbox, folder }: OpenFolder, isSuppressed: boolean): Promise<void> {
  const { store } = call.context;
  for (let after: number | undefined = 0; after !== undefined; ) {
    const counters: readonly number[] = await pendingReceipts(store.read, mailbox.guid, folder.counter, after, receiptsAtATime);
    const answers: NonNullable<Awaited<ReturnType<typeof prepareReceipt>>>[] = [];
    for (const item of counters) {
      const key = { ...mailbox.store, folder: folder.counter, item };
      const answer = await prepareReceipt(call, { mailbox, key }, 'read', isSuppressed);
      if (answer !== undefined) answers.push(answer);
    }
    if (answers.length > 0)
      await store.transaction(async (tx) => {
        for (const answer of answers) await answer(tx);
      });
    after = counters.at(-1);
  }
}

function isAwaited(row: ItemRow): boolean {
  return isReceiptPending(row) && row.is_read === 0;
}

interface Person {
  readonly displayName: string;
  readonly primaryAddress: string;
}

function reportDraft({ context, instant }: EwsCall, row: ItemRow, fate: Fate, reader: Person, sender: Person): ItemDraft {
  const text = (key: (typeof needed.properties)[number]): string => String(itemProperty(row, key) ?? '');
  const { class: messageClass, prefix, verb } = reports[fate];
  const sent = itemProperty(row, tags.clientSubmitTime);
  const topic = text(tags.conversationTopic);
  const parent = Buffer.from(text(tags.conversationIndex), 'base64');
  const index = isConversationIndex(parent) ? replyConversationIndex(parent, instant) : newConversationIndex(topic, instant);
  const lines = [
    'Your message',
    '',
    `   To: ${text(tags.displayTo)}`,
    `   Subject: ${text(tags.subject)}`,
    ...(typeof sent === 'number' ? [`   Sent: ${new Date(sent).toUTCString()}`] : []),
    '',
    `${verb} ${new Date(instant).toUTCString()}.`,
  ];
  return {
    class: messageClass,
    properties: {
      [tags.subject]: `${prefix}: ${text(tags.normalizedSubject)}`,
      [tags.body]: lines.join('\r\n'),
      [tags.originalSubject]: text(tags.subject),
      ...(typeof sent === 'number' ? { [tags.originalSubmitTime]: sent } : {}),
      [tags.receiptTime]: instant,
      [tags.clientSubmitTime]: instant,
      [tags.internetMessageId]: `<${context.identifiers.guid()}@${reader.primaryAddress.replace(/^.*@/, '')}>`,
      [tags.inReplyToId]: text(tags.internetMessageId),
      [tags.conversationTopic]: topic,
      [tags.conversationIndex]: index.toString('base64'),
      [tags.sentRepresentingName]: reader.displayName,
      [tags.sentRepresentingSmtpAddress]: reader.primaryAddress,
      [tags.senderName]: reader.displayName,
      [tags.senderSmtpAddress]: reader.primaryAddress,
    },
    recipients: [{ kind: 'to', name: sender.displayName, address: sender.primaryAddress, routingType: 'SMTP' }],
    attachments: [],
  };
}
