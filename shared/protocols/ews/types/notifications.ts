import { either, many, maybe, maybeAttr, one, sequence, simple, some, someOf, unwrapped } from '../../../xml/codec.ts';
import { boolean, boundedInt, enumeration, restrictedString } from '../../../xml/simple-types.ts';
import { messages, types } from '../namespaces.ts';
import { baseFolderIds, folderId } from './folder-ids.ts';
import { itemId } from './item-ids.ts';
import { instant, integer, text, truth } from './simple.ts';

// Subscriptions, and what subscribers are told.

export const watermark = simple(restrictedString('WatermarkType', { minimumLength: 1 }));
export const subscriptionId = simple(restrictedString('SubscriptionIdType', { minimumLength: 1 }));
export const subscriptionIds = unwrapped(
  'SubscriptionId',
  sequence({ SubscriptionId: some(types, subscriptionId) }, 'NonEmptyArrayOfSubscriptionIdsType'),
);

const eventTypes = unwrapped(
  'EventType',
  sequence(
    {
      EventType: some(
        types,
        simple(
          enumeration('NotificationEventTypeType', [
            'CopiedEvent',
            'CreatedEvent',
            'DeletedEvent',
            'ModifiedEvent',
            'MovedEvent',
            'NewMailEvent',
            'FreeBusyChangedEvent',
          ]),
        ),
      ),
    },
    'NonEmptyArrayOfNotificationEventTypesType',
  ),
);

const asked = { FolderIds: maybe(types, baseFolderIds), EventTypes: one(types, eventTypes) };
const toAllFolders = { SubscribeToAllFolders: maybeAttr(boolean) };

export const pullSubscription = sequence(
  {
    ...asked,
    Watermark: maybe(types, watermark),
    ...toAllFolders,
    Timeout: one(types, simple(boundedInt('SubscriptionTimeoutType', 1, 1440))),
  },
  'PullSubscriptionRequestType',
);

export const pushSubscription = sequence(
  {
    ...asked,
    Watermark: maybe(types, watermark),
    ...toAllFolders,
    StatusFrequency: one(types, simple(boundedInt('SubscriptionStatusFrequencyType', 1, 1440))),
    URL: one(types, text),
    CallerData: maybe(types, text),
  },
  'PushSubscriptionRequestType',
);

export const streamingSubscription = sequence({ ...asked, ...toAllFolders }, 'StreamingSubscriptionRequestType');

const status = { Watermark: maybe(types, watermark) };
const changed = {
  ...status,
  TimeStamp: one(types, instant),
  object: either(types, { FolderId: folderId, ItemId: itemId }),
  ParentFolderId: one(types, folderId),
};
const objectChanged = sequence(changed, 'BaseObjectChangedEventType');
const modified = sequence({ ...changed, UnreadCount: maybe(types, integer) }, 'ModifiedEventType');
const movedOrCopied = sequence(
  { ...changed, old: either(types, { OldFolderId: folderId, OldItemId: itemId }), OldParentFolderId: one(types, folderId) },
  'MovedCopiedEventType',
);

/** What a subscriber is told at once: events in their order, or that there is nothing new. */
export const notification = sequence(
  {
    SubscriptionId: one(types, subscriptionId),
    PreviousWatermark: maybe(types, watermark),
    MoreEvents: maybe(types, truth),
    events: someOf(types, {
      CopiedEvent: movedOrCopied,
      CreatedEvent: objectChanged,
      DeletedEvent: objectChanged,
      ModifiedEvent: modified,
      MovedEvent: movedOrCopied,
      NewMailEvent: objectChanged,
      StatusEvent: sequence(status, 'BaseNotificationEventType'),
      FreeBusyChangedEvent: objectChanged,
    }),
  },
  'NotificationType',
);

// In a stream Exchange writes these two with members of the messages namespace, as its own page on GetStreamingEvents shows
// and clients insist on (EWS Managed API, exchangelib); the schema has them in that of the types.
export const notifications = unwrapped('Notification', sequence({ Notification: many(messages, notification) }));
export const errorSubscriptionIds = unwrapped('SubscriptionId', sequence({ SubscriptionId: some(messages, subscriptionId) }));
