import { many, maybe, one, sequence, simple } from '../../../xml/codec.ts';
import { enumeration } from '../../../xml/simple-types.ts';
import { types } from '../namespaces.ts';
import { integer, text, truth } from './simple.ts';

// Permissions on folders.

const distinguishedUser = enumeration('DistinguishedUserType', ['Default', 'Anonymous']);

export const userId = sequence(
  {
    SID: maybe(types, text),
    PrimarySmtpAddress: maybe(types, text),
    DisplayName: maybe(types, text),
    DistinguishedUser: maybe(types, simple(distinguishedUser)),
    ExternalUserIdentity: maybe(types, text),
  },
  'UserIdType',
);

const permissionAction = enumeration('PermissionActionType', ['None', 'Owned', 'All']);

export const permissionReadAccess = enumeration('PermissionReadAccessType', ['None', 'FullDetails']);

const permissionLevel = enumeration('PermissionLevelType', [
  'None',
  'Owner',
  'PublishingEditor',
  'Editor',
  'PublishingAuthor',
  'Author',
  'NoneditingAuthor',
  'Reviewer',
  'Contributor',
  'Custom',
]);

const permission = sequence(
  {
    UserId: one(types, userId),
    CanCreateItems: maybe(types, truth),
    CanCreateSubFolders: maybe(types, truth),
    IsFolderOwner: maybe(types, truth),
    IsFolderVisible: maybe(types, truth),
    IsFolderContact: maybe(types, truth),
    EditItems: maybe(types, simple(permissionAction)),
    DeleteItems: maybe(types, simple(permissionAction)),
    ReadItems: maybe(types, simple(permissionReadAccess)),
    PermissionLevel: one(types, simple(permissionLevel)),
  },
  'PermissionType',
);

const permissions = sequence(
  {
    Permission: many(types, permission),
  },
  'ArrayOfPermissionsType',
);

const unknownEntries = sequence(
  {
    UnknownEntry: many(types, text),
  },
  'ArrayOfUnknownEntriesType',
);

export const permissionSet = sequence(
  {
    Permissions: one(types, permissions),
    UnknownEntries: maybe(types, unknownEntries),
  },
  'PermissionSetType',
);

export const calendarPermissionReadAccess = enumeration('CalendarPermissionReadAccessType', [
  'None',
  'TimeOnly',
  'TimeAndSubjectAndLocation',
  'FullDetails',
]);

const calendarPermissionLevel = enumeration('CalendarPermissionLevelType', [
  'None',
  'Owner',
  'PublishingEditor',
  'Editor',
  'PublishingAuthor',
  'Author',
  'NoneditingAuthor',
  'Reviewer',
  'Contributor',
  'FreeBusyTimeOnly',
  'FreeBusyTimeAndSubjectAndLocation',
  'Custom',
]);

const calendarPermission = sequence(
  {
    UserId: one(types, userId),
    CanCreateItems: maybe(types, truth),
    CanCreateSubFolders: maybe(types, truth),
    IsFolderOwner: maybe(types, truth),
    IsFolderVisible: maybe(types, truth),
    IsFolderContact: maybe(types, truth),
    EditItems: maybe(types, simple(permissionAction)),
    DeleteItems: maybe(types, simple(permissionAction)),
    ReadItems: maybe(types, simple(calendarPermissionReadAccess)),
    CalendarPermissionLevel: one(types, simple(calendarPermissionLevel)),
  },
  'CalendarPermissionType',
);

const calendarPermissions = sequence(
  {
    CalendarPermission: many(types, calendarPermission),
  },
  'ArrayOfCalendarPermissionsType',
);

export const calendarPermissionSet = sequence(
  {
    CalendarPermissions: one(types, calendarPermissions),
    UnknownEntries: maybe(types, unknownEntries),
  },
  'CalendarPermissionSetType',
);

export const managedFolderInformation = sequence(
  {
    CanDelete: maybe(types, truth),
    CanRenameOrMove: maybe(types, truth),
    MustDisplayComment: maybe(types, truth),
    HasQuota: maybe(types, truth),
    IsManagedFoldersRoot: maybe(types, truth),
    ManagedFolderId: maybe(types, text),
    Comment: maybe(types, text),
    StorageQuota: maybe(types, integer),
    FolderSize: maybe(types, integer),
    HomePage: maybe(types, text),
  },
  'ManagedFolderInformationType',
);
