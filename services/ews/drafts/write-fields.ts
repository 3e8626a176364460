import type { WallTime } from '../../../shared/domain/calendar/time-zone.ts';
import type { RecipientDraft, RecipientKind } from '../../../shared/domain/mailbox/draft.ts';
import { type PropertyKey, tags } from '../../../shared/kernel/mapi.ts';
import { propertyKeyOf, storedValueOf, type WireExtendedProperty } from '../../../shared/protocols/ews/extended-property.ts';
import { dictionaryProperty, emailAddresses } from '../../../shared/protocols/ews/fields/dictionaries.ts';
import type { FieldRow, SpecialView } from '../../../shared/protocols/ews/fields/field.ts';
import type { WireItem } from '../../../shared/protocols/ews/items.ts';
import type { WireAttachment } from '../../../shared/protocols/ews/types/attachments.ts';
import { wallTimeOf } from '../../../shared/protocols/ews/wire-object.ts';
import { plainAttachmentDraft } from '../attachments/plain-attachment.ts';
import { ewsRefusal, notSupported } from '../failures.ts';
import { appendedHtml, htmlToText, textToHtml } from '../views/body-text.ts';
import { attendeeWriters } from './attendee-writers.ts';
import { calendarWriters } from './calendar-writers.ts';
import { contactWriters, removeMember } from './contact-writers.ts';
import type { Draft } from './draft.ts';
import { plainWriters } from './plain-writers.ts';
import { routingTypeOf } from './routing-type.ts';
import type { SpecialWriter } from './special-writer.ts';
import { taskRecurrenceWriter, taskWriters } from './task-writers.ts';

interface WireBody {
  readonly BodyType: 'HTML' | 'Text';
  readonly text: string;
}
interface WireMailbox {
  readonly Name?: string;
  readonly EmailAddress?: string;
  readonly RoutingType?: string;
}
const writers: Readonly<Partial<Record<SpecialView, SpecialWriter>>> = {
  ...attendeeWriters,
  ...contactWriters,
  ...plainWriters,
  ...calendarWriters,
  TaskRecurrence: taskRecurrenceWriter,
  Body: {
    set(draft, { BodyType, text }: WireBody) {
      if (BodyType === 'HTML') draft.set(tags.bodyHtml, text);
      else draft.remove(tags.bodyHtml);
      draft.set(tags.body, BodyType === 'HTML' ? htmlToText(text) : text);
    },
    append(draft, { text, BodyType }: WireBody) {
      const html = draft.current(tags.bodyHtml);
      const plain = String(draft.current(tags.body) ?? '');
      if (html !== undefined) draft.set(tags.bodyHtml, appendedHtml(String(html), BodyType === 'HTML' ? text : textToHtml(text)));
      draft.set(tags.body, plain + (BodyType === 'HTML' ? htmlToText(text) : text));
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
  Attachments: {
    set(draft, attachments: readonly WireAttachment[]) {
      for (const attachment of attachments) {
        if (attachment.is === 'ItemAttachment') throw notSupported('An item attachment here');
        draft.attach(plainAttachmentDraft(attachment));
      }
    },
  },
};

/** Observed, by exchangelib's tests: these names of a contact may not be long; where that begins is inferred. */
const shortNames: ReadonlySet<PropertyKey> = new Set([tags.givenName, tags.middleName, tags.surname]);
const longestName = 256;

/** Puts every field of an item on the wire into a draft. MimeContent is read before: the draft is made from it. */
export function writeItem(draft: Draft, { fields, extended }: WireItem): void {
  for (const field of fields) {
    const [row, value] = field;
    if (row.special !== 'MimeContent') setField(draft, row, value, wallTimeOf(field));
  }
  for (const property of extended) setExtended(draft, property);
}

/**
 * Sets one field. Refuses fields that cannot be set with ErrorInvalidPropertySet.
 *
 * @param wall the date that was written, where it was written without a zone
 */
export function setField(draft: Draft, row: FieldRow, value: unknown, wall?: WallTime): void {
  if (!row.writable) throw ewsRefusal('ErrorInvalidPropertySet', { detail: row.uri });
  if (row.special !== undefined) {
    const writer = writers[row.special];
    if (writer === undefined) throw notSupported(`Writing ${row.uri}`);
    writer.set(draft, value as never);
  } else if (row.property === tags.messageClass) draft.class = String(value);
  else if (row.property === undefined || row.toStored === undefined) throw notSupported(`Writing ${row.uri}`);
  else {
    const stored = row.toStored(value);
    if (shortNames.has(row.property) && String(stored).length > longestName)
      throw ewsRefusal('ErrorPropertyUpdate', { detail: `${row.uri} of ${String(stored).length} characters` });
    if (wall === undefined) draft.words.floating.delete(row.property);
    else draft.words.floating.set(row.property, wall);
    const task = taskWriters.get(row.property);
    if (task === undefined) draft.set(row.property, stored);
    else task.set(draft, stored);
  }
}

/** Sets the entry of a dictionary that an IndexedFieldURI names. Refuses what is not one with ErrorInvalidPropertySet. */
export function setEntry(draft: Draft, row: FieldRow, value: unknown): void {
  const writer = row.special === undefined ? undefined : writers[row.special];
  if (!row.writable || writer?.setEntry === undefined) throw ewsRefusal('ErrorInvalidPropertySet', { detail: row.uri });
  writer.setEntry(draft, value as never);
}

/** Takes the entry of a dictionary away; that it is not there is no error. Refuses with ErrorInvalidPropertyDelete. */
export function removeEntry(draft: Draft, uri: string, index: string): void {
  const key = dictionaryProperty(uri, index);
  const email = uri === 'contacts:EmailAddress' ? emailAddresses.get(index) : undefined;
  if (uri === 'distributionlist:Members:Member') removeMember(draft, index);
  else if (key === undefined) throw ewsRefusal('ErrorInvalidPropertyDelete', { detail: `${uri} ${index}` });
  else for (const one of email === undefined ? [key] : Object.values(email)) draft.remove(one);
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
  const task = row.property === undefined ? undefined : taskWriters.get(row.property);
  if (row.property === undefined) writer?.remove?.(draft);
  else if (task === undefined) draft.remove(row.property);
  else task.remove(draft);
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

function recipientDraft(kind: RecipientKind, { Name = '', EmailAddress = '', RoutingType }: WireMailbox): RecipientDraft {
  if (EmailAddress === '' && Name === '') throw ewsRefusal('ErrorInvalidRecipients', { detail: 'a recipient without name and address' });
  return { kind, name: Name, address: EmailAddress, routingType: routingTypeOf(RoutingType) };
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
