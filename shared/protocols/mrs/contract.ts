import { destinationOperations } from './operations/destination.ts';
import { mailboxOperations } from './operations/mailbox.ts';
import { sessionOperations } from './operations/session.ts';
import { sourceOperations } from './operations/source.ts';

/** The operations of IMailboxReplicationProxyService that are spoken here. */
export const contract = { ...sessionOperations, ...mailboxOperations, ...sourceOperations, ...destinationOperations };
export type OperationName = keyof typeof contract;
export type Contract = typeof contract;

export function isOperation(name: string): name is OperationName {
  return Object.hasOwn(contract, name);
}

/** Operations that Exchange has and this simulation has not: they are refused by name. */
export const NOT_IMPLEMENTED: readonly string[] = [
  ...[
    'GetMailboxContainerMailboxes',
    'SelectAccountsToMigrate',
    'IReservationManager_ReserveResources',
    'IReservationManager_ReleaseResources',
  ],
  ...['IMailbox_ReserveResources', 'IMailbox_Config6', 'IMailbox_ConfigADConnection', 'IMailbox_ConfigPreferredADConnection'],
  ...['IMailbox_ConfigPst', 'IMailbox_ConfigRestore', 'IMailbox_ConfigEas', 'IMailbox_ConfigEas2', 'IMailbox_ConfigOlc'],
  ...['IMailbox_ConfigMailboxOptions', 'IMailbox_Connect', 'IMailbox_SetOtherSideVersion', 'IMailbox_SeedMBICache'],
  ...['IMailbox_DiscoverWellKnownFolders', 'IMailbox_IsMailboxCapabilitySupported', 'IMailbox_IsMailboxCapabilitySupported2'],
  ...['IMailbox_GetNamesFromIDs', 'IMailbox_GetIDsFromNames', 'IMailbox_GetSessionSpecificEntryId', 'IMailbox_UpdateRemoteHostName'],
  ...['IMailbox_UpdateMovedMailbox', 'IMailbox_UpdateMovedMailbox2', 'IMailbox_GetPrincipalsFromMailboxGuids'],
  ...['IMailbox_GetMailboxGuidsFromPrincipals', 'IMailbox_GetUserSecurityDescriptor', 'IMailbox_AddMoveHistoryEntry'],
  ...['IMailbox_CheckServerHealth', 'IMailbox_CheckServerHealth2', 'IMailbox_GetProps', 'IMailbox_GetReceiveFolderEntryId'],
  ...['IMailbox_GetSessionStatistics', 'IMailbox_StartIsInteg', 'IMailbox_QueryIsInteg', 'ISourceMailbox_GetMailboxBasicInfo'],
  ...[
    'ISourceMailbox_GetMailboxBasicInfo2',
    'ISourceMailbox_GetProps',
    'ISourceMailbox_Export2',
    'ISourceMailbox_EnumerateHierarchyChanges',
  ],
  ...[
    'ISourceMailbox_ExportMessageBatch2',
    'ISourceMailbox_ExportFolders',
    'ISourceMailbox_ReplayActions',
    'ISourceMailbox_GetMailboxSettings',
  ],
  ...[
    'ISourceFolder_GetProps',
    'ISourceFolder_GetSearchCriteria',
    'ISourceFolder_CopyTo',
    'ISourceFolder_Export2',
    'ISourceFolder_ExportMessages',
  ],
  ...[
    'ISourceFolder_EnumerateChanges',
    'ISourceFolder_EnumerateMessagesPaged',
    'ISourceFolder_GetEstimatedItemCount',
    'IFolder_GetFolderRec2',
  ],
  ...[
    'IFolder_GetSecurityDescriptor',
    'IFolder_SetContentsRestriction',
    'IFolder_GetProps',
    'IFolder_DeleteMessages',
    'IFolder_GetExtendedAcl',
  ],
  ...['IFolder_GetSearchCriteria', 'IFolder_LookupMessages', 'IFolder_SetProps', 'IDestinationMailbox_CreateMailbox'],
  ...['IDestinationMailbox_ProcessMailboxSignature', 'IDestinationMailbox_GetFxProxy', 'IDestinationMailbox_SetProps'],
  ...['IDestinationMailbox_CreateFolder2', 'IDestinationMailbox_MoveFolder', 'IDestinationMailbox_SetUserSecurityDescriptor'],
  ...['IDestinationMailbox_PreFinalSyncDataProcessing', 'IDestinationMailbox_CheckDataGuarantee', 'IDestinationMailbox_ForceLogRoll'],
  ...['IDestinationMailbox_GetActions', 'IDestinationMailbox_SetMailboxSettings', 'IDestinationFolder_SetProps'],
  ...['IDestinationFolder_SetSecurityDescriptor', 'IDestinationFolder_SetSearchCriteria', 'IDestinationFolder_GetFxProxy'],
  ...['IDestinationFolder_GetFxProxy2', 'IDestinationFolder_SetMessageProps', 'IDestinationFolder_SetExtendedAcl'],
  'IDestinationFolder_LinkMailPublicFolder',
];

/** UpdateMovedMailboxOperation. */
export const movedMailboxOperations = { UpdateMailbox: 1, MorphToMailbox: 2, MorphToMailUser: 3, UpdateArchiveOnly: 4 } as const;
/** InTransitStatus; the last one is ours: MoveSource without an end of its own. */
export const inTransit = {
  ...{ NotInTransit: 0, MoveSource: 1, MoveDestination: 2, SyncSource: 17, SyncDestination: 18 },
  flippingSource: 0x1001,
} as const;
/** ProxyControlFlags that count here. */
export const proxyControl = { doNotCompress: 2 } as const;
/** EnumerateContentChangesFlags and EnumerateHierarchyChangesFlags that count here. `contents`: ours. */
export const enumerateChanges = { firstPage: 2, contents: 0x100 } as const;
/**
 * What may be asked for beside folders (additionalPtagsToLoad). PidTagAccessControlListData: each is told with its access list;
 * PidTagContentCount: none is told to be empty that has a message, whatever it says of itself (both ours).
 */
export const folderTags = { accessList: 0x3fe00102, contentCount: 0x36020003 } as const;
/** What IDestinationFolder_SetReadFlagsOnMessages sets: MAPI's CLEAR_READ_FLAG, or nothing for read. */
export const clearReadFlag = 4;
