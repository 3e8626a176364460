import { draftFromAttachment } from '../../../shared/bridges/message/draft-from-item.ts';
import { mimeContentFromDraft } from '../../../shared/bridges/message/mime-from-draft.ts';
import { mimeFromItem } from '../../../shared/bridges/message/mime-from-item.ts';
import type { CalendarEntry } from '../../../shared/domain/calendar/calendar-view.ts';
import { findMeeting, meetingName } from '../../../shared/domain/calendar/meetings/find-meeting.ts';
import type { HeldMeeting } from '../../../shared/domain/calendar/meetings/held-meeting.ts';
import { embeddedContent } from '../../../shared/domain/mailbox/embedded-items.ts';
import { findItems, type ItemQuery } from '../../../shared/domain/mailbox/find-items.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { type AttachmentRow, getAttachments, getExceptionMessages, getRecipients } from '../../../shared/domain/mailbox/items.ts';
import type { Paged } from '../../../shared/domain/mailbox/page.ts';
import { withSharedFacts } from '../../../shared/domain/mailbox/private-items.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { WireItem } from '../../../shared/protocols/ews/items.ts';
import type { WireField } from '../../../shared/protocols/ews/wire-object.ts';
import { readBlob } from '../../../shared/store/blob.ts';
import type { Executor } from '../../../shared/store/database.ts';
import { neighboursOf } from '../calendar/neighbours.ts';
import type { EwsCall } from '../context.ts';
import type { OpenMailbox } from '../mailboxes.ts';
import { extendedOf } from './extended-plan.ts';
import { rememberedItem, rememberedPage } from './item-memory.ts';
import type { ItemPlan } from './item-plan.ts';
import type { ItemSource } from './item-source.ts';
import { itemSpecials } from './item-specials.ts';
import { narrowed } from './narrowed.ts';
import { pageKeys } from './page-memory.ts';

const nothing: readonly never[] = [];
const noOctets = Buffer.alloc(0);

/** Items as the plan wants them; recipients, attachments and MIME are read only where a field needs them. */
export async function viewItems(call: EwsCall, mailbox: OpenMailbox, rows: readonly ItemRow[], plan: ItemPlan): Promise<WireItem[]> {
  return viewEntries(
    call,
    mailbox,
    rows.map((row) => ({ row })),
    plan,
  );
}

/** The same of items of which some are occurrences of series. An exception has the attachments and recipients of its message, if it has any. */
export async function viewEntries(
  call: EwsCall,
  mailbox: OpenMailbox,
  entries: readonly CalendarEntry[],
  plan: ItemPlan,
): Promise<WireItem[]> {
  const { read } = call.context.store;
  if (plan.loads.size === 0) return viewRows(mailbox, entries, plan);
  const rows = entries.map(({ row }) => row);
  const counters = rows.map((row) => row.counter);
  const wantsMime = plan.loads.has('mime');
  const recipients = plan.loads.has('recipients') || wantsMime ? await getRecipients(read, mailbox.guid, counters) : undefined;
  const attachments = plan.loads.has('attachments') || wantsMime ? await getAttachments(read, mailbox.guid, counters) : undefined;
  const messages = wantsMime ? await getExceptionMessages(read, mailbox.guid, counters) : undefined;
  const items: WireItem[] = [];
  for (const { row, occurrence } of entries) {
    const own = occurrence?.message?.content;
    const parts = {
      recipients: own !== undefined && own.recipients.length > 0 ? own.recipients : (recipients?.get(row.counter) ?? nothing),
      attachments: occurrence?.attachments ?? attachments?.get(row.counter) ?? nothing,
    };
    const mime = wantsMime
      ? await mimeFromItem(row, parts.recipients, [...parts.attachments, ...(messages?.get(row.counter) ?? nothing)], (hash) =>
          readBlob(read, hash),
        )
      : noOctets;
    const element = itemElementOf(row.class);
    const neighbours = element === 'CalendarItem' && plan.loads.has('neighbours') ? await neighboursOf(call, mailbox, row) : undefined;
    const meeting = plan.loads.has('meeting') ? await meetingOfMessage(read, mailbox, row) : undefined;
    const more = { occurrence, meeting, neighbours, bodies: plan.bodies, within: nothing };
    items.push(viewItem({ mailbox, row, element, ...parts, mime, ...more }, plan));
  }
  return items;
}

/** The appointment that a message about a meeting is about; whoever opens one folder alone does not see the calendar. */
async function meetingOfMessage(read: Executor, { guid, isShared }: OpenMailbox, row: ItemRow): Promise<HeldMeeting | undefined> {
  if (isShared || !itemElementOf(row.class).startsWith('Meeting')) return undefined;
  const name = meetingName((key) => itemProperty(row, key));
  return name === undefined ? undefined : findMeeting(read, guid, name);
}

/**
 * A page of items as the plan wants them. Where all of them are remembered only their keys are read; otherwise their rows
 * are, once more. Refuses with what `findItems` refuses.
 */
export async function viewFound(
  call: EwsCall,
  mailbox: OpenMailbox,
  query: Omit<ItemQuery, 'need'>,
  plan: ItemPlan,
): Promise<{ readonly found: Paged<unknown>; readonly items: readonly WireItem[] }> {
  const { read } = call.context.store;
  const keys = plan.isShownFromRow ? await pageKeys(read, mailbox, query) : undefined;
  const remembered = keys && rememberedPage(mailbox, keys.items, plan);
  if (keys !== undefined && remembered !== undefined) return { found: keys, items: remembered };
  const found = await findItems(read, { ...query, need: mailbox.isShared ? withSharedFacts(plan.need) : plan.need });
  return { found, items: await viewItems(call, mailbox, found.items, plan) };
}

/** The item inside an item attachment, as the plan wants it. */
export async function viewEmbedded(
  call: EwsCall,
  mailbox: OpenMailbox,
  place: {
    readonly attachment: AttachmentRow;
    readonly root: ItemRow;
    readonly within: readonly number[];
    readonly day?: number | undefined;
  },
  plan: ItemPlan,
): Promise<WireItem> {
  const { attachment, root, within, day } = place;
  const content = embeddedContent(attachment, root);
  const mime = plan.loads.has('mime') ? await embeddedMime(call, attachment, root, within) : noOctets;
  const meant = itemElementOf(content.row.class);
  // The schema has no attachment that is a distribution list.
  const element = meant === 'DistributionList' ? 'Item' : meant;
  return viewItem({ mailbox, element, ...content, mime, bodies: plan.bodies, within, day }, plan);
}

async function embeddedMime({ context }: EwsCall, attachment: AttachmentRow, root: ItemRow, within: readonly number[]): Promise<Buffer> {
  const draft = await draftFromAttachment(attachment, (hash) => readBlob(context.store.read, hash));
  const id = `${root.counter.toString(16).padStart(12, '0')}${root.change_number.toString(16)}x${within.join('x')}`;
  return draft.kind === 'item' ? mimeContentFromDraft(draft.item, id) : noOctets;
}

function viewRows(mailbox: OpenMailbox, entries: readonly CalendarEntry[], plan: ItemPlan): WireItem[] {
  const { bodies } = plan;
  const parts = { recipients: nothing, attachments: nothing, mime: noOctets, bodies, within: nothing };
  return entries.map(({ row, occurrence }) => {
    const view = (): WireItem => viewItem({ mailbox, row, element: itemElementOf(row.class), ...parts, occurrence }, plan);
    return occurrence === undefined ? rememberedItem(mailbox, row, plan, view) : view();
  });
}

function viewItem(source: ItemSource, plan: ItemPlan): WireItem {
  const { row, element } = source;
  const fields: WireField[] = [];
  for (const field of plan.rowsOf(element)) {
    let value: unknown;
    if (field.special !== undefined) {
      value = itemSpecials[field.special]?.read(source);
      const entries = value === undefined ? undefined : plan.entriesOf(field, element);
      if (entries !== undefined) value = narrowed(value, entries);
    } else if (field.property !== undefined) {
      const stored = itemProperty(row, field.property);
      value = stored === undefined ? undefined : field.toWire?.(stored);
    }
    if (value !== undefined) fields.push([field, value]);
  }
  return { element, fields, extended: extendedOf(row, plan.extended) };
}
