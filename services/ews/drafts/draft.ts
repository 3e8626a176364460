import type { AttachmentDraft, ItemDraft, RecipientDraft, RecipientKind } from '../../../shared/domain/mailbox/draft.ts';
import { showsInMime } from '../../../shared/domain/mailbox/item-layout.ts';
import type { ItemChanges } from '../../../shared/domain/mailbox/update-item.ts';
import type { PropertyKey, PropertyValue } from '../../../shared/kernel/mapi.ts';

/** An item that is being put together, or the changes to one, while a request's fields are gone through. */
export class Draft {
  class: string;
  readonly properties: Record<PropertyKey, PropertyValue>;
  readonly removed = new Set<PropertyKey>();
  readonly attachments: AttachmentDraft[];
  #mime: Uint8Array | undefined;
  readonly #recipients: Map<RecipientKind, readonly RecipientDraft[]>;
  #recipientsTouched = false;
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
      ...(this.attachments.length === 0 ? {} : { attachments: { add: this.attachments } }),
    };
  }
}

const kinds: readonly RecipientKind[] = ['to', 'cc', 'bcc', 'reply-to'];
