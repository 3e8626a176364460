import type { ConversationItem } from '../../../shared/domain/mailbox/conversations.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { named, type PropertyKey, tags } from '../../../shared/kernel/mapi.ts';
import type { OpenMailbox } from '../mailboxes.ts';
import { type Age, Newest } from './newest.ts';

/** The properties that a tally looks at. */
export const tallied: readonly PropertyKey[] = [
  ...[tags.conversationTopic, tags.displayTo, tags.sentRepresentingName, tags.messageDeliveryTime, tags.lastModificationTime],
  ...[tags.flagStatus, tags.hasAttachments, tags.read, tags.messageSize, tags.messageClass, tags.importance, tags.messageFlags],
  ...[tags.subject, tags.normalizedSubject, named.keywords],
];

/** PidTagMessageFlags, mfUnsent. */
const unsent = 0x08;
/** Ids and names of one conversation in an answer, the newest: a bound of ours. */
const mostShown = 1_000;

/** An item, and the mailbox that it lies in. */
export interface HeldItem {
  readonly mailbox: OpenMailbox;
  readonly row: ItemRow;
}

/** What is counted of items, in whatever order they come; of the items themselves the newest are kept. */
export class Tally {
  readonly recipients = new Newest<string>(mostShown);
  readonly senders = new Newest<string>(mostShown);
  readonly unreadSenders = new Newest<string>(mostShown);
  readonly categories = new Newest<string>(mostShown);
  readonly classes = new Newest<string>(mostShown);
  readonly ids = new Newest<HeldItem>(mostShown);
  readonly drafts = new Newest<HeldItem>(mostShown);
  readonly flags = new Set<unknown>();
  count = 0;
  unread = 0;
  size = 0;
  delivered: number | undefined;
  modified = 0;
  importance = 0;
  hasAttachments = false;
  readonly #topics = new Newest<string>(1);

  /** The topic of the newest item. */
  get topic(): string {
    return this.#topics.newestFirst()[0] ?? '';
  }

  add(item: ConversationItem, mailbox: OpenMailbox): void {
    const { read, row } = item;
    const held = { mailbox, row };
    const sender = textOf(item, tags.sentRepresentingName);
    const delivered = read(tags.messageDeliveryTime);
    const age: Age = { delivered: typeof delivered === 'number' ? delivered : 0, counter: row.counter };
    this.count += 1;
    this.size += Number(read(tags.messageSize) ?? 0);
    this.modified = Math.max(this.modified, Number(read(tags.lastModificationTime) ?? 0));
    this.importance = Math.max(this.importance, Number(read(tags.importance) ?? 1));
    this.hasAttachments ||= read(tags.hasAttachments) === true;
    if (typeof delivered === 'number') this.delivered = Math.max(this.delivered ?? 0, delivered);
    this.ids.note(held, age);
    if ((Number(read(tags.messageFlags) ?? 0) & unsent) !== 0) this.drafts.note(held, age);
    this.flags.add(read(tags.flagStatus));
    this.#topics.note(textOf(item, tags.conversationTopic) || textOf(item, tags.normalizedSubject), age);
    noteNames(this.classes, [row.class], age);
    noteNames(this.senders, [sender], age);
    noteNames(this.recipients, textOf(item, tags.displayTo).split('; '), age);
    noteNames(this.categories, [read(named.keywords) ?? []].flat().map(String), age);
    if (read(tags.read) === true) return;
    this.unread += 1;
    noteNames(this.unreadSenders, [sender], age);
  }
}

function noteNames(names: Newest<string>, more: readonly string[], age: Age): void {
  for (const name of more) if (name !== '') names.note(name, age);
}

function textOf({ read }: ConversationItem, key: PropertyKey): string {
  const value = read(key);
  return typeof value === 'string' ? value : '';
}
