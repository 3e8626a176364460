import type { ConversationItem } from '../../../shared/domain/mailbox/conversations.ts';
import { named, type PropertyKey, tags } from '../../../shared/kernel/mapi.ts';
import type { ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import { itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { findConversation } from '../../../shared/protocols/ews/operations/find-conversation.ts';
import type { Path } from '../../../shared/protocols/ews/paths.ts';
import type { BaseShape } from '../../../shared/protocols/ews/shapes.ts';
import { ewsRefusal } from '../failures.ts';
import type { OpenMailbox } from '../mailboxes.ts';
import { htmlToText } from '../views/body-text.ts';
import { itemId } from '../views/item-specials.ts';

type Answer = Extract<ResponseOf<typeof findConversation>, { class: 'Success' }>;
export type WireConversation = NonNullable<Answer['Conversations']>[number];
type Field = keyof WireConversation;

/** What is shown of conversations: names of fields, and the properties of items that they are made of. */
export interface ConversationPlan {
  readonly fields: ReadonlySet<Field>;
  readonly needs: readonly PropertyKey[];
}

const always = [
  ...[tags.conversationTopic, tags.displayTo, tags.sentRepresentingName, tags.messageDeliveryTime, tags.lastModificationTime],
  ...[tags.flagStatus, tags.hasAttachments, tags.read, tags.messageSize, tags.messageClass, tags.importance, tags.messageFlags],
  ...[tags.subject, tags.normalizedSubject, named.keywords],
];
const bodies = [tags.body, tags.bodyHtml];

/** The fields of the answer that Microsoft publishes for a request without a shape (page "FindConversation operation"). */
const standard: readonly Field[] = [
  ...(['ConversationId', 'ConversationTopic', 'UniqueRecipients', 'GlobalUniqueRecipients', 'UniqueUnreadSenders'] as const),
  ...(['GlobalUniqueUnreadSenders', 'UniqueSenders', 'GlobalUniqueSenders', 'LastDeliveryTime', 'GlobalLastDeliveryTime'] as const),
  ...(['Categories', 'GlobalCategories', 'FlagStatus', 'GlobalFlagStatus', 'HasAttachments', 'GlobalHasAttachments'] as const),
  ...(['MessageCount', 'GlobalMessageCount', 'UnreadCount', 'GlobalUnreadCount', 'Size', 'GlobalSize', 'ItemClasses'] as const),
  ...(['GlobalItemClasses', 'Importance', 'GlobalImportance', 'ItemIds', 'GlobalItemIds'] as const),
];
const rest: readonly Field[] = ['LastModifiedTime', 'InstanceKey', 'Preview', 'MailboxScope', 'DraftItemIds'];

/** Reads a shape. Refuses properties that no conversation has. */
export function planConversations(
  shape: { readonly BaseShape: BaseShape; readonly AdditionalProperties?: readonly Path[] | undefined } | undefined,
): ConversationPlan {
  const base = shape?.BaseShape;
  const fields = new Set<Field>(
    base === undefined || base === 'Default' ? standard : base === 'AllProperties' ? [...standard, ...rest] : [],
  );
  fields.add('ConversationId');
  for (const path of shape?.AdditionalProperties ?? []) {
    const name = path.is === 'FieldURI' ? path.value.FieldURI.replace(/^conversation:/, '') : '';
    const field = [...standard, ...rest].find((one) => one === name);
    if (field === undefined) throw ewsRefusal('ErrorInvalidPropertyRequest', { detail: `${path.is} ${name} of a conversation` });
    fields.add(field);
  }
  return { fields, needs: fields.has('Preview') ? [...always, ...bodies] : always };
}

/** What is said of some items of a conversation, oldest first. */
interface Summary {
  readonly UniqueRecipients: { readonly String: readonly string[] };
  readonly UniqueUnreadSenders: { readonly String: readonly string[] };
  readonly UniqueSenders: { readonly String: readonly string[] };
  readonly LastDeliveryTime: number | undefined;
  readonly Categories: { readonly String: readonly string[] } | undefined;
  readonly FlagStatus: 'NotFlagged' | 'Flagged' | 'Complete';
  readonly HasAttachments: boolean;
  readonly MessageCount: number;
  readonly UnreadCount: number;
  readonly Size: number;
  readonly ItemClasses: readonly string[];
  readonly Importance: 'Low' | 'Normal' | 'High';
  readonly ItemIds: NonNullable<WireConversation['ItemIds']> | undefined;
}

/** A conversation as the plan wants it; `here` are those of its items that lie in the folders that were asked for. */
export function viewConversation(
  mailbox: OpenMailbox,
  conversation: string,
  items: readonly ConversationItem[],
  here: readonly ConversationItem[],
  { fields }: ConversationPlan,
): WireConversation {
  const newest = here.at(-1);
  const local = summary(mailbox, here);
  const all = Object.entries(summary(mailbox, items)).map(([name, value]) => [`Global${name}`, value] as const);
  const octets = Buffer.from(conversation, 'hex');
  const drafts = here.filter(({ read }) => (Number(read(tags.messageFlags) ?? 0) & unsent) !== 0);
  const values: Readonly<Record<string, unknown>> = {
    ...local,
    ...Object.fromEntries(all),
    ConversationId: { Id: mailbox.ids.conversationId(octets) },
    ConversationTopic: textOf(newest, tags.conversationTopic) || textOf(newest, tags.normalizedSubject),
    LastModifiedTime: Math.max(...here.map(({ read }) => Number(read(tags.lastModificationTime) ?? 0))),
    InstanceKey: octets,
    ...(fields.has('Preview') ? { Preview: preview(newest) } : {}),
    MailboxScope: 'PrimaryOnly',
    DraftItemIds: itemIds(mailbox, drafts),
  };
  const shown = Object.entries(values).filter(([name, value]) => value !== undefined && fields.has(name as Field));
  return Object.fromEntries(shown) as unknown as WireConversation;
}

/** PidTagMessageFlags, mfUnsent. */
const unsent = 0x08;
const importances = ['Low', 'Normal', 'High'] as const;

function summary(mailbox: OpenMailbox, items: readonly ConversationItem[]): Summary {
  const newestFirst = items.toReversed();
  const unread = newestFirst.filter(({ read }) => read(tags.read) !== true);
  const senders = (some: readonly ConversationItem[]): { readonly String: readonly string[] } => ({
    String: distinct(some.map((one) => textOf(one, tags.sentRepresentingName))),
  });
  const categories = distinct(items.flatMap(({ read }) => [read(named.keywords) ?? []].flat().map(String)));
  const flags = new Set(items.map(({ read }) => read(tags.flagStatus)));
  const delivered = items.map(({ read }) => read(tags.messageDeliveryTime)).filter((time) => typeof time === 'number');
  return {
    UniqueRecipients: { String: distinct(newestFirst.flatMap((one) => textOf(one, tags.displayTo).split('; '))) },
    UniqueUnreadSenders: senders(unread),
    UniqueSenders: senders(newestFirst),
    LastDeliveryTime: delivered.length === 0 ? undefined : Math.max(...delivered),
    Categories: categories.length === 0 ? undefined : { String: categories },
    FlagStatus: flags.has(2) ? 'Flagged' : flags.has(1) ? 'Complete' : 'NotFlagged',
    HasAttachments: items.some(({ read }) => read(tags.hasAttachments) === true),
    MessageCount: items.length,
    UnreadCount: unread.length,
    Size: items.reduce((sum, { read }) => sum + Number(read(tags.messageSize) ?? 0), 0),
    ItemClasses: distinct(items.map(({ row }) => row.class)),
    Importance: importances[Math.max(0, ...items.map(({ read }) => Number(read(tags.importance) ?? 1)))] ?? 'Normal',
    ItemIds: itemIds(mailbox, newestFirst),
  };
}

function itemIds(mailbox: OpenMailbox, items: readonly ConversationItem[]): Summary['ItemIds'] {
  if (items.length === 0) return undefined;
  return items.map(({ row }) => ({ is: 'ItemId', value: itemId({ mailbox, row, element: itemElementOf(row.class) }) }) as const);
}

function preview(item: ConversationItem | undefined): string | undefined {
  const plain = textOf(item, tags.body) || htmlToText(textOf(item, tags.bodyHtml).slice(0, previewSource));
  return plain.replace(/\s+/g, ' ').trim().slice(0, 255) || undefined;
}

/** HTML that the words of a preview are taken from. */
const previewSource = 50_000;

function textOf(item: ConversationItem | undefined, key: PropertyKey): string {
  const value = item?.read(key);
  return typeof value === 'string' ? value : '';
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.filter((one) => one !== ''))];
}
