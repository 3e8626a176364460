import { nillable, types } from '../data-contract.ts';
import { operation } from '../operation.ts';
import { accessEntries, dataExportBatch, entryIds, folderRec } from '../records.ts';

const mailbox = { mailboxHandle: types.handle };
const folder = { folderHandle: types.handle };

/** What is written to a destination. Entry ids are the source's. */
export const destinationOperations = {
  IDestinationMailbox_MailboxExists: operation(mailbox, { IDestinationMailbox_MailboxExistsResult: types.flag }),
  IDestinationMailbox_CreateMailbox2: operation(
    { ...mailbox, mailboxData: types.nullableOctets, sourceSignatureFlags: types.integer },
    { IDestinationMailbox_CreateMailbox2Result: types.flag },
  ),
  IDestinationMailbox_CreateFolder: operation(
    { ...mailbox, sourceFolder: folderRec, failIfExists: types.flag },
    { newFolderId: types.entryId },
  ),
  IDestinationMailbox_CreateFolder3: operation(
    { ...mailbox, sourceFolder: folderRec, createFolderFlags: types.integer },
    { newFolderId: types.entryId },
    'createFolder3',
  ),
  IDestinationMailbox_DeleteFolder: operation({ ...mailbox, folderRec }, {}),
  IDestinationMailbox_GetFolder: operation({ ...mailbox, entryId: types.entryId }, { IDestinationMailbox_GetFolderResult: types.handle }),
  IDestinationMailbox_GetFxProxyPool: operation(
    { ...mailbox, folderIds: nillable(entryIds) },
    { IDestinationMailbox_GetFxProxyPoolResult: types.handle, objectData: types.nullableOctets },
  ),
  IDestinationMailbox_SetMailboxSecurityDescriptor: operation({ ...mailbox, sdData: accessEntries }, {}),
  IDestinationMailbox_LoadSyncState2: operation(
    { ...mailbox, key: types.octets },
    { IDestinationMailbox_LoadSyncState2Result: nillable(dataExportBatch) },
  ),
  IDestinationMailbox_SaveSyncState2: operation(
    { ...mailbox, key: types.octets, firstBatch: nillable(dataExportBatch) },
    { IDestinationMailbox_SaveSyncState2Result: types.handle },
  ),
  IDestinationFolder_DeleteMessages: operation({ ...folder, entryIds }, {}),
  IDestinationFolder_SetReadFlagsOnMessages: operation({ ...folder, flags: types.integer, entryIds }, {}),
  IDestinationFolder_SetACL: operation({ ...folder, secProp: types.integer, aclData: accessEntries }, {}),
  IDestinationFolder_SetRules: operation({ ...folder, rules: types.nullableOctets }, {}),
};
