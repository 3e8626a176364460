import type { ContractName } from './contract.ts';
import { type RequestServerVersion, requestServerVersions } from './request-header.ts';

/**
 * The schema in which an operation came, where that is not Exchange 2007's: of Exchange 2013 from the operations' pages, of the older
 * ones from "EWS schema versions in Exchange" (features) and the names of the versions in which the Managed API offers them.
 */
const came: Readonly<Partial<Record<RequestServerVersion, readonly ContractName[]>>> = {
  Exchange2007_SP1: ['AddDelegate', 'ConvertId', 'GetDelegate', 'RemoveDelegate', 'UpdateDelegate'],
  Exchange2010: [
    ...(['CreateUserConfiguration', 'DeleteUserConfiguration', 'GetUserConfiguration', 'UpdateUserConfiguration'] as const),
    ...(['DisconnectPhoneCall', 'GetPhoneCallInformation', 'PlayOnPhone'] as const),
    ...(['GetMailTips', 'GetRoomLists', 'GetRooms', 'GetServerTimeZones', 'GetServiceConfiguration'] as const),
  ],
  Exchange2010_SP1: [
    ...(['ApplyConversationAction', 'EmptyFolder', 'ExportItems', 'FindConversation', 'GetInboxRules', 'GetStreamingEvents'] as const),
    ...(['UpdateInboxRules', 'UploadItems'] as const),
  ],
  Exchange2010_SP2: ['GetPasswordExpirationDate'],
  Exchange2013: [
    ...(['ArchiveItem', 'CreateFolderPath', 'DisableApp', 'FindPeople', 'GetAppManifests', 'GetClientAccessToken'] as const),
    ...(['GetConversationItems', 'GetDiscoverySearchConfiguration', 'GetHoldOnMailboxes', 'GetNonIndexableItemDetails'] as const),
    ...(['GetNonIndexableItemStatistics', 'GetPersona', 'GetReminders', 'GetSearchableMailboxes', 'GetUserPhoto'] as const),
    ...(['GetUserRetentionPolicyTags', 'MarkAllItemsAsRead', 'MarkAsJunk', 'PerformReminderAction', 'SearchMailboxes'] as const),
    ...(['SetHoldOnMailboxes', 'UninstallApp'] as const),
  ],
  Exchange2016: ['SetUserPhoto'],
};

const first: ReadonlyMap<ContractName, number> = new Map(
  Object.entries(came).flatMap(([version, names]) =>
    names.map((name) => [name, requestServerVersions.indexOf(version as RequestServerVersion)] as const),
  ),
);

/** Whether the schema that a client names has an operation already. Of one that names none nothing is asked. */
export function hasOperation(version: RequestServerVersion | undefined, name: ContractName): boolean {
  return version === undefined || requestServerVersions.indexOf(version) >= (first.get(name) ?? 0);
}
