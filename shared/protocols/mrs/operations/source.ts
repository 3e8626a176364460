import { nillable, types } from '../data-contract.ts';
import { operation } from '../operation.ts';
import {
  accessEntries,
  dataExportBatch,
  folderChangesManifest,
  folderRec,
  mailboxChangesManifest,
  messageRecs,
  propertyTags,
} from '../records.ts';

const mailbox = { mailboxHandle: types.handle };
const folder = { folderHandle: types.handle };
const tags = { additionalPtagsToLoad: nillable(propertyTags) };

/** What is read of a source. */
export const sourceOperations = {
  ISourceMailbox_GetFolder: operation({ ...mailbox, entryId: types.entryId }, { ISourceMailbox_GetFolderResult: types.handle }),
  ISourceMailbox_ExportMessages: operation(
    { ...mailbox, messages: messageRecs, flags: types.integer, additionalPtagsToLoad: nillable(propertyTags) },
    { ISourceMailbox_ExportMessagesResult: dataExportBatch },
    'simpleExport',
  ),
  ISourceMailbox_GetMailboxSyncState: operation(mailbox, { ISourceMailbox_GetMailboxSyncStateResult: dataExportBatch }),
  ISourceMailbox_SetMailboxSyncState: operation({ ...mailbox, firstBatch: dataExportBatch }, {}),
  ISourceMailbox_EnumerateHierarchyChanges2: operation(
    { ...mailbox, flags: types.integer, maxChanges: types.integer },
    { ISourceMailbox_EnumerateHierarchyChanges2Result: mailboxChangesManifest },
    'pagedEnumeration',
  ),
  ISourceFolder_EnumerateChanges2: operation(
    { ...folder, flags: types.integer, maxChanges: types.integer },
    { ISourceFolder_EnumerateChanges2Result: folderChangesManifest },
    'pagedEnumeration',
  ),
  IFolder_GetFolderRec3: operation(
    { ...folder, ...tags, flags: types.integer },
    { IFolder_GetFolderRec3Result: nillable(folderRec) },
    'getFolderRecFlags',
  ),
  IFolder_EnumerateMessagesPaged2: operation(
    { ...folder, emFlags: types.integer, ...tags },
    { IFolder_EnumerateMessagesPaged2Result: messageRecs, moreData: types.flag },
    'pagedEnumeration',
  ),
  IFolder_EnumerateMessagesNextBatch: operation(
    folder,
    { IFolder_EnumerateMessagesNextBatchResult: messageRecs, moreData: types.flag },
    'pagedEnumeration',
  ),
  IFolder_GetACL: operation({ ...folder, secProp: types.integer }, { IFolder_GetACLResult: accessEntries }),
  IFolder_GetRules: operation({ ...folder, extraProps: nillable(propertyTags) }, { IFolder_GetRulesResult: types.nullableOctets }),
};
