import { tags } from '../../../kernel/mapi.ts';
import { maybeAttr, one, sequence, simple } from '../../../xml/codec.ts';
import { enumeration } from '../../../xml/simple-types.ts';
import { types } from '../namespaces.ts';
import { restriction } from '../restriction.ts';
import { baseFolderIds, distinguishedFolderIdName, folderId } from '../types/folder-ids.ts';
import { effectiveRights, retentionTag, strings } from '../types/item-parts.ts';
import {
  calendarPermissionReadAccess,
  calendarPermissionSet,
  managedFolderInformation,
  permissionReadAccess,
  permissionSet,
} from '../types/permissions.ts';
import { integer, text } from '../types/simple.ts';
import { fieldTable, special, stored, unfilled } from './field.ts';

/** BaseFolderType: what every folder has. ExtendedProperty stands behind ChildFolderCount. */
export const baseFolderFields = fieldTable('folder', 0, {
  FolderId: special('FolderId', folderId),
  ParentFolderId: special('ParentFolderId', folderId),
  FolderClass: stored(text, tags.containerClass, { writable: true }),
  DisplayName: stored(text, tags.displayName, { writable: true }),
  TotalCount: stored(integer, tags.contentCount),
  ChildFolderCount: stored(integer, tags.folderChildCount),
  ManagedFolderInformation: unfilled(managedFolderInformation),
  EffectiveRights: special('EffectiveRights', effectiveRights),
  DistinguishedFolderId: special('DistinguishedFolderId', simple(distinguishedFolderIdName)),
  PolicyTag: special('PolicyTag', retentionTag, { inAllProperties: false }),
  ArchiveTag: special('ArchiveTag', retentionTag, { inAllProperties: false }),
  ReplicaList: unfilled(strings),
});

/** FolderType and TasksFolderType. */
export const folderFields = fieldTable('folder', 100, {
  PermissionSet: special('PermissionSet', permissionSet, { writable: true, inAllProperties: false, inFind: false }),
  UnreadCount: stored(integer, tags.contentUnreadCount),
});

/** SearchFolderType, behind FolderType. */
export const searchFolderFields = fieldTable('folder', 200, {
  SearchParameters: special(
    'SearchParameters',
    sequence(
      {
        Traversal: maybeAttr(enumeration('SearchFolderTraversalType', ['Shallow', 'Deep'])),
        Restriction: one(types, restriction),
        BaseFolderIds: one(types, baseFolderIds),
      },
      'SearchParametersType',
    ),
    { writable: true, inFind: false },
  ),
});

export const calendarFolderFields = fieldTable('folder', 100, {
  SharingEffectiveRights: special('SharingEffectiveRights', simple(calendarPermissionReadAccess), { inAllProperties: false }),
  PermissionSet: special('PermissionSet', calendarPermissionSet, { writable: true, inAllProperties: false, inFind: false }),
});

export const contactsFolderFields = fieldTable('folder', 100, {
  SharingEffectiveRights: special('SharingEffectiveRights', simple(permissionReadAccess), { inAllProperties: false }),
  PermissionSet: special('PermissionSet', permissionSet, { writable: true, inAllProperties: false, inFind: false }),
  SourceId: unfilled(text, { uri: null }),
  AccountName: unfilled(text, { uri: null }),
});
