import { attr, either, maybe, maybeAttr, sequence, someOf, unwrapped } from '../../../xml/codec.ts';
import { enumeration, string } from '../../../xml/simple-types.ts';
import { types } from '../namespaces.ts';
import { emailAddress } from './mailbox.ts';

// Ids of folders.

export const distinguishedFolderIdName = enumeration('DistinguishedFolderIdNameType', [
  'calendar',
  'contacts',
  'deleteditems',
  'drafts',
  'inbox',
  'journal',
  'notes',
  'outbox',
  'sentitems',
  'tasks',
  'msgfolderroot',
  'publicfoldersroot',
  'root',
  'junkemail',
  'searchfolders',
  'voicemail',
  'recoverableitemsroot',
  'recoverableitemsdeletions',
  'recoverableitemsversions',
  'recoverableitemspurges',
  'recoverableitemsdiscoveryholds',
  'archiveroot',
  'archivemsgfolderroot',
  'archivedeleteditems',
  'archiveinbox',
  'archiverecoverableitemsroot',
  'archiverecoverableitemsdeletions',
  'archiverecoverableitemsversions',
  'archiverecoverableitemspurges',
  'archiverecoverableitemsdiscoveryholds',
  'syncissues',
  'conflicts',
  'localfailures',
  'serverfailures',
  'recipientcache',
  'quickcontacts',
  'conversationhistory',
  'adminauditlogs',
  'todosearch',
  'mycontacts',
  'directory',
  'imcontactlist',
  'peopleconnect',
  'favorites',
  'mecontact',
  'personmetadata',
  'teamspaceactivity',
  'teamspacemessaging',
  'teamspaceworkitems',
  'scheduled',
  'orionnotes',
  'tagitems',
  'alltaggeditems',
  'externalcontacts',
  'teamchat',
  'teamchathistory',
  'yammerroot',
  'yammerinbound',
  'yammeroutbound',
  'yammerfeeds',
  'onedriveroot',
  'onedriverecylebin',
  'onedrivesystem',
  'onedrivevolume',
  'important',
  'starred',
  'archive',
]);

export const folderId = sequence(
  {
    Id: attr(string),
    ChangeKey: maybeAttr(string),
  },
  'FolderIdType',
);

export const distinguishedFolderId = sequence(
  {
    Mailbox: maybe(types, emailAddress),
    Id: attr(distinguishedFolderIdName),
    ChangeKey: maybeAttr(string),
  },
  'DistinguishedFolderIdType',
);

export const addressListId = sequence(
  {
    Id: attr(string),
  },
  'AddressListIdType',
);

/** TargetFolderIdType. */
export const targetFolderId = unwrapped(
  'id',
  sequence(
    { id: either(types, { FolderId: folderId, DistinguishedFolderId: distinguishedFolderId, AddressListId: addressListId }) },
    'TargetFolderIdType',
  ),
);

/** NonEmptyArrayOfBaseFolderIdsType. */
export const baseFolderIds = unwrapped(
  'ids',
  sequence(
    { ids: someOf(types, { FolderId: folderId, DistinguishedFolderId: distinguishedFolderId }) },
    'NonEmptyArrayOfBaseFolderIdsType',
  ),
);
