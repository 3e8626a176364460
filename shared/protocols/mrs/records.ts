import type { Content } from '../../xml/codec.ts';
import { arrayOf, contractOf, listOf, nillable, nullableEntryId, types, words } from './data-contract.ts';

// Data contracts. Members that Exchange has carry its names; members marked "ours" stand for what there travels as MAPI properties,
// security descriptors or serialised directory objects (declared simulation).

type ValueOf<C> = C extends Content<infer T> ? T : never;

export const versionInformation = contractOf({
  BuildMajor: types.integer,
  BuildMinor: types.integer,
  ComputerName: types.text,
  ProductMajor: types.integer,
  ProductMinor: types.integer,
  SupportedCapabilities: types.octets,
});
export type VersionInformation = ValueOf<typeof versionInformation>;

export const proxyServerInformation = contractOf({ IsProxyLocal: types.flag, ServerFqdn: types.text });

/** A list of values of one kind: `MailboxType`. */
export const mailboxType = words('MailboxType', ['SourceMailbox', 'DestMailboxIntraOrg', 'DestMailboxCrossOrg']);

export const mailboxInformation = contractOf({
  AssociatedItemCount: types.count,
  AssociatedItemsSize: types.count,
  DisplayName: types.text,
  IsArchiveMailbox: types.flag,
  LegacyExchangeDN: types.text,
  MailboxGuid: types.guid,
  /** Octets; null: without limit. */
  MailboxQuota: nillable(types.count),
  MdbGuid: types.guid,
  MdbName: types.text,
  RegularDeletedItemCount: types.count,
  RegularDeletedItemsSize: types.count,
  RegularItemCount: types.count,
  RegularItemsSize: types.count,
});

export const mailboxServerInformation = contractOf({
  MailboxServerName: types.text,
  /** `15.2.1544.11`: in Exchange a number. */
  MailboxServerVersion: types.text,
});

/** An entry of an access list; in Exchange a security descriptor or a table of properties. */
export const accessEntry = contractOf({
  IsInherited: types.flag,
  Name: nillable(words('MemberName', ['Default', 'Anonymous'])),
  Right: nillable(words('MailboxRight', ['FullAccess', 'SendAs'])),
  Rights: types.integer,
  Sid: types.nullableText,
});
export type AccessEntry = ValueOf<typeof accessEntry>;
export const accessEntries = listOf('AccessEntry', accessEntry);

export const folderRec = contractOf(
  {
    /** Ours: a JSON object, the property bag of the folder. */
    AdditionalProps: types.text,
    EntryId: types.entryId,
    FolderClass: types.text,
    FolderName: types.text,
    ParentId: nullableEntryId,
    /** Ours: the criteria of a search folder. */
    SearchCriteria: types.nullableText,
    /** Ours: `inbox`. */
    WellKnownRole: types.nullableText,
  },
  // Ours: where the property tag of access lists was asked for.
  { AccessList: accessEntries },
);
export type FolderRec = ValueOf<typeof folderRec>;
export const folderRecs = listOf('FolderRec', folderRec);

export const messageRec = contractOf({
  EntryId: types.entryId,
  FolderId: types.entryId,
  IsFAI: types.flag,
  MessageClass: types.text,
  MessageSize: types.count,
  /** Ours. */
  Subject: types.text,
});
export type MessageRec = ValueOf<typeof messageRec>;
export const messageRecs = listOf('MessageRec', messageRec);

export const entryIds = arrayOf('base64Binary', types.entryId);
export const propertyTags = arrayOf('int', types.integer);

/** A portion of an export. `IsLastBatch`: nothing follows, and the handle is over. */
export const dataExportBatch = contractOf({
  Data: types.octets,
  DataExportHandle: types.handle,
  FlushAfterImport: types.flag,
  IsLastBatch: types.flag,
  Opcode: types.integer,
});
export type DataExportBatch = ValueOf<typeof dataExportBatch>;

export const mailboxChangesManifest = contractOf({
  ChangedFolders: entryIds,
  DeletedFolders: entryIds,
  /** Ours: folders whose messages have changed. */
  FoldersWithChangedMessages: entryIds,
  HasMoreHierarchyChanges: types.flag,
});

export const folderChangesManifest = contractOf({
  ChangedMessages: messageRecs,
  DeletedMessages: entryIds,
  FolderId: types.entryId,
  HasMoreChanges: types.flag,
  ReadMessages: entryIds,
  UnreadMessages: entryIds,
});

export const mappedPrincipal = contractOf({
  Alias: types.text,
  DisplayName: types.text,
  /** Ours: false for a security group without mail. */
  IsMailEnabled: types.flag,
  LegacyDN: types.text,
  MailboxGuid: types.nullableGuid,
  /** Ours: msExchMasterAccountSID. */
  MasterAccountSid: types.nullableText,
  ObjectGuid: types.nullableGuid,
  ObjectSid: types.text,
  ProxyAddresses: arrayOf('string', types.text),
});
export type MappedPrincipal = ValueOf<typeof mappedPrincipal>;
/** In the order asked; null for nobody. */
export const mappedPrincipals = listOf('MappedPrincipal', nillable(mappedPrincipal));

/** A directory object on its way; in Exchange a serialised ADUser in a string. */
export const recipientData = contractOf({
  Addresses: arrayOf('string', types.text),
  Alias: types.text,
  ArchiveGuid: types.nullableGuid,
  DisplayName: types.text,
  ExchangeGuid: types.nullableGuid,
  LegacyExchangeDN: types.text,
  ObjectGuid: types.guid,
  ObjectSid: types.text,
  PrimarySmtpAddress: types.text,
  RecipientTypeDetails: types.text,
  TargetAddress: types.nullableText,
});
export type RecipientData = ValueOf<typeof recipientData>;

/** What could not be written (ours). */
export const failedMessages = listOf('FailedMessage', contractOf({ EntryId: types.entryId, Failure: types.text }));
