import type { OccurrenceItem } from '../../../shared/domain/calendar/occurrence-row.ts';
import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import type { RecipientRow } from '../../../shared/domain/mailbox/items.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { named, type PropertyKey, tags } from '../../../shared/kernel/mapi.ts';
import { entryIdOf } from '../../../shared/protocols/ews/alternate-id.ts';
import { type ObjectKind, objectKinds } from '../../../shared/protocols/ews/change-key.ts';
import type { SpecialView } from '../../../shared/protocols/ews/fields/field.ts';
import type { ItemElement } from '../../../shared/protocols/ews/item-elements.ts';
import type { WireResponseObject } from '../../../shared/protocols/ews/items.ts';
import { viewAttachment } from '../attachments/attachment-view.ts';
import { mayDo } from '../item-rights.ts';
import { approvalSpecials } from './approval-specials.ts';
import { bodyOf, previewOf, uniqueBodyOf } from './bodies.ts';
import { calendarSpecials } from './calendar-specials.ts';
import { contactSpecials } from './contact-specials.ts';
import type { ItemSource, SpecialField } from './item-source.ts';
import { mailboxElement } from './mailbox-element.ts';
import { meetingSpecials } from './meeting-specials.ts';
import { plainSpecials } from './plain-specials.ts';
import { responseFacts, responsesTo } from './response-objects.ts';
import { seriesSpecials } from './series-specials.ts';

const bodyKeys = [tags.body, tags.bodyHtml] as const;
const text = ({ row }: ItemSource, key: PropertyKey): string => {
  const value = itemProperty(row, key);
  return typeof value === 'string' ? value : '';
};

/** The special fields that are filled; a special view without a line here is never shown (see README, coverage). */
export const itemSpecials: Readonly<Partial<Record<SpecialView, SpecialField>>> = {
  ...approvalSpecials,
  ...contactSpecials,
  ...seriesSpecials,
  ...plainSpecials,
  ...calendarSpecials,
  ...meetingSpecials,
  ItemId: { read: itemId },
  // The short change key: real servers give a parent's kind and nothing more.
  ParentFolderId: stored(({ mailbox, row }) => ({ Id: mailbox.ids.folderId(row.folder), ChangeKey: 'AQAAAA==' })),
  MimeContent: { loads: ['mime'], read: ({ mime }) => ({ text: mime.toString('base64'), CharacterSet: 'UTF-8' }) },
  Body: { needs: bodyKeys, read: (source) => bodyOf(source, source.bodies.BodyType) },
  NormalizedBody: { needs: bodyKeys, read: (source) => bodyOf(source, source.bodies.NormalizedBodyType ?? source.bodies.BodyType) },
  UniqueBody: { needs: bodyKeys, read: uniqueBodyOf },
  TextBody: { needs: bodyKeys, read: (source) => bodyOf(source, 'Text') },
  Preview: { needs: bodyKeys, read: previewOf },
  Attachments: { loads: ['attachments'], read: attachments },
  ToRecipients: recipientsOf('to'),
  CcRecipients: recipientsOf('cc'),
  BccRecipients: recipientsOf('bcc'),
  ReplyTo: recipientsOf('reply-to'),
  From: addressOf(tags.sentRepresentingName, tags.sentRepresentingSmtpAddress),
  Sender: addressOf(tags.senderName, tags.senderSmtpAddress),
  Organizer: addressOf(tags.sentRepresentingName, tags.sentRepresentingSmtpAddress),
  InternetMessageHeaders: { needs: [tags.transportMessageHeaders], read: internetHeaders },
  ResponseObjects: { needs: responseFacts, read: responseObjects },
  ConversationId: {
    needs: [tags.conversationId],
    read: (source) =>
      present(text(source, tags.conversationId), (id) => ({ Id: source.mailbox.ids.conversationId(Buffer.from(id, 'base64')) })),
  },
  EffectiveRights: { read: effectiveRights },
  InstanceKey: stored(instanceKey),
  WebClientReadFormQueryString: stored(readFormQuery),
  StoreEntryId: stored(({ mailbox, row }) => entryIdOf({ ...mailbox.store, folder: row.folder, item: row.counter })),
  Duration: { needs: [named.appointmentStartWhole, named.appointmentEndWhole], read: duration },
};

/**
 * What opens an item in Outlook on the web, to be put behind its address, as Exchange has had it since 2013 (Microsoft's page
 * "WebClientReadFormQueryString"). Observed: appointments have a view of their own (`WebLink` on Microsoft's pages on the
 * Outlook REST API). That all others have that of messages is inferred.
 */
function readFormQuery(source: ItemSource): string {
  const view = source.element === 'CalendarItem' ? 'ICalendarItemDetailsViewModelFactory' : 'ReadMessageItem';
  return `?ItemID=${encodeURIComponent(itemId(source).Id)}&exvsurl=1&viewmodel=${view}`;
}

/** What only an item in a folder has. */
function stored(read: (source: ItemSource) => unknown): SpecialField {
  return { read: (source) => (source.within.length === 0 ? read(source) : undefined) };
}

/** MS-OXWSCORE 2.2.4.24: the first three are for folders. */
const rightsOfFolders = { CreateAssociated: false, CreateContents: false, CreateHierarchy: false } as const;

function effectiveRights({ mailbox, row }: ItemSource): object {
  const Read = (mailbox.rights & folderRights.readAny) !== 0;
  return {
    ...rightsOfFolders,
    Delete: mayDo(mailbox, row, 'delete'),
    Modify: mayDo(mailbox, row, 'edit'),
    Read,
    ViewPrivateItems: !mailbox.hidesPrivate,
  };
}

/** The id and change key of an item; one that is an attachment has the attachment's id, an occurrence the change key of its series. */
export function itemId({
  mailbox,
  row,
  element,
  occurrence,
  within = [],
  day,
}: Pick<ItemSource, 'mailbox' | 'row' | 'element'> & {
  readonly occurrence?: Pick<OccurrenceItem, 'day'> | undefined;
  readonly within?: readonly number[];
  readonly day?: number | undefined;
}): { Id: string; ChangeKey: string } {
  const number = within.at(-1);
  const ChangeKey = mailbox.changeKey(changeKindOf(element), row.change_number);
  if (occurrence !== undefined) return { Id: mailbox.ids.occurrenceId(row.folder, row.counter, occurrence.day), ChangeKey };
  if (number === undefined) return { Id: mailbox.ids.itemId(row.folder, row.counter), ChangeKey };
  return { Id: mailbox.ids.attachmentId(row.folder, row.counter, number, within.slice(0, -1), day), ChangeKey };
}

/** The kind of object that the change key of an item begins with. */
export function changeKindOf(element: ItemElement): ObjectKind {
  return element in objectKinds ? (element as ObjectKind) : 'Item';
}

function attachments(source: ItemSource): unknown {
  const place = { ...source, day: source.occurrence?.day ?? source.day };
  return source.attachments.length === 0 ? undefined : source.attachments.map((attachment) => viewAttachment(place, attachment));
}

function recipientsOf(kind: RecipientRow['kind']): SpecialField {
  return {
    loads: ['recipients'],
    read: ({ recipients }) => {
      const rows = recipients.filter((recipient) => recipient.kind === kind);
      return rows.length === 0
        ? undefined
        : { Mailbox: rows.map(({ name, address, routing_type }) => mailboxElement(name, address, routing_type)) };
    },
  };
}

function addressOf(nameKey: PropertyKey, addressKey: PropertyKey): SpecialField {
  return {
    needs: [nameKey, addressKey],
    read: (source) => {
      const name = text(source, nameKey);
      const address = text(source, addressKey);
      return name === '' && address === '' ? undefined : { Mailbox: mailboxElement(name, address, 'SMTP') };
    },
  };
}

/** The header as received, one element for each field; folded lines are joined (RFC 5322 2.2.3). */
function internetHeaders(source: ItemSource): unknown {
  const headers = text(source, tags.transportMessageHeaders).replace(/\r?\n[ \t]+/g, ' ');
  const fields = headers.split(/\r?\n/).flatMap((line) => {
    const colon = line.indexOf(':');
    return colon <= 0 ? [] : [{ HeaderName: line.slice(0, colon), text: line.slice(colon + 1).trim() }];
  });
  return fields.length === 0 ? undefined : { InternetMessageHeader: fields };
}

/** Nothing can be done with an item that is an attachment. */
function responseObjects({ row, element, within }: ItemSource): unknown {
  const offered = within.length === 0 ? responsesTo(element, row) : [];
  const responses = offered.map((one): WireResponseObject => ({ element: one, fields: [], extended: [] }));
  return responses.length === 0 ? undefined : responses;
}

function instanceKey({ row, occurrence }: ItemSource): Buffer {
  const octets = Buffer.alloc(occurrence === undefined ? 16 : 20);
  if (occurrence !== undefined) octets.writeInt32BE(occurrence.day, 16);
  octets.writeBigUInt64BE(BigInt(row.folder), 0);
  octets.writeBigUInt64BE(BigInt(row.counter), 8);
  return octets;
}

/** xs:duration of an appointment. */
function duration({ row }: ItemSource): string | undefined {
  const start = itemProperty(row, named.appointmentStartWhole);
  const end = itemProperty(row, named.appointmentEndWhole);
  if (typeof start !== 'number' || typeof end !== 'number' || end < start) return undefined;
  const minutes = Math.round((end - start) / 60_000);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  const time = `${hours === 0 ? '' : `${hours}H`}${rest === 0 ? '' : `${rest}M`}`;
  return `P${days === 0 ? '' : `${days}D`}${time === '' ? (days === 0 ? 'T0M' : '') : `T${time}`}`;
}

function present<T>(value: string, make: (value: string) => T): T | undefined {
  return value === '' ? undefined : make(value);
}
