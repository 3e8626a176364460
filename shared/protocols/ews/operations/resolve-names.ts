import { attr, many, maybe, maybeAttr, one, sequence, simple } from '../../../xml/codec.ts';
import { boolean, enumeration } from '../../../xml/simple-types.ts';
import { contract } from '../contract-type.ts';
import { items } from '../item-lists.ts';
import { messages, types } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { baseShape } from '../shapes.ts';
import { baseFolderIds } from '../types/folder-ids.ts';
import { emailAddress } from '../types/mailbox.ts';
import { nonEmptyString } from '../types/simple.ts';
import { pagingAttributes } from '../views.ts';

const searchScope = enumeration('ResolveNamesSearchScopeType', [
  'ActiveDirectory',
  'ActiveDirectoryContacts',
  'Contacts',
  'ContactsActiveDirectory',
]);
const resolution = sequence({ Mailbox: one(types, emailAddress), Contact: maybe(types, items.Contact) }, 'ResolutionType');

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/resolvenames-operation */
export const resolveNames = contract({
  name: 'ResolveNames',
  request: sequence({
    ReturnFullContactData: attr(boolean),
    SearchScope: maybeAttr(searchScope),
    ContactDataShape: maybeAttr(baseShape),
    ParentFolderIds: maybe(messages, baseFolderIds),
    UnresolvedEntry: one(messages, simple(nonEmptyString)),
  }),
  response: responseMessages(
    'ResolveNamesResponseMessage',
    responseMessage({
      ResolutionSet: maybe(messages, sequence({ ...pagingAttributes, Resolution: many(types, resolution) }, 'ArrayOfResolutionType')),
    }),
  ),
});
