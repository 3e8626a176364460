import type { AttachmentDraft, ItemDraft, RecipientDraft, RecipientKind, ReferenceFacts } from '../../domain/mailbox/draft.ts';
import { namedGuid } from '../../kernel/ids.ts';
import { named, namedProperty, type PropertyBag, type PropertyKey, type PropertyValue, propertyTag, tags } from '../../kernel/mapi.ts';
import type { TransferAttachment, TransferMessage } from '../../protocols/ews/fast-transfer/message.ts';
import { readStream, streamParts, writeStream } from '../../protocols/ews/fast-transfer/stream.ts';

// An item as the stream that ExportItems gives and UploadItems takes. MAPI has no property for the octets of a message as
// it was received, nor for recipients of answers in their table: those two are ours.

/** PidTagRecipientType, MS-OXOMSG 2.2.3.1; the last one is ours. */
const recipientTypes: Readonly<Record<RecipientKind, number>> = { to: 1, cc: 2, bcc: 3, 'reply-to': 0x64 };
const recipient = {
  type: propertyTag(0x0c15, 'Integer'),
  name: tags.displayName,
  routingType: propertyTag(0x3002, 'String'),
  address: propertyTag(0x3003, 'String'),
  smtpAddress: propertyTag(0x39fe, 'String'),
};
/** What attendees have besides, MS-OXOCAL 2.2.4.10. */
const attendeeKeys: ReadonlySet<PropertyKey> = new Set([
  tags.recipientFlags,
  tags.recipientTrackStatus,
  tags.recipientTrackStatusTime,
  tags.recipientProposed,
  tags.recipientProposedStartTime,
  tags.recipientProposedEndTime,
]);
/** MS-OXCMSG 2.2.2. */
const attachment = {
  number: propertyTag(0x0e21, 'Integer'),
  fileName: propertyTag(0x3704, 'String'),
  method: propertyTag(0x3705, 'Integer'),
  longFileName: propertyTag(0x3707, 'String'),
  longPathName: propertyTag(0x370d, 'String'),
  contentType: propertyTag(0x370e, 'String'),
  contentId: propertyTag(0x3712, 'String'),
  contentLocation: propertyTag(0x3713, 'String'),
  flags: propertyTag(0x3714, 'Integer'),
  contactPhoto: propertyTag(0x7fff, 'Boolean'),
  /** PidTagExceptionStartTime, PidTagExceptionEndTime, PidTagAttachmentFlags and PidTagAttachmentHidden, MS-OXOCAL 2.2.10.1. */
  exceptionStart: propertyTag(0x7ffb, 'SystemTime'),
  exceptionEnd: propertyTag(0x7ffc, 'SystemTime'),
  attachmentFlags: propertyTag(0x7ffd, 'Integer'),
  hidden: propertyTag(0x7ffe, 'Boolean'),
};
/** PidTagAttachmentFlags of the message of an exception. */
const exceptionFlag = 2;
const byValue = 1;
const embeddedMessage = 5;
const byWebReference = 7;
/** PidTagAttachFlags: it is shown inside the body. */
const renderedInBody = 4;
const referenceSet = '96357f7f-59e1-47d0-99a7-46515c183b54' as const;
/** PSETID_Attachment; of the addresses the names are inferred. */
const referenceTexts = {
  providerType: 'AttachmentProviderType',
  providerEndpointUrl: 'AttachmentProviderEndpointUrl',
  thumbnailUrl: 'AttachmentThumbnailUrl',
  previewUrl: 'AttachmentPreviewUrl',
} as const;
const referenceNumbers = {
  permissionType: 'AttachmentPermissionType',
  originalPermissionType: 'AttachmentOriginalPermissionType',
} as const;
const isFolder = referenceKey('AttachmentIsFolder', 'Boolean');
const mimeOctets = namedProperty(namedGuid('coexist', 'transfer'), 'MimeOctets', 'Binary');
const html = propertyTag(0x1013, 'Binary');
const mfAssociated = 0x40;

/** The stream of an item. */
export function streamOf(draft: ItemDraft): Buffer {
  return writeStream(messageOf(draft));
}

/** The same in pieces. */
export function partsOfStream(draft: ItemDraft): readonly Buffer[] {
  return streamParts(messageOf(draft));
}

/** The item that a stream is. Throws CorruptStream. */
export function draftFromStream(octets: Buffer): ItemDraft {
  return draftOf(readStream(octets));
}

function messageOf({ class: itemClass, properties: all, recipients, attachments, mime }: ItemDraft): TransferMessage {
  // The article number is the folder's.
  const { [tags.internetArticleNumber]: _number, ...properties } = all;
  return {
    properties: { ...properties, [tags.messageClass]: itemClass, ...(mime === undefined ? {} : { [mimeOctets]: base64(mime) }) },
    recipients: recipients.map(({ kind, name, address, routingType, properties: besides }) => ({
      ...besides,
      [recipient.type]: recipientTypes[kind],
      [recipient.name]: name,
      [recipient.routingType]: routingType,
      [recipient.address]: address,
    })),
    attachments: attachments.map(transferAttachment),
  };
}

function transferAttachment(draft: AttachmentDraft, index: number): TransferAttachment {
  const { name, contentType, contentId, contentLocation, isInline } = draft;
  const facts = {
    [attachment.number]: index,
    [attachment.longFileName]: name,
    ...present({ [attachment.contentType]: contentType, [attachment.contentId]: contentId, [attachment.contentLocation]: contentLocation }),
    [attachment.flags]: isInline && !isExceptionOf(draft) ? renderedInBody : 0,
  };
  if (draft.kind === 'item') {
    const exception = isExceptionOf(draft) ? exceptionProperties(draft.item.properties) : {};
    return { properties: { ...facts, [attachment.method]: embeddedMessage, ...exception }, embedded: messageOf(draft.item) };
  }
  if (draft.kind === 'file') {
    const photo = draft.isContactPhoto === true ? { [attachment.contactPhoto]: true } : {};
    return { properties: { ...facts, [attachment.method]: byValue, ...photo }, content: draft.bytes };
  }
  return { properties: { ...facts, [attachment.method]: byWebReference, ...referenceProperties(draft.reference) } };
}

function isExceptionOf(draft: AttachmentDraft): boolean {
  return draft.kind === 'item' && draft.isException === true;
}

function exceptionProperties(of: PropertyBag): PropertyBag {
  return present({
    [attachment.attachmentFlags]: exceptionFlag,
    [attachment.hidden]: true,
    [attachment.exceptionStart]: of[named.appointmentStartWhole],
    [attachment.exceptionEnd]: of[named.appointmentEndWhole],
  });
}

function referenceProperties(reference: ReferenceFacts): PropertyBag {
  const texts = Object.entries(referenceTexts).map(([name, property]) => [
    referenceKey(property, 'String'),
    reference[name as keyof typeof referenceTexts],
  ]);
  const numbers = Object.entries(referenceNumbers).map(([name, property]) => [
    referenceKey(property, 'Integer'),
    reference[name as keyof typeof referenceNumbers],
  ]);
  return present({
    [attachment.longPathName]: reference.longPathName,
    [isFolder]: reference.isFolder,
    ...Object.fromEntries([...texts, ...numbers]),
  });
}

function draftOf({ properties, recipients, attachments }: TransferMessage): ItemDraft {
  const bag: Record<PropertyKey, PropertyValue> = { ...properties };
  const itemClass = textOf(bag, tags.messageClass) ?? '';
  const mime = textOf(bag, mimeOctets);
  const flags = bag[tags.messageFlags];
  delete bag[tags.messageClass];
  delete bag[mimeOctets];
  // Elsewhere the HTML body is binary, in UTF-8 more often than not.
  const octets = textOf(bag, html);
  if (octets !== undefined && bag[tags.bodyHtml] === undefined) {
    bag[tags.bodyHtml] = Buffer.from(octets, 'base64').toString('utf8');
    delete bag[html];
  }
  return {
    class: itemClass === '' ? 'IPM.Note' : itemClass,
    properties: bag,
    recipients: recipients.map(recipientOf),
    attachments: attachments.map(attachmentOf),
    mime: mime === undefined ? undefined : Buffer.from(mime, 'base64'),
    associated: typeof flags === 'number' && (flags & mfAssociated) !== 0,
  };
}

function recipientOf(properties: PropertyBag): RecipientDraft {
  const type = properties[recipient.type];
  const kind = (Object.keys(recipientTypes) as RecipientKind[]).find((one) => recipientTypes[one] === type) ?? 'to';
  const smtp = textOf(properties, recipient.smtpAddress);
  const besides = Object.entries(properties).filter(([key]) => attendeeKeys.has(key as PropertyKey));
  return {
    kind,
    name: textOf(properties, recipient.name) ?? '',
    address: smtp ?? textOf(properties, recipient.address) ?? '',
    routingType: smtp === undefined ? (textOf(properties, recipient.routingType) ?? 'SMTP') : 'SMTP',
    ...(besides.length === 0 ? {} : { properties: Object.fromEntries(besides) }),
  };
}

function attachmentOf({ properties, content, embedded }: TransferAttachment): AttachmentDraft {
  const text = (key: PropertyKey): string | undefined => textOf(properties, key);
  const flags = properties[attachment.flags];
  const facts = {
    name: text(attachment.longFileName) ?? text(attachment.fileName) ?? text(tags.displayName) ?? '',
    contentType: text(attachment.contentType),
    contentId: text(attachment.contentId),
    contentLocation: text(attachment.contentLocation),
    isInline: typeof flags === 'number' && (flags & renderedInBody) !== 0,
  };
  if (embedded !== undefined) {
    const exception = properties[attachment.attachmentFlags] === exceptionFlag ? { isException: true, isInline: true } : {};
    return { ...facts, kind: 'item', item: draftOf(embedded), ...exception };
  }
  if (properties[attachment.method] === byWebReference) return { ...facts, kind: 'reference', reference: referenceOf(properties) };
  const isContactPhoto = properties[attachment.contactPhoto] === true ? true : undefined;
  return { ...facts, kind: 'file', bytes: content ?? Buffer.alloc(0), isContactPhoto };
}

function referenceOf(properties: PropertyBag): ReferenceFacts {
  const number = (name: string): number | undefined => {
    const value = properties[referenceKey(name, 'Integer')];
    return typeof value === 'number' ? value : undefined;
  };
  const folder = properties[isFolder];
  return {
    longPathName: textOf(properties, attachment.longPathName),
    providerType: textOf(properties, referenceKey(referenceTexts.providerType, 'String')),
    providerEndpointUrl: textOf(properties, referenceKey(referenceTexts.providerEndpointUrl, 'String')),
    thumbnailUrl: textOf(properties, referenceKey(referenceTexts.thumbnailUrl, 'String')),
    previewUrl: textOf(properties, referenceKey(referenceTexts.previewUrl, 'String')),
    permissionType: number(referenceNumbers.permissionType),
    originalPermissionType: number(referenceNumbers.originalPermissionType),
    isFolder: typeof folder === 'boolean' ? folder : undefined,
  };
}

function referenceKey(name: string, type: 'String' | 'Integer' | 'Boolean'): PropertyKey {
  return namedProperty(referenceSet as Parameters<typeof namedProperty>[0], name, type);
}

function textOf(properties: PropertyBag, key: PropertyKey): string | undefined {
  const value = properties[key];
  return typeof value === 'string' ? value : undefined;
}

function base64(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).toString('base64');
}

function present(properties: Readonly<Record<string, PropertyValue | undefined>>): PropertyBag {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined)) as PropertyBag;
}
