import { either, one, sequence, some, someOf, unwrapped } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { anyFolder, folderInfo } from '../folders.ts';
import { messages, types } from '../namespaces.ts';
import { paths } from '../paths.ts';
import { responseMessages } from '../response-message.ts';
import { distinguishedFolderId, folderId } from '../types/folder-ids.ts';

const path = either(types, paths);
const updates = unwrapped(
  'updates',
  sequence(
    {
      updates: someOf(types, {
        AppendToFolderField: sequence({ path, folder: anyFolder }, 'AppendToFolderFieldType'),
        SetFolderField: sequence({ path, folder: anyFolder }, 'SetFolderFieldType'),
        DeleteFolderField: sequence({ path }, 'DeleteFolderFieldType'),
      }),
    },
    'NonEmptyArrayOfFolderChangeDescriptionsType',
  ),
);
const folderChange = sequence(
  { target: either(types, { FolderId: folderId, DistinguishedFolderId: distinguishedFolderId }), Updates: one(types, updates) },
  'FolderChangeType',
);
const folderChanges = unwrapped('FolderChange', sequence({ FolderChange: some(types, folderChange) }, 'NonEmptyArrayOfFolderChangesType'));

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/updatefolder-operation */
export const updateFolder = contract({
  name: 'UpdateFolder',
  request: sequence({ FolderChanges: one(messages, folderChanges) }),
  response: responseMessages('UpdateFolderResponseMessage', folderInfo),
});
