import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { type PropertyKey, tags } from '../../../shared/kernel/mapi.ts';
import type { ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import { itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { findConversation } from '../../../shared/protocols/ews/operations/find-conversation.ts';
import type { Path } from '../../../shared/protocols/ews/paths.ts';
import type { BaseShape } from '../../../shared/protocols/ews/shapes.ts';
import { ewsRefusal } from '../failures.ts';
import type { OpenMailbox } from '../mailboxes.ts';
import { htmlToText } from '../views/body-text.ts';
import { itemId } from '../views/item-specials.ts';
import type { Newest } from './newest.ts';
import type { HeldItem, Tally } from './tally.ts';

type Answer = Extract<ResponseOf<typeof findConversation>, { class: 'Success' }>;
export type WireConversation = NonNullable<Answer['Conversations']>[number];
type Field = keyof WireConversation;

/** What is shown of conversations: names of fields, and the properties that are needed of the newest item, for its preview. */
export interface ConversationPlan {
  readonly fields: ReadonlySet<Field>;
  readonly bodies: readonly PropertyKey[];
}

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
  return { fields, bodies: fields.has('Preview') ? [tags.body, tags.bodyHtml] : [] };
}

/** What is said of some items of a conversation. */
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

/** What was counted of a conversation: of the items in the folders that were asked for, and of all of them. */
export interface ConversationTallies {
  readonly here: Tally;
  readonly everywhere: Tally;
  /** Where there are any. */
  readonly mailboxes: ReadonlySet<OpenMailbox>;
}

/** A conversation as the plan wants it; `body` is the newest item of those that were asked for, with its bodies. */
export function viewConversation(
  conversation: string,
  { here, everywhere, mailboxes }: ConversationTallies,
  { fields }: ConversationPlan,
  body: ItemRow | undefined,
): WireConversation {
  const open = [...mailboxes];
  const all = Object.entries(summary(everywhere)).map(([name, value]) => [`Global${name}`, value] as const);
  const octets = Buffer.from(conversation, 'hex');
  const values: Readonly<Record<string, unknown>> = {
    ...summary(here),
    ...Object.fromEntries(all),
    ConversationId: { Id: present(open[0], 'a mailbox').ids.conversationId(octets) },
    ConversationTopic: here.topic,
    LastModifiedTime: here.modified,
    InstanceKey: octets,
    Preview: body && preview(body),
    MailboxScope: open.length > 1 ? 'All' : open[0]?.kind === 'archive' ? 'ArchiveOnly' : 'PrimaryOnly',
    DraftItemIds: itemIds(here.drafts),
  };
  const shown = Object.entries(values).filter(([name, value]) => value !== undefined && fields.has(name as Field));
  return Object.fromEntries(shown) as unknown as WireConversation;
}

const importances = ['Low', 'Normal', 'High'] as const;

function summary(tally: Tally): Summary {
  const { flags, categories } = tally;
  return {
    UniqueRecipients: { String: tally.recipients.newestFirst() },
    UniqueUnreadSenders: { String: tally.unreadSenders.newestFirst() },
    UniqueSenders: { String: tally.senders.newestFirst() },
    LastDeliveryTime: tally.delivered,
    Categories: categories.isEmpty ? undefined : { String: categories.newestFirst() },
    FlagStatus: flags.has(2) ? 'Flagged' : flags.has(1) ? 'Complete' : 'NotFlagged',
    HasAttachments: tally.hasAttachments,
    MessageCount: tally.count,
    UnreadCount: tally.unread,
    Size: tally.size,
    ItemClasses: tally.classes.newestFirst(),
    Importance: importances[tally.importance] ?? 'Normal',
    ItemIds: itemIds(tally.ids),
  };
}

function itemIds(items: Newest<HeldItem>): Summary['ItemIds'] {
  if (items.isEmpty) return undefined;
  return items
    .newestFirst()
    .map(({ mailbox, row }) => ({ is: 'ItemId', value: itemId({ mailbox, row, element: itemElementOf(row.class) }) }) as const);
}

function preview(row: ItemRow): string | undefined {
  const plain = textOf(row, tags.body) || htmlToText(textOf(row, tags.bodyHtml).slice(0, previewSource));
  return plain.replace(/\s+/g, ' ').trim().slice(0, 255) || undefined;
}

/** HTML that the words of a preview are taken from. */
const previewSource = 50_000;

function textOf(row: ItemRow, key: PropertyKey): string {
  const value = itemProperty(row, key);
  return typeof value === 'string' ? value : '';
}
