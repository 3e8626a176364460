import { maybe, one, sequence, some } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { folderInfo } from '../folders.ts';
import { messages, types } from '../namespaces.ts';
import { responseMessages } from '../response-message.ts';
import { emailAddress } from '../types/mailbox.ts';
import { text } from '../types/simple.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/createmanagedfolder-operation */
export const createManagedFolder = contract({
  name: 'CreateManagedFolder',
  request: sequence({
    FolderNames: one(messages, sequence({ FolderName: some(types, text) }, 'NonEmptyArrayOfFolderNamesType')),
    Mailbox: maybe(messages, emailAddress),
  }),
  response: responseMessages('CreateManagedFolderResponseMessage', folderInfo),
});
