import type { AttachmentDraft, RecipientDraft, RecipientKind } from '../../../shared/domain/mailbox/draft.ts';
import { type PropertyKey, tags } from '../../../shared/kernel/mapi.ts';
import { propertyKeyOf, storedValueOf, type WireExtendedProperty } from '../../../shared/protocols/ews/extended-property.ts';
import type { FieldRow, SpecialView } from '../../../shared/protocols/ews/fields/field.ts';
import type { WireItem } from '../../../shared/protocols/ews/items.ts';
import { ewsRefusal, notSupported } from '../failures.ts';
import { htmlToText } from '../views/body-text.ts';
import { Draft } from './draft.ts';

/** How a special field is written: set, added to, and taken away. What is absent is refused. */
interface SpecialWriter {
  set(draft: Draft, value: never): void;
  append?(draft: Draft, value: never): void;
  remove?(draft: Draft): void;
}

interface WireBody {
  readonly BodyType: 'HTML' | 'Text';
  readonly text: string;
}
interface WireMailbox {
  readonly Name?: string;
  readonly EmailAddress?: string;
  readonly RoutingType?: string;
}
interface WireAttachment {
  readonly is: 'FileAttachment' | 'ItemAttachment' | 'ReferenceAttachment';
  readonly value: {
    readonly Name?: string;
    readonly ContentType?: string;
    readonly ContentId?: string;
    readonly ContentLocation?: string;
    readonly IsInline?: boolean;
    readonly Content?: Buffer;
    readonly item?: { readonly value: WireItem };
  };
}

const writers: Readonly<Partial<Record<SpecialView, SpecialWriter>>> = {
  Body: {
    set(draft, { BodyType, text }: WireBody) {
      if (BodyType === 'HTML') draft.set(tags.bodyHtml, text);
      else draft.remove(tags.bodyHtml);
      draft.set(tags.body, BodyType === 'HTML' ? htmlToText(text) : text);
    },
    remove(draft) {
      draft.remove(tags.body);
      draft.remove(tags.bodyHtml);
    },
  },
  ToRecipients: recipientsWriter('to'),
  CcRecipients: recipientsWriter('cc'),
  BccRecipients: recipientsWriter('bcc'),
  ReplyTo: recipientsWriter('reply-to'),
  From: addressWriter(tags.sentRepresentingName, tags.sentRepresentingSmtpAddress),
  Sender: addressWriter(tags.senderName, tags.senderSmtpAddress),
  Flag: {
    set(draft, { FlagStatus }: { readonly FlagStatus: 'NotFlagged' | 'Flagged' | 'Complete' }) {
      if (FlagStatus === 'NotFlagged') draft.remove(tags.flagStatus);
      else draft.set(tags.flagStatus, FlagStatus === 'Complete' ? 1 : 2);
    },
    remove: (draft) => draft.remove(tags.flagStatus),
  },
  Attachments: {
    set(draft, attachments: readonly WireAttachment[]) {
      for (const attachment of attachments) draft.attach(attachmentDraft(attachment));
    },
  },
};

/** Puts every field of an item on the wire into a draft. MimeContent is read before: the draft is made from it. */
export function writeItem(draft: Draft, { fields, extended }: WireItem): void {
  for (const [row, value] of fields) {
    if (row.special !== 'MimeContent') setField(draft, row, value);
  }
  for (const property of extended) setExtended(draft, property);
}

/** Sets one field. Refuses fields that cannot be set with ErrorInvalidPropertySet. */
export function setField(draft: Draft, row: FieldRow, value: unknown): void {
  if (!row.writable) throw ewsRefusal('ErrorInvalidPropertySet', { detail: row.uri });
  if (row.special !== undefined) {
    const writer = writers[row.special];
    if (writer === undefined) throw notSupported(`Writing ${row.uri}`);
    writer.set(draft, value as never);
  } else if (row.property === tags.messageClass) draft.class = String(value);
  else if (row.property === undefined || row.toStored === undefined) throw notSupported(`Writing ${row.uri}`);
  else draft.set(row.property, row.toStored(value));
}

/** Adds to one field. Refuses what cannot be added to with ErrorInvalidPropertyAppend. */
export function appendField(draft: Draft, row: FieldRow, value: unknown): void {
  const writer = row.special === undefined ? undefined : writers[row.special];
  if (!row.writable || writer?.append === undefined) throw ewsRefusal('ErrorInvalidPropertyAppend', { detail: row.uri });
  writer.append(draft, value as never);
}

/** Takes one field away; that it is not there is no error. Refuses with ErrorInvalidPropertyDelete. */
export function removeField(draft: Draft, row: FieldRow): void {
  const writer = row.special === undefined ? undefined : writers[row.special];
  if (!row.writable || (row.property === undefined && writer?.remove === undefined))
    throw ewsRefusal('ErrorInvalidPropertyDelete', { detail: row.uri });
  if (row.property === undefined) writer?.remove?.(draft);
  else draft.remove(row.property);
}

/** Sets one extended property. */
export function setExtended(draft: Draft, property: WireExtendedProperty): void {
  draft.set(propertyKeyOf(property.uri), storedValueOf(property));
}

function recipientsWriter(kind: RecipientKind): SpecialWriter {
  const read = (value: { readonly Mailbox: readonly WireMailbox[] }): RecipientDraft[] =>
    value.Mailbox.map((mailbox) => recipientDraft(kind, mailbox));
  return {
    set: (draft, value: { readonly Mailbox: readonly WireMailbox[] }) => draft.setRecipients(kind, read(value)),
    append: (draft, value: { readonly Mailbox: readonly WireMailbox[] }) =>
      draft.setRecipients(kind, [...draft.recipients(kind), ...read(value)]),
    remove: (draft) => draft.setRecipients(kind, []),
  };
}

function recipientDraft(kind: RecipientKind, { Name = '', EmailAddress = '', RoutingType = 'SMTP' }: WireMailbox): RecipientDraft {
  if (EmailAddress === '' && Name === '') throw ewsRefusal('ErrorInvalidRecipients', { detail: 'a recipient without name and address' });
  return { kind, name: Name, address: EmailAddress, routingType: RoutingType };
}

function addressWriter(nameKey: PropertyKey, addressKey: PropertyKey): SpecialWriter {
  return {
    set(draft, { Mailbox: { Name, EmailAddress } }: { readonly Mailbox: WireMailbox }) {
      draft.set(nameKey, Name ?? EmailAddress ?? '');
      if (EmailAddress === undefined) draft.remove(addressKey);
      else draft.set(addressKey, EmailAddress);
    },
    remove(draft) {
      draft.remove(nameKey);
      draft.remove(addressKey);
    },
  };
}

function attachmentDraft({ is, value }: WireAttachment): AttachmentDraft {
  const facts = {
    name: value.Name ?? '',
    contentType: value.ContentType,
    contentId: value.ContentId,
    contentLocation: value.ContentLocation,
    isInline: value.IsInline === true,
  };
  if (is === 'FileAttachment') return { ...facts, kind: 'file', bytes: value.Content ?? Buffer.alloc(0) };
  const item = value.item?.value;
  if (is !== 'ItemAttachment' || item === undefined || !['Item', 'Message'].includes(item.element))
    throw notSupported(`An attachment that is a ${item?.element ?? is}`);
  const inner = new Draft();
  writeItem(inner, item);
  return { ...facts, kind: 'item', item: inner.toItem() };
}
