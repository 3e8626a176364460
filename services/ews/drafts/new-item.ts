import type { AttachmentDraft } from '../../../shared/domain/mailbox/draft.ts';
import { itemFields } from '../../../shared/protocols/ews/fields/item.ts';
import { type ItemElement, itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { WireItem } from '../../../shared/protocols/ews/items.ts';
import type { WireAttachment } from '../../../shared/protocols/ews/types/attachments.ts';
import { fieldValue } from '../../../shared/protocols/ews/wire-object.ts';
import { attachmentFacts, plainAttachmentDraft } from '../attachments/plain-attachment.ts';
import { type Ground, settleAppointment } from '../calendar/settle-appointment.ts';
import { ewsRefusal, notSupported } from '../failures.ts';
import { Draft } from './draft.ts';
import { itemFromMime, takeZones } from './item-from-mime.ts';
import { writeItem } from './write-fields.ts';

/** The class that an item of an element has where its ItemClass says nothing else. */
const usualClasses: Readonly<Partial<Record<ItemElement, string>>> = {
  Item: 'IPM.Note',
  Message: 'IPM.Note',
  PostItem: 'IPM.Post',
  Contact: 'IPM.Contact',
  DistributionList: 'IPM.DistList',
  Task: 'IPM.Task',
  CalendarItem: 'IPM.Appointment',
};

/** Elements that only an attachment may be. */
const attachedClasses: Readonly<Partial<Record<ItemElement, string>>> = {
  ...usualClasses,
  MeetingRequest: 'IPM.Schedule.Meeting.Request',
  MeetingCancellation: 'IPM.Schedule.Meeting.Canceled',
};

/** Elements that stand for any class that has no element of its own. */
const general: readonly ItemElement[] = ['Item', 'Message'];

/**
 * The draft of an item on the wire, from its MIME first, if there is some, and then from its fields. Refuses elements that
 * are not created with ErrorInvalidItemForOperationCreateItem or, where Exchange would, ErrorInvalidOperation, a class of another element with ErrorObjectTypeChanged, and what its fields,
 * its MIME and its attachments refuse.
 */
export async function readNewItem(ground: Ground, wire: WireItem): Promise<Draft> {
  const usual = usualClasses[wire.element];
  if (isMeetingMessage(wire.element)) throw ewsRefusal('ErrorInvalidItemForOperationCreateItem', { detail: wire.element });
  if (usual === undefined) throw notSupported(`CreateItem of ${wire.element}`);
  return readItem(ground, wire, usual, 0);
}

/** Messages about meetings come of meetings: nobody creates them (Microsoft's page "ResponseCode"). */
function isMeetingMessage(element: ItemElement): boolean {
  return element.startsWith('Meeting');
}

/** How deep items may lie in items: a bound of ours, far below what ids and MIME can carry. */
const deepest = 10;

/**
 * The draft of an attachment on the wire; `depth` 1 is one of an item in a folder. Refuses nesting without end with
 * ErrorAttachmentNestLevelLimitExceeded, an item attachment without item with ErrorMissingItemForCreateItemAttachment and what its item refuses.
 */
export async function attachmentDraft(ground: Ground, wire: WireAttachment, depth: number): Promise<AttachmentDraft> {
  if (wire.is !== 'ItemAttachment') return plainAttachmentDraft(wire);
  if (depth > deepest) throw ewsRefusal('ErrorAttachmentNestLevelLimitExceeded', { detail: `${depth} deep` });
  const item = wire.value.item?.value;
  if (item === undefined) throw ewsRefusal('ErrorMissingItemForCreateItemAttachment', { detail: 'an item attachment without item' });
  const usual = attachedClasses[item.element];
  if (usual === undefined && isMeetingMessage(item.element))
    throw ewsRefusal('ErrorInvalidItemForOperationCreateItemAttachment', { detail: item.element });
  if (usual === undefined) throw notSupported(`An attachment that is a ${item.element}`);
  return { ...attachmentFacts(wire.value), kind: 'item', item: (await readItem(ground, item, usual, depth)).toItem() };
}

async function readItem(ground: Ground, wire: WireItem, usual: string, depth: number): Promise<Draft> {
  const mime = fieldValue(wire, itemFields.MimeContent);
  const told = mime === undefined ? undefined : await itemFromMime(ground, wire.element, mime.text);
  const draft = new Draft(told);
  draft.class = told !== undefined && general.includes(wire.element) ? told.class : usual;
  if (wire.element === 'CalendarItem' && told !== undefined) takeZones(draft);
  writeItem(draft, { ...wire, fields: wire.fields.filter(([row]) => row.special !== 'Attachments') });
  checkClass(wire.element, draft.class);
  const attachments = fieldValue(wire, itemFields.Attachments) as readonly WireAttachment[] | undefined;
  for (const attachment of attachments ?? []) draft.attach(await attachmentDraft(ground, attachment, depth + 1));
  if (wire.element === 'CalendarItem' && depth > 0) settleAppointment(draft, undefined, ground);
  return draft;
}

function checkClass(element: ItemElement, itemClass: string): void {
  const meant = itemElementOf(itemClass);
  if (meant === element || (general.includes(element) && general.includes(meant))) return;
  if (element === 'Item' || (element === 'Message' && usualClasses[meant] === undefined)) return;
  throw ewsRefusal('ErrorObjectTypeChanged', { detail: `${itemClass} is a ${meant}, not a ${element}` });
}
