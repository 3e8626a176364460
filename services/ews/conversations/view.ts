import type { ConversationItem } from '../../../shared/domain/mailbox/conversations.ts';
import { inTurns } from '../../../shared/domain/mailbox/turns.ts';
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

/** A conversation as the plan wants it; `here` are those of its items that lie in the folders that were asked for. Others run meanwhile. */
export async function viewConversation(
  mailbox: OpenMailbox,
  conversation: string,
  items: readonly ConversationItem[],
  here: readonly ConversationItem[],
  { fields }: ConversationPlan,
): Promise<WireConversation> {
  const newest = here.at(-1);
  const local = await tallyOf(here);
  const all = Object.entries(summary(mailbox, await tallyOf(items))).map(([name, value]) => [`Global${name}`, value] as const);
  const octets = Buffer.from(conversation, 'hex');
  const values: Readonly<Record<string, unknown>> = {
    ...summary(mailbox, local),
    ...Object.fromEntries(all),
    ConversationId: { Id: mailbox.ids.conversationId(octets) },
    ConversationTopic: textOf(newest, tags.conversationTopic) || textOf(newest, tags.normalizedSubject),
    LastModifiedTime: local.modified,
    InstanceKey: octets,
    ...(fields.has('Preview') ? { Preview: preview(newest) } : {}),
    MailboxScope: 'PrimaryOnly',
    DraftItemIds: itemIds(mailbox, local.drafts),
  };
  const shown = Object.entries(values).filter(([name, value]) => value !== undefined && fields.has(name as Field));
  return Object.fromEntries(shown) as unknown as WireConversation;
}

/** PidTagMessageFlags, mfUnsent. */
const unsent = 0x08;
const importances = ['Low', 'Normal', 'High'] as const;
/** Ids and names of one conversation in an answer, the newest: a bound of ours. */
const mostShown = 1_000;

/** What is counted of items, newest first. */
class Tally {
  readonly recipients = new Set<string>();
  readonly senders = new Set<string>();
  readonly unreadSenders = new Set<string>();
  readonly categories = new Set<string>();
  readonly classes = new Set<string>();
  readonly flags = new Set<unknown>();
  readonly ids: ConversationItem[] = [];
  readonly drafts: ConversationItem[] = [];
  count = 0;
  unread = 0;
  size = 0;
  delivered: number | undefined;
  modified = 0;
  importance = 0;
  hasAttachments = false;

  add(item: ConversationItem): void {
    const { read, row } = item;
    const sender = textOf(item, tags.sentRepresentingName);
    const delivered = read(tags.messageDeliveryTime);
    this.count += 1;
    this.size += Number(read(tags.messageSize) ?? 0);
    this.modified = Math.max(this.modified, Number(read(tags.lastModificationTime) ?? 0));
    this.importance = Math.max(this.importance, Number(read(tags.importance) ?? 1));
    this.hasAttachments ||= read(tags.hasAttachments) === true;
    if (typeof delivered === 'number') this.delivered = Math.max(this.delivered ?? 0, delivered);
    if (this.ids.length < mostShown) this.ids.push(item);
    if (this.drafts.length < mostShown && (Number(read(tags.messageFlags) ?? 0) & unsent) !== 0) this.drafts.push(item);
    this.flags.add(read(tags.flagStatus));
    note(this.classes, [row.class]);
    note(this.senders, [sender]);
    note(this.recipients, textOf(item, tags.displayTo).split('; '));
    note(this.categories, [read(named.keywords) ?? []].flat().map(String));
    if (read(tags.read) === true) return;
    this.unread += 1;
    note(this.unreadSenders, [sender]);
  }
}

function note(names: Set<string>, more: readonly string[]): void {
  for (const name of more) if (name !== '' && names.size < mostShown) names.add(name);
}

async function tallyOf(items: readonly ConversationItem[]): Promise<Tally> {
  const tally = new Tally();
  for await (const some of inTurns(items.toReversed())) for (const item of some) tally.add(item);
  return tally;
}

function summary(mailbox: OpenMailbox, tally: Tally): Summary {
  const { flags, categories } = tally;
  return {
    UniqueRecipients: { String: [...tally.recipients] },
    UniqueUnreadSenders: { String: [...tally.unreadSenders] },
    UniqueSenders: { String: [...tally.senders] },
    LastDeliveryTime: tally.delivered,
    Categories: categories.size === 0 ? undefined : { String: [...categories] },
    FlagStatus: flags.has(2) ? 'Flagged' : flags.has(1) ? 'Complete' : 'NotFlagged',
    HasAttachments: tally.hasAttachments,
    MessageCount: tally.count,
    UnreadCount: tally.unread,
    Size: tally.size,
    ItemClasses: [...tally.classes],
    Importance: importances[tally.importance] ?? 'Normal',
    ItemIds: itemIds(mailbox, tally.ids),
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
