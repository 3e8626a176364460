import type { contracts } from '../../../shared/protocols/ews/contract.ts';
import type { ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import { errorMessage } from '../../../shared/protocols/ews/response-message.ts';

const itemId = { Id: 'AAMkAAAA', ChangeKey: 'CQAAAA==' };
const folderId = { Id: 'AAMkAAAB', ChangeKey: 'AQAAAA==' };
const objectChanged = { Watermark: 'Aw==', TimeStamp: 0, object: { is: 'ItemId', value: itemId }, ParentFolderId: folderId } as const;
const movedItem = { ...objectChanged, old: { is: 'OldItemId', value: itemId }, OldParentFolderId: folderId } as const;
const folderChanged = { TimeStamp: 0, object: { is: 'FolderId', value: folderId }, ParentFolderId: folderId } as const;
const movedFolder = { ...folderChanged, old: { is: 'OldFolderId', value: folderId }, OldParentFolderId: folderId } as const;

type Notice = NonNullable<Extract<ResponseOf<typeof contracts.GetEvents>[number], { class: 'Success' }>['Notification']>;
const everyEvent = [
  { is: 'CopiedEvent', value: movedItem },
  { is: 'CreatedEvent', value: objectChanged },
  { is: 'DeletedEvent', value: folderChanged },
  { is: 'ModifiedEvent', value: { ...folderChanged, UnreadCount: 3 } },
  { is: 'MovedEvent', value: movedFolder },
  { is: 'NewMailEvent', value: objectChanged },
  { is: 'StatusEvent', value: { Watermark: 'Aw==' } },
  { is: 'FreeBusyChangedEvent', value: objectChanged },
] satisfies Notice['events'];

type Names = 'Subscribe' | 'Unsubscribe' | 'GetEvents' | 'GetStreamingEvents';

/** Answers of the operations on subscriptions, every event among them. */
export const notificationSamples = {
  Subscribe: [
    { class: 'Success', SubscriptionId: 'AQ==', Watermark: 'Ag==' },
    { class: 'Success', SubscriptionId: 'AQ==' },
    errorMessage('ErrorInvalidSubscriptionRequest'),
  ],
  Unsubscribe: [{ class: 'Success' }, errorMessage('ErrorSubscriptionNotFound')],
  GetEvents: [
    { class: 'Success', Notification: { SubscriptionId: 'AQ==', PreviousWatermark: 'Ag==', MoreEvents: true, events: everyEvent } },
    errorMessage('ErrorInvalidWatermark'),
  ],
  GetStreamingEvents: [
    { class: 'Success', ConnectionStatus: 'OK' },
    { class: 'Success', Notifications: [{ SubscriptionId: 'AQ==', events: everyEvent }] },
    errorMessage('ErrorInvalidSubscription'),
  ],
} satisfies { readonly [Name in Names]: ResponseOf<(typeof contracts)[Name]> };
