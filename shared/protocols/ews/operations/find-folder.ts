import { attr, maybe, maybeEither, one, sequence } from '../../../xml/codec.ts';
import { enumeration } from '../../../xml/simple-types.ts';
import { contract } from '../contract-type.ts';
import { folderList } from '../folders.ts';
import { messages, types } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { restriction } from '../restriction.ts';
import { folderShape } from '../shapes.ts';
import { baseFolderIds } from '../types/folder-ids.ts';
import { fractionalPageView, indexedPageView, pagingAttributes } from '../views.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/findfolder-operation */
export const findFolder = contract({
  name: 'FindFolder',
  request: sequence({
    Traversal: attr(enumeration('FolderQueryTraversalType', ['Shallow', 'Deep', 'SoftDeleted'])),
    FolderShape: one(messages, folderShape),
    view: maybeEither(messages, { IndexedPageFolderView: indexedPageView, FractionalPageFolderView: fractionalPageView }),
    Restriction: maybe(messages, restriction),
    ParentFolderIds: one(messages, baseFolderIds),
  }),
  response: responseMessages(
    'FindFolderResponseMessage',
    responseMessage({
      RootFolder: maybe(messages, sequence({ ...pagingAttributes, Folders: maybe(types, folderList) }, 'FindFolderParentType')),
    }),
  ),
});
