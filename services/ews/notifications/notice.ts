import type { EventPage, MailboxEvent } from '../../../shared/domain/notification/events.ts';
import type { EventName } from '../../../shared/domain/notification/subscription.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { shortChangeKey } from '../../../shared/protocols/ews/change-key.ts';
import type { ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { IdWriter } from '../../../shared/protocols/ews/item-id.ts';
import type { getEvents } from '../../../shared/protocols/ews/operations/get-events.ts';
import { encodeWatermark } from '../../../shared/protocols/ews/watermark.ts';

/** What one subscriber is told at once. */
export type Notice = NonNullable<Extract<ResponseOf<typeof getEvents>[number], { class: 'Success' }>['Notification']>;
type WireEvent = Notice['events'][number];

/** The event types of the wire, as a subscriber names them, and as we do. */
export function eventNameOf(type: `${EventName}Event`): EventName {
  return type.slice(0, -'Event'.length) as EventName;
}

/** A page of events as a subscriber is told of it who stands at `previous`; without events a status. */
export function noticeOf(subscriptionId: string, page: EventPage, previous: number, ids: IdWriter): Notice {
  const events = page.events.map((event, index): WireEvent => {
    // Behind the last event there may be changes that say nothing to this subscriber: he need not come back to them.
    const isLast = index === page.events.length - 1;
    return wireEvent(event, ids, { Watermark: encodeWatermark(isLast ? page.position : event.sequence) });
  });
  return {
    SubscriptionId: subscriptionId,
    PreviousWatermark: encodeWatermark(previous),
    MoreEvents: page.more,
    events: events.length === 0 ? [{ is: 'StatusEvent', value: { Watermark: encodeWatermark(page.position) } }] : events,
  };
}

/** Events as they stand in a stream, where nobody hands a watermark back and none is told. */
export function streamedNoticeOf(subscriptionId: string, events: readonly MailboxEvent[], ids: IdWriter): Notice {
  return { SubscriptionId: subscriptionId, events: events.map((event) => wireEvent(event, ids, {})) };
}

function wireEvent(event: MailboxEvent, ids: IdWriter, mark: { readonly Watermark?: string }): WireEvent {
  const { name, is, object, folder, at, old, unread } = event;
  const common = {
    ...mark,
    TimeStamp: at,
    object:
      is === 'item'
        ? ({ is: 'ItemId', value: itemId(ids, folder, object) } as const)
        : ({ is: 'FolderId', value: folderId(ids, object) } as const),
    ParentFolderId: folderId(ids, folder),
  };
  if (name === 'Modified') return { is: 'ModifiedEvent', value: { ...common, ...(unread === undefined ? {} : { UnreadCount: unread }) } };
  if (name !== 'Moved' && name !== 'Copied') return { is: `${name}Event`, value: common };
  const from = present(old, `where a ${is} was ${name} from`);
  const value = {
    ...common,
    old:
      is === 'item'
        ? ({ is: 'OldItemId', value: itemId(ids, from.folder, from.object) } as const)
        : ({ is: 'OldFolderId', value: folderId(ids, from.object) } as const),
    OldParentFolderId: folderId(ids, from.folder),
  };
  return { is: `${name}Event`, value };
}

interface WireId {
  readonly Id: string;
  readonly ChangeKey: string;
}

function itemId(ids: IdWriter, folder: number, item: number): WireId {
  return { Id: ids.itemId(folder, item), ChangeKey: shortChangeKey('Item') };
}

function folderId(ids: IdWriter, folder: number): WireId {
  return { Id: ids.folderId(folder), ChangeKey: shortChangeKey('Folder') };
}
