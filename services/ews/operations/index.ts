import type { contracts } from '../../../shared/protocols/ews/contract.ts';
import type { Operation } from '../operation.ts';
import type { StreamingOperation } from '../streamed-answer.ts';
import { addDelegate } from './add-delegate.ts';
import { applyConversationAction } from './apply-conversation-action.ts';
import { archiveItem } from './archive-item.ts';
import { convertId } from './convert-id.ts';
import { copyFolder } from './copy-folder.ts';
import { copyItem } from './copy-item.ts';
import { createAttachment } from './create-attachment.ts';
import { createFolder } from './create-folder.ts';
import { createFolderPath } from './create-folder-path.ts';
import { createItem } from './create-item.ts';
import { createManagedFolder } from './create-managed-folder.ts';
import { createUserConfiguration } from './create-user-configuration.ts';
import { deleteAttachment } from './delete-attachment.ts';
import { deleteFolder } from './delete-folder.ts';
import { deleteItem } from './delete-item.ts';
import { deleteUserConfiguration } from './delete-user-configuration.ts';
import { disableApp } from './disable-app.ts';
import { disconnectPhoneCall } from './disconnect-phone-call.ts';
import { emptyFolder } from './empty-folder.ts';
import { expandDl } from './expand-dl.ts';
import { exportItems } from './export-items.ts';
import { findConversation } from './find-conversation.ts';
import { findFolder } from './find-folder.ts';
import { findItem } from './find-item.ts';
import { findMessageTrackingReport } from './find-message-tracking-report.ts';
import { findPeople } from './find-people.ts';
import { getAppManifests } from './get-app-manifests.ts';
import { getAttachment } from './get-attachment.ts';
import { getClientAccessToken } from './get-client-access-token.ts';
import { getConversationItems } from './get-conversation-items.ts';
import { getDelegate } from './get-delegate.ts';
import { getDiscoverySearchConfiguration } from './get-discovery-search-configuration.ts';
import { getEvents } from './get-events.ts';
import { getFolder } from './get-folder.ts';
import { getHoldOnMailboxes } from './get-hold-on-mailboxes.ts';
import { getInboxRules } from './get-inbox-rules.ts';
import { getItem } from './get-item.ts';
import { getMailTips } from './get-mail-tips.ts';
import { getMessageTrackingReport } from './get-message-tracking-report.ts';
import { getNonIndexableItemDetails } from './get-non-indexable-item-details.ts';
import { getNonIndexableItemStatistics } from './get-non-indexable-item-statistics.ts';
import { getPasswordExpirationDate } from './get-password-expiration-date.ts';
import { getPersona } from './get-persona.ts';
import { getPhoneCallInformation } from './get-phone-call-information.ts';
import { getReminders } from './get-reminders.ts';
import { getRoomLists } from './get-room-lists.ts';
import { getRooms } from './get-rooms.ts';
import { getSearchableMailboxes } from './get-searchable-mailboxes.ts';
import { getServerTimeZones } from './get-server-time-zones.ts';
import { getServiceConfiguration } from './get-service-configuration.ts';
import { getStreamingEvents } from './get-streaming-events.ts';
import { getUserAvailability } from './get-user-availability.ts';
import { getUserConfiguration } from './get-user-configuration.ts';
import { getUserOofSettings } from './get-user-oof-settings.ts';
import { getUserPhoto } from './get-user-photo.ts';
import { getUserRetentionPolicyTags } from './get-user-retention-policy-tags.ts';
import { markAllItemsAsRead } from './mark-all-items-as-read.ts';
import { markAsJunk } from './mark-as-junk.ts';
import { moveFolder } from './move-folder.ts';
import { moveItem } from './move-item.ts';
import { performReminderAction } from './perform-reminder-action.ts';
import { playOnPhone } from './play-on-phone.ts';
import { removeDelegate } from './remove-delegate.ts';
import { resolveNames } from './resolve-names.ts';
import { searchMailboxes } from './search-mailboxes.ts';
import { sendItem } from './send-item.ts';
import { setHoldOnMailboxes } from './set-hold-on-mailboxes.ts';
import { setTeamMailbox } from './set-team-mailbox.ts';
import { setUserOofSettings } from './set-user-oof-settings.ts';
import { setUserPhoto } from './set-user-photo.ts';
import { subscribe } from './subscribe.ts';
import { syncFolderHierarchy } from './sync-folder-hierarchy.ts';
import { syncFolderItems } from './sync-folder-items.ts';
import { uninstallApp } from './uninstall-app.ts';
import { unpinTeamMailbox } from './unpin-team-mailbox.ts';
import { unsubscribe } from './unsubscribe.ts';
import { updateDelegate } from './update-delegate.ts';
import { updateFolder } from './update-folder.ts';
import { updateInboxRules } from './update-inbox-rules.ts';
import { updateItem } from './update-item.ts';
import { updateItemInRecoverableItems } from './update-item-in-recoverable-items.ts';
import { updateUserConfiguration } from './update-user-configuration.ts';
import { uploadItems } from './upload-items.ts';

/** What carries out each contract, by the operation's name. */
export const operations: {
  readonly [Name in keyof typeof contracts]: Operation<(typeof contracts)[Name]> | StreamingOperation<(typeof contracts)[Name]>;
} = {
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
};
