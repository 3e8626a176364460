import { manyOf, maybe, one, sequence, unwrapped } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { oneFolder } from '../folders.ts';
import { messages, types } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { folderShape } from '../shapes.ts';
import { folderId, targetFolderId } from '../types/folder-ids.ts';
import { text, truth } from '../types/simple.ts';

const changes = unwrapped(
  'changes',
  sequence(
    {
      changes: manyOf(types, {
        Create: oneFolder,
        Update: oneFolder,
        Delete: sequence({ FolderId: one(types, folderId) }, 'SyncFolderHierarchyDeleteType'),
      }),
    },
    'SyncFolderHierarchyChangesType',
  ),
);

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/syncfolderhierarchy-operation */
export const syncFolderHierarchy = contract({
  name: 'SyncFolderHierarchy',
  request: sequence({
    FolderShape: one(messages, folderShape),
    SyncFolderId: maybe(messages, targetFolderId),
    SyncState: maybe(messages, text),
  }),
  response: responseMessages(
    'SyncFolderHierarchyResponseMessage',
    responseMessage(
      { SyncState: maybe(messages, text), IncludesLastFolderInRange: maybe(messages, truth), Changes: maybe(messages, changes) },
      { SyncState: '', IncludesLastFolderInRange: true },
    ),
  ),
});
