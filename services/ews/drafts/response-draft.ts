import type { HeldMeeting, MeetingOccurrence } from '../../../shared/domain/calendar/meetings/held-meeting.ts';
import { isConversationIndex, newConversationIndex, replyConversationIndex } from '../../../shared/domain/mailbox/conversation.ts';
import type { ItemDraft, RecipientDraft } from '../../../shared/domain/mailbox/draft.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { splitSubject } from '../../../shared/domain/mailbox/subject.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import { type PropertyBag, type PropertyKey, tags } from '../../../shared/kernel/mapi.ts';
import { itemFields } from '../../../shared/protocols/ews/fields/item.ts';
import { responseObjectFields } from '../../../shared/protocols/ews/fields/response-object.ts';
import { itemElementOf, type ResponseElement } from '../../../shared/protocols/ews/item-elements.ts';
import type { WireResponseObject } from '../../../shared/protocols/ews/items.ts';
import { fieldValue } from '../../../shared/protocols/ews/wire-object.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import { type ItemDeed, itemFor, openItemFor } from '../item-rights.ts';
import type { OpenItemKey } from '../mailboxes.ts';
import { namedItem } from '../occurrences/named-item.ts';
import { heldOccurrenceOf, storedOccurrence } from '../occurrences/stored-occurrence.ts';
import { htmlToText } from '../views/body-text.ts';
import { responsesTo } from '../views/response-objects.ts';
import { Draft } from './draft.ts';
import { quotedBody } from './quoted-body.ts';
import { type Answer, writeReplyNote } from './reply-note.ts';
import { readStored } from './send-stored.ts';
import { setField } from './write-fields.ts';

/** The item that a response object is about, read whole. */
export interface Reference {
  readonly opened: OpenItemKey;
  readonly row: ItemRow;
  /** It is this occurrence of a series, whose row shows what is its own. */
  readonly occurrence?: MeetingOccurrence | undefined;
}

/**
 * Opens the item that a response object refers to. Refuses as reading it does, and with ErrorInvalidReferenceItem where
 * the item does not offer this response.
 */
export async function openReference(call: EwsCall, object: WireResponseObject, deed: ItemDeed = 'read'): Promise<Reference> {
  const target = fieldValue(object, responseObjectFields.ReferenceItemId);
  if (target === undefined) throw ewsRefusal('ErrorInvalidReferenceItem', { detail: 'no ReferenceItemId' });
  const { id, occurrence } = namedItem({ is: 'ItemId', value: target });
  const { read } = call.context.store;
  const opened = await openItemFor(call, id, deed);
  const item = await itemFor(read, call, opened, deed, { properties: 'all' });
  const held: HeldMeeting = occurrence === undefined ? { row: item } : await heldOccurrenceOf(read, opened.mailbox, item, occurrence);
  const { row } = held;
  const element = itemElementOf(row.class);
  if (!responsesTo(element, row).includes(object.element)) throw refusalOf(object.element, row);
  return { opened, ...held };
}

function refusalOf(response: ResponseElement, { class: messageClass }: ItemRow): Error {
  if (response === 'SuppressReadReceipt') return ewsRefusal('ErrorReadReceiptNotPending');
  return ewsRefusal('ErrorInvalidReferenceItem', { detail: `${response} to a ${messageClass}` });
}

const prefixes = { ReplyToItem: 'RE: ', ReplyAllToItem: 'RE: ', ForwardItem: 'FW: ' } as const satisfies Record<Answer, string>;

/** Whether a response object makes a message. */
export function isAnswer(element: string): element is Answer {
  return Object.hasOwn(prefixes, element);
}

/** The message that answers an item: what the request says, and else what follows from the original. */
export async function answerDraft(call: EwsCall, how: Answer, object: WireResponseObject, reference: Reference): Promise<Draft> {
  const { opened, row, occurrence } = reference;
  const original =
    occurrence === undefined ? await readStored(call, opened, row) : await storedOccurrence(call.context.store.read, occurrence);
  const draft = new Draft({
    class: 'IPM.Note',
    properties: {
      ...threadOf(original, call.instant),
      [tags.subject]: `${prefixes[how]}${splitSubject(text(original, tags.subject)).normalized}`,
    },
    recipients:
      how === 'ForwardItem' ? [] : recipientsOf(original, how, [opened.mailbox.owner.primaryAddress, call.caller.primarySmtpAddress]),
  });
  const sensitivity = original.properties[tags.sensitivity];
  if (typeof sensitivity === 'number' && sensitivity !== 0) draft.set(tags.sensitivity, sensitivity);
  writeAnswerBody(draft, original, object);
  const isHtml = draft.properties[tags.bodyHtml] !== undefined;
  // Pictures of the quoted text go along; what was attached to it only where it is sent on.
  for (const attachment of original.attachments) if (how === 'ForwardItem' || (isHtml && attachment.isInline)) draft.attach(attachment);
  writeAnswerFields(draft, object);
  writeReplyNote(draft, how, opened.mailbox, row);
  return draft;
}

/** The post that answers one, to lie beside it. Refuses as {@link openReference}. */
export async function postDraft(
  call: EwsCall,
  object: WireResponseObject,
): Promise<{ readonly draft: Draft; readonly reference: Reference }> {
  const reference = await openReference(call, object);
  const original = await readStored(call, reference.opened, reference.row);
  const subject = text(original, tags.subject);
  const draft = new Draft({ class: 'IPM.Post', properties: { ...threadOf(original, call.instant), [tags.subject]: subject } });
  writeAnswerBody(draft, original, object);
  writeAnswerFields(draft, object);
  draft.set(tags.messageFlags, 0);
  draft.set(tags.clientSubmitTime, call.instant);
  return { draft, reference };
}

const ownFields: ReadonlySet<unknown> = new Set(Object.values(responseObjectFields));

/** A Body stands for the whole; NewBodyContent before the original. */
export function writeAnswerBody(draft: Draft, original: ItemDraft, object: WireResponseObject): void {
  if (fieldValue(object, itemFields.Body) !== undefined) return;
  const { BodyType, text: body } = quotedBody(original, fieldValue(object, responseObjectFields.NewBodyContent));
  if (BodyType === 'HTML') draft.set(tags.bodyHtml, body);
  draft.set(tags.body, BodyType === 'HTML' ? htmlToText(body) : body);
}

/** All else that the request says of the answer. */
export function writeAnswerFields(draft: Draft, object: WireResponseObject): void {
  for (const [row, value] of object.fields) if (!ownFields.has(row)) setField(draft, row, value);
}

/** The conversation goes on one level deeper; the header fields are those of RFC 5322 3.6.4. */
function threadOf(original: ItemDraft, instant: Instant): PropertyBag {
  const topic = text(original, tags.conversationTopic) || splitSubject(text(original, tags.subject)).normalized;
  const parent = Buffer.from(text(original, tags.conversationIndex), 'base64');
  const index = isConversationIndex(parent) ? replyConversationIndex(parent, instant) : newConversationIndex(topic, instant);
  const id = text(original, tags.internetMessageId);
  const references = [text(original, tags.internetReferences), id].filter((one) => one !== '').join(' ');
  return {
    [tags.conversationTopic]: topic,
    [tags.conversationIndex]: index.toString('base64'),
    ...(original.properties[tags.conversationIndexTracking] === true ? { [tags.conversationIndexTracking]: true } : {}),
    ...(id === '' ? {} : { [tags.inReplyToId]: id }),
    ...(references === '' ? {} : { [tags.internetReferences]: references }),
  };
}

/** Whom an answer goes to: those whom the original names for answers, else its author; with the other recipients, but for oneself, where all are meant. */
function recipientsOf(original: ItemDraft, how: Answer, own: readonly string[]): RecipientDraft[] {
  const named = original.recipients.filter(({ kind }) => kind === 'reply-to').map((one): RecipientDraft => ({ ...one, kind: 'to' }));
  const author: RecipientDraft = {
    kind: 'to',
    name: text(original, tags.sentRepresentingName),
    address: text(original, tags.sentRepresentingSmtpAddress),
    routingType: 'SMTP',
  };
  const first = named.length > 0 ? named : author.address === '' ? [] : [author];
  if (how === 'ReplyToItem') return first;
  const known = new Set([...first.map(({ address }) => address), ...own].map((address) => address.toLowerCase()));
  const others = original.recipients.filter(({ kind, address }) => {
    const isNew = (kind === 'to' || kind === 'cc') && !known.has(address.toLowerCase());
    if (isNew && address !== '') known.add(address.toLowerCase());
    return isNew;
  });
  return [...first, ...others];
}

function text({ properties }: ItemDraft, key: PropertyKey): string {
  const value = properties[key];
  return typeof value === 'string' ? value : '';
}
