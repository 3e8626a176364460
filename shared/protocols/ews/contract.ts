import type { XmlElement } from '../../xml/element.ts';
import type { Contract } from './contract-type.ts';
import { messages } from './namespaces.ts';
import { addDelegate } from './operations/add-delegate.ts';
import { applyConversationAction } from './operations/apply-conversation-action.ts';
import { archiveItem } from './operations/archive-item.ts';
import { convertId } from './operations/convert-id.ts';
import { copyFolder } from './operations/copy-folder.ts';
import { copyItem } from './operations/copy-item.ts';
import { createAttachment } from './operations/create-attachment.ts';
import { createFolder } from './operations/create-folder.ts';
import { createFolderPath } from './operations/create-folder-path.ts';
import { createItem } from './operations/create-item.ts';
import { createManagedFolder } from './operations/create-managed-folder.ts';
import { createUserConfiguration } from './operations/create-user-configuration.ts';
import { deleteAttachment } from './operations/delete-attachment.ts';
import { deleteFolder } from './operations/delete-folder.ts';
import { deleteItem } from './operations/delete-item.ts';
import { deleteUserConfiguration } from './operations/delete-user-configuration.ts';
import { disableApp } from './operations/disable-app.ts';
import { disconnectPhoneCall } from './operations/disconnect-phone-call.ts';
import { emptyFolder } from './operations/empty-folder.ts';
import { expandDl } from './operations/expand-dl.ts';
import { exportItems } from './operations/export-items.ts';
import { findConversation } from './operations/find-conversation.ts';
import { findFolder } from './operations/find-folder.ts';
import { findItem } from './operations/find-item.ts';
import { findMessageTrackingReport } from './operations/find-message-tracking-report.ts';
import { findPeople } from './operations/find-people.ts';
import { getAppManifests } from './operations/get-app-manifests.ts';
import { getAttachment } from './operations/get-attachment.ts';
import { getClientAccessToken } from './operations/get-client-access-token.ts';
import { getConversationItems } from './operations/get-conversation-items.ts';
import { getDelegate } from './operations/get-delegate.ts';
import { getDiscoverySearchConfiguration } from './operations/get-discovery-search-configuration.ts';
import { getEvents } from './operations/get-events.ts';
import { getFolder } from './operations/get-folder.ts';
import { getHoldOnMailboxes } from './operations/get-hold-on-mailboxes.ts';
import { getInboxRules } from './operations/get-inbox-rules.ts';
import { getItem } from './operations/get-item.ts';
import { getMailTips } from './operations/get-mail-tips.ts';
import { getMessageTrackingReport } from './operations/get-message-tracking-report.ts';
import { getNonIndexableItemDetails } from './operations/get-non-indexable-item-details.ts';
import { getNonIndexableItemStatistics } from './operations/get-non-indexable-item-statistics.ts';
import { getPasswordExpirationDate } from './operations/get-password-expiration-date.ts';
import { getPersona } from './operations/get-persona.ts';
import { getPhoneCallInformation } from './operations/get-phone-call-information.ts';
import { getReminders } from './operations/get-reminders.ts';
import { getRoomLists } from './operations/get-room-lists.ts';
import { getRooms } from './operations/get-rooms.ts';
import { getSearchableMailboxes } from './operations/get-searchable-mailboxes.ts';
import { getServerTimeZones } from './operations/get-server-time-zones.ts';
import { getServiceConfiguration } from './operations/get-service-configuration.ts';
import { getStreamingEvents } from './operations/get-streaming-events.ts';
import { getUserAvailability } from './operations/get-user-availability.ts';
import { getUserConfiguration } from './operations/get-user-configuration.ts';
import { getUserOofSettings } from './operations/get-user-oof-settings.ts';
import { getUserPhoto } from './operations/get-user-photo.ts';
import { getUserRetentionPolicyTags } from './operations/get-user-retention-policy-tags.ts';
import { markAllItemsAsRead } from './operations/mark-all-items-as-read.ts';
import { markAsJunk } from './operations/mark-as-junk.ts';
import { moveFolder } from './operations/move-folder.ts';
import { moveItem } from './operations/move-item.ts';
import { performReminderAction } from './operations/perform-reminder-action.ts';
import { playOnPhone } from './operations/play-on-phone.ts';
import { removeDelegate } from './operations/remove-delegate.ts';
import { resolveNames } from './operations/resolve-names.ts';
import { searchMailboxes } from './operations/search-mailboxes.ts';
import { sendItem } from './operations/send-item.ts';
import { setHoldOnMailboxes } from './operations/set-hold-on-mailboxes.ts';
import { setTeamMailbox } from './operations/set-team-mailbox.ts';
import { setUserOofSettings } from './operations/set-user-oof-settings.ts';
import { setUserPhoto } from './operations/set-user-photo.ts';
import { subscribe } from './operations/subscribe.ts';
import { syncFolderHierarchy } from './operations/sync-folder-hierarchy.ts';
import { syncFolderItems } from './operations/sync-folder-items.ts';
import { uninstallApp } from './operations/uninstall-app.ts';
import { unpinTeamMailbox } from './operations/unpin-team-mailbox.ts';
import { unsubscribe } from './operations/unsubscribe.ts';
import { updateDelegate } from './operations/update-delegate.ts';
import { updateFolder } from './operations/update-folder.ts';
import { updateInboxRules } from './operations/update-inbox-rules.ts';
import { updateItem } from './operations/update-item.ts';
import { updateItemInRecoverableItems } from './operations/update-item-in-recoverable-items.ts';
import { updateUserConfiguration } from './operations/update-user-configuration.ts';
import { uploadItems } from './operations/upload-items.ts';

/** Every operation that we read and write, by its name in the WSDL. */
export const contracts = {
  AddDelegate: addDelegate,
  ApplyConversationAction: applyConversationAction,
  ArchiveItem: archiveItem,
  ConvertId: convertId,
  CopyFolder: copyFolder,
  CopyItem: copyItem,
  CreateAttachment: createAttachment,
  CreateFolder: createFolder,
  CreateFolderPath: createFolderPath,
  CreateItem: createItem,
  CreateManagedFolder: createManagedFolder,
  CreateUserConfiguration: createUserConfiguration,
  DeleteAttachment: deleteAttachment,
  DeleteFolder: deleteFolder,
  DeleteItem: deleteItem,
  DeleteUserConfiguration: deleteUserConfiguration,
  DisableApp: disableApp,
  DisconnectPhoneCall: disconnectPhoneCall,
  EmptyFolder: emptyFolder,
  ExpandDL: expandDl,
  ExportItems: exportItems,
  FindConversation: findConversation,
  FindFolder: findFolder,
  FindItem: findItem,
  FindMessageTrackingReport: findMessageTrackingReport,
  FindPeople: findPeople,
  GetAppManifests: getAppManifests,
  GetAttachment: getAttachment,
  GetClientAccessToken: getClientAccessToken,
  GetConversationItems: getConversationItems,
  GetDelegate: getDelegate,
  GetDiscoverySearchConfiguration: getDiscoverySearchConfiguration,
  GetEvents: getEvents,
  GetFolder: getFolder,
  GetHoldOnMailboxes: getHoldOnMailboxes,
  GetInboxRules: getInboxRules,
  GetItem: getItem,
  GetMailTips: getMailTips,
  GetMessageTrackingReport: getMessageTrackingReport,
  GetNonIndexableItemDetails: getNonIndexableItemDetails,
  GetNonIndexableItemStatistics: getNonIndexableItemStatistics,
  GetPasswordExpirationDate: getPasswordExpirationDate,
  GetPersona: getPersona,
  GetPhoneCallInformation: getPhoneCallInformation,
  GetReminders: getReminders,
  GetRoomLists: getRoomLists,
  GetRooms: getRooms,
  GetSearchableMailboxes: getSearchableMailboxes,
  GetServerTimeZones: getServerTimeZones,
  GetServiceConfiguration: getServiceConfiguration,
  GetStreamingEvents: getStreamingEvents,
  GetUserAvailability: getUserAvailability,
  GetUserConfiguration: getUserConfiguration,
  GetUserOofSettings: getUserOofSettings,
  GetUserPhoto: getUserPhoto,
  GetUserRetentionPolicyTags: getUserRetentionPolicyTags,
  MarkAllItemsAsRead: markAllItemsAsRead,
  MarkAsJunk: markAsJunk,
  MoveFolder: moveFolder,
  MoveItem: moveItem,
  PerformReminderAction: performReminderAction,
  PlayOnPhone: playOnPhone,
  RemoveDelegate: removeDelegate,
  ResolveNames: resolveNames,
  SearchMailboxes: searchMailboxes,
  SendItem: sendItem,
  SetHoldOnMailboxes: setHoldOnMailboxes,
  SetTeamMailbox: setTeamMailbox,
  SetUserOofSettings: setUserOofSettings,
  SetUserPhoto: setUserPhoto,
  Subscribe: subscribe,
  SyncFolderHierarchy: syncFolderHierarchy,
  SyncFolderItems: syncFolderItems,
  UninstallApp: uninstallApp,
  UnpinTeamMailbox: unpinTeamMailbox,
  Unsubscribe: unsubscribe,
  UpdateDelegate: updateDelegate,
  UpdateFolder: updateFolder,
  UpdateInboxRules: updateInboxRules,
  UpdateItem: updateItem,
  UpdateItemInRecoverableItems: updateItemInRecoverableItems,
  UpdateUserConfiguration: updateUserConfiguration,
  UploadItems: uploadItems,
} as const;
export type ContractName = keyof typeof contracts;

/**
 * Operations of Exchange's WSDL that are refused with ErrorInvalidOperation, which names them. They are told apart from
 * what Exchange does not know either: that fails schema validation.
 */
export const NOT_IMPLEMENTED: readonly string[] = [
  'AddDistributionGroupToImList',
  'AddImContactToGroup',
  'AddImGroup',
  'AddNewImContactToGroup',
  'AddNewTelUriContactToGroup',
  'AddTag',
  'CreateMeetingInstance',
  'CreateMeetingSpace',
  'DeleteMeetingInstance',
  'DeleteMeetingSpace',
  'DeleteSearchSuggestion',
  'EndSearchSession',
  'ExecuteSearch',
  'FindAvailableMeetingTimes',
  'FindMeetingSpaceByJoinUrl',
  'FindMeetingTimeCandidates',
  'FindTags',
  'GetAppMarketplaceUrl',
  'GetImItemList',
  'GetImItems',
  'GetLastPrivateCatalogUpdate',
  'GetMeetingInstance',
  'GetMeetingSpace',
  'GetPrivateCatalogAddIns',
  'GetSearchSuggestions',
  'GetSharingFolder',
  'GetSharingMetadata',
  'GetSpecificUserConfiguration',
  'HideTag',
  'InstallApp',
  'RefreshSharingFolder',
  'RemoveContactFromImList',
  'RemoveDistributionGroupFromImList',
  'RemoveImContactFromGroup',
  'RemoveImGroup',
  'ReportMessage',
  'SetImGroup',
  'SetImListMigrationCompleted',
  'StartSearchSession',
  'UpdateMeetingInstance',
  'UpdateMeetingSpace',
];

/** Requests whose element is not called like the operation. */
const requestElements: Readonly<Record<string, string>> = {
  CreateMeetingInstanceRequest: 'CreateMeetingInstance',
  DeleteMeetingInstanceRequest: 'DeleteMeetingInstance',
  GetMeetingInstanceRequest: 'GetMeetingInstance',
  UpdateMeetingInstanceRequest: 'UpdateMeetingInstance',
};

/** What a request's element asks for. */
export type Requested =
  | { readonly is: 'contract'; readonly name: ContractName; readonly contract: Contract<unknown, unknown> }
  | { readonly is: 'not-implemented'; readonly name: string };

const byElement: ReadonlyMap<string, Requested> = new Map<string, Requested>([
  ...NOT_IMPLEMENTED.filter((name) => !Object.values(requestElements).includes(name)).map((name): [string, Requested] => [
    name,
    { is: 'not-implemented', name },
  ]),
  ...Object.entries(requestElements).map(([element, name]): [string, Requested] => [element, { is: 'not-implemented', name }]),
  ...Object.values(contracts).map((contract): [string, Requested] => [
    contract.requestElement,
    { is: 'contract', name: contract.name as ContractName, contract: contract as Contract<unknown, unknown> },
  ]),
]);

/** The operation that the body's element asks for; undefined when Exchange knows none of that name. */
export function requested(body: XmlElement): Requested | undefined {
  return body.namespace === messages ? byElement.get(body.name) : undefined;
}
