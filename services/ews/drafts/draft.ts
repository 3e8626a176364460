import type { WallTime } from '../../../shared/domain/calendar/time-zone.ts';
import type { AttachmentDraft, ItemDraft, RecipientDraft, RecipientKind } from '../../../shared/domain/mailbox/draft.ts';
import { showsInMime } from '../../../shared/domain/mailbox/item-layout.ts';
import type { ItemChanges } from '../../../shared/domain/mailbox/update-item.ts';
import { type PropertyKey, type PropertyValue, tags } from '../../../shared/kernel/mapi.ts';
import type { WireTaskRecurrence } from '../../../shared/protocols/ews/types/recurrence.ts';
import type { NamedZone } from '../calendar/named-zone.ts';
import type { TagName } from '../retention/retention-tag.ts';

/** Read by `settleItem`, once all fields are in. */
export interface CalendarWords {
  /** `none`: it is taken away. */
  recurrence?: WireTaskRecurrence | 'none';
  startZone?: NamedZone;
  endZone?: NamedZone;
  /** As Exchange 2007 has it: for both. */
  meetingZone?: NamedZone;
  /** Dates that were written without a zone. */
  readonly floating: Map<PropertyKey, WallTime>;
}

/** An item that is being put together, or the changes to one, while a request's fields are gone through. */
export class Draft {
  class: string;
  readonly properties: Record<PropertyKey, PropertyValue>;
  readonly removed = new Set<PropertyKey>();
  /** Retention tags that fields gave or took away: `settleRetention` judges them. */
  readonly retentionTags = new Set<TagName>();
  readonly attachments: AttachmentDraft[];
  #mime: Uint8Array | undefined;
  readonly #recipients: Map<RecipientKind, readonly RecipientDraft[]>;
  #recipientsTouched = false;
  #removedAttachments: readonly number[] = [];
  /** What a request says of an appointment or a task that no property of its own holds. */
  readonly words: CalendarWords = { floating: new Map() };
  readonly before: (key: PropertyKey) => PropertyValue | undefined;

  /** @param before what the item to be changed has; nothing for a new one */
  constructor(from: Partial<ItemDraft> = {}, before: (key: PropertyKey) => PropertyValue | undefined = () => undefined) {
    this.before = before;
    this.class = from.class ?? 'IPM.Note';
    this.properties = { ...from.properties };
    this.attachments = [...(from.attachments ?? [])];
    this.#mime = from.mime;
    this.#recipients = Map.groupBy(from.recipients ?? [], ({ kind }) => kind);
  }

  set(key: PropertyKey, value: PropertyValue): void {
    this.removed.delete(key);
    if (this.properties[key] !== value && showsInMime(key)) this.#mime = undefined;
    this.properties[key] = value;
  }

  remove(key: PropertyKey): void {
    if (this.properties[key] !== undefined && showsInMime(key)) this.#mime = undefined;
    delete this.properties[key];
    this.removed.add(key);
  }

  /** A property as it will be. */
  current(key: PropertyKey): PropertyValue | undefined {
    return this.properties[key] ?? (this.removed.has(key) ? undefined : this.before(key));
  }

  /**
   * Puts a message in the place of the one that the item is: what MIME tells of, nothing else. Attachments of these numbers
   * go.
   */
  replaceMessage(message: ItemDraft, attachmentsThere: readonly number[]): void {
    const untracked = message.properties[tags.conversationIndexTracking] !== true && this.before(tags.conversationIndex) !== undefined;
    for (const key of toldByMime) if (message.properties[key] === undefined) this.remove(key);
    for (const [key, value] of Object.entries(message.properties) as [PropertyKey, PropertyValue][])
      if (!(untracked && key === tags.conversationIndex)) this.set(key, value);
    for (const kind of kinds)
      this.setRecipients(
        kind,
        message.recipients.filter((recipient) => recipient.kind === kind),
      );
    this.replaceAttachments(attachmentsThere, message.attachments);
    this.#mime = message.mime;
  }

  /** Puts attachments in the place of those of these numbers. */
  replaceAttachments(there: readonly number[], others: readonly AttachmentDraft[]): void {
    this.attachments.push(...others);
    this.#removedAttachments = there;
  }

  recipients(kind: RecipientKind): readonly RecipientDraft[] {
    return this.#recipients.get(kind) ?? [];
  }

  setRecipients(kind: RecipientKind, recipients: readonly RecipientDraft[]): void {
    this.#recipients.set(kind, recipients);
    this.#recipientsTouched = true;
    this.#mime = undefined;
  }

  attach(attachment: AttachmentDraft): void {
    this.attachments.push(attachment);
    this.#mime = undefined;
  }

  get allRecipients(): readonly RecipientDraft[] {
    return kinds.flatMap((kind) => this.recipients(kind));
  }

  /** As a new item. The message as octets is kept only when nothing was changed since it was read. */
  toItem(): ItemDraft {
    const { properties, attachments } = this;
    return {
      class: this.class,
      properties,
      recipients: this.allRecipients,
      attachments,
      ...(this.#mime === undefined ? {} : { mime: this.#mime }),
    };
  }

  /** As changes to an item whose recipients this draft was made with. */
  toChanges(): ItemChanges {
    return {
      set: this.properties,
      remove: [...this.removed],
      ...(this.#recipientsTouched ? { recipients: this.allRecipients } : {}),
      ...(this.attachments.length + this.#removedAttachments.length === 0
        ? {}
        : { attachments: { add: this.attachments, remove: this.#removedAttachments } }),
      ...(this.#mime === undefined ? {} : { mime: this.#mime }),
    };
  }
}

/** Properties that a message without them does not have. */
const toldByMime: readonly PropertyKey[] = [
  tags.subject,
  tags.body,
  tags.bodyHtml,
  tags.clientSubmitTime,
  tags.internetMessageId,
  tags.inReplyToId,
  tags.internetReferences,
  tags.readReceiptRequested,
  tags.sentRepresentingName,
  tags.sentRepresentingSmtpAddress,
  tags.senderName,
  tags.senderSmtpAddress,
];

const kinds: readonly RecipientKind[] = ['to', 'cc', 'bcc', 'reply-to'];
