import type { Guid } from '../../../shared/kernel/ids.ts';
import { baseFolderFields } from '../../../shared/protocols/ews/fields/folder.ts';
import type { WireFolder } from '../../../shared/protocols/ews/folders.ts';
import { encodeFolderId } from '../../../shared/protocols/ews/item-id.ts';
import { errorMessage } from '../../../shared/protocols/ews/response-message.ts';

const guid = '0a1b2c3d-0001-4000-8000-000000000001' as Guid;
const plans: WireFolder = {
  element: 'Folder',
  fields: [[baseFolderFields.FolderId, { Id: encodeFolderId({ mailbox: guid, database: guid, folder: 5 }), ChangeKey: 'AQAAAA==' }]],
  extended: [],
};
const success = { class: 'Success' } as const;
const answered = { ...success, Folders: [plans] };

/** Answers about folders, and the settings that lie in them. */
export const folderAnswers = {
  CopyFolder: [answered, errorMessage('ErrorMoveCopyFailed')],
  CreateFolder: [answered, errorMessage('ErrorFolderExists')],
  CreateManagedFolder: [answered, errorMessage('ErrorManagedFolderNotFound')],
  CreateFolderPath: [answered, errorMessage('ErrorBatchProcessingStopped')],
  DeleteFolder: [success, errorMessage('ErrorDeleteDistinguishedFolder')],
  EmptyFolder: [success, errorMessage('ErrorAccessDenied')],
  MarkAllItemsAsRead: [success, errorMessage('ErrorFolderNotFound')],
  MoveFolder: [answered, errorMessage('ErrorMoveDistinguishedFolder')],
  UpdateFolder: [answered, errorMessage('ErrorObjectTypeChanged')],
  CreateUserConfiguration: [success, errorMessage('ErrorItemSave')],
  DeleteUserConfiguration: [success, errorMessage('ErrorItemNotFound')],
  GetUserConfiguration: [
    {
      ...success,
      UserConfiguration: {
        UserConfigurationName: { folder: { is: 'DistinguishedFolderId', value: { Id: 'drafts' } }, Name: 'Palette' },
        Dictionary: [{ DictionaryKey: { Type: 'Integer32', Value: ['5'] }, DictionaryValue: null }],
        BinaryData: Buffer.from('x'),
      },
    },
    errorMessage('ErrorItemNotFound'),
  ],
  UpdateUserConfiguration: [success, errorMessage('ErrorItemNotFound')],
} as const;
