import { nillable, types } from '../data-contract.ts';
import { operation } from '../operation.ts';
import {
  accessEntries,
  folderRecs,
  mailboxInformation,
  mailboxServerInformation,
  mailboxType,
  mappedPrincipals,
  propertyTags,
  recipientData,
} from '../records.ts';

const mailbox = { mailboxHandle: types.handle };
const database = { mdbGuid: types.guid, mdbName: types.nullableText, mbxType: mailboxType, proxyControlFlags: types.integer };
const guids = { primaryMailboxGuid: types.guid, physicalMailboxGuid: types.guid };
const hint = { partitionHint: types.nullableOctets };

const conversion = {
  ...mailbox,
  /** UpdateMovedMailboxOperation. */
  op: types.integer,
  remoteRecipientData: nillable(recipientData),
  domainController: types.nullableText,
};
const target = { newDatabaseGuid: types.guid, newArchiveDatabaseGuid: types.guid, archiveDomain: types.nullableText };
// In Exchange `entries` are report lines; the recipient and the server that has it are told beside them (ours).
const converted = { entries: types.text, recipient: recipientData, server: types.text };

/** What both ends of a move have. */
export const mailboxOperations = {
  IMailbox_Config3: operation({ ...guids, ...database }, { IMailbox_Config3Result: types.handle }),
  IMailbox_Config4: operation(
    { ...guids, ...hint, ...database, localMailboxFlags: types.integer },
    { IMailbox_Config4Result: types.handle },
    'tenantHint',
  ),
  IMailbox_Config5: operation(
    { reservationId: types.guid, ...guids, ...hint, ...database, localMailboxFlags: types.integer },
    { IMailbox_Config5Result: types.handle },
    'resourceReservation',
  ),
  IMailbox_Config7: operation(
    {
      reservationId: types.guid,
      ...guids,
      ...hint,
      ...database,
      localMailboxFlags: types.integer,
      mailboxContainerGuid: types.nullableGuid,
    },
    { IMailbox_Config7Result: types.handle },
    'containerOperations',
  ),
  // `configuration` is the flags and the size of a portion alone.
  IMailbox_ConfigureProxyService: operation({ ...mailbox, exportBufferSizeKB: types.integer }, {}, 'proxyConfiguration'),
  IMailbox_Connect2: operation({ ...mailbox, connectFlags: types.integer }, {}, 'postMoveCleanup'),
  IMailbox_Disconnect: operation(mailbox, {}),
  IMailbox_GetMailboxInformation: operation(mailbox, { IMailbox_GetMailboxInformationResult: mailboxInformation }),
  IMailbox_GetMailboxServerInformation: operation(mailbox, { IMailbox_GetMailboxServerInformationResult: mailboxServerInformation }),
  IMailbox_SetInTransitStatus: operation({ ...mailbox, status: types.integer }, { onlineMoveSupported: types.flag }),
  IMailbox_EnumerateFolderHierarchyPaged2: operation(
    { ...mailbox, flags: types.integer, additionalPtagsToLoad: nillable(propertyTags) },
    { IMailbox_EnumerateFolderHierarchyPaged2Result: folderRecs, moreData: types.flag },
  ),
  IMailbox_EnumerateFolderHierarchyNextBatch: operation(mailbox, {
    IMailbox_EnumerateFolderHierarchyNextBatchResult: folderRecs,
    moreData: types.flag,
  }),
  IMailbox_GetADUser: operation(mailbox, { IMailbox_GetADUserResult: recipientData }),
  IMailbox_UpdateMovedMailbox3: operation({ ...conversion, ...target }, converted, 'archiveSeparation'),
  IMailbox_UpdateMovedMailbox4: operation(
    { ...conversion, ...target, newMailboxContainerGuid: types.nullableGuid, newUnifiedMailboxIdData: types.nullableOctets },
    converted,
    'containerOperations',
  ),
  IMailbox_ResolvePrincipals: operation(
    { ...mailbox, principals: mappedPrincipals },
    { IMailbox_ResolvePrincipalsResult: mappedPrincipals },
  ),
  IMailbox_GetMailboxSecurityDescriptor: operation(mailbox, { IMailbox_GetMailboxSecurityDescriptorResult: accessEntries }),
  IMailbox_DeleteMailbox: operation({ ...mailbox, flags: types.integer }, {}),
};
