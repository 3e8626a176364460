import type { Guid } from '../../kernel/ids.ts';
import type { PropertyBag } from '../../kernel/mapi.ts';

// What a move reads from and writes to. Both ends are written twice: once on the mailboxes of the store, once on the
// operations of a remote MRSProxy; a move never knows which it holds. Entry ids are opaque, of the side they came from,
// and stable as long as the mailbox lives there.

/** Which mailbox of a person. */
export type MailboxKind = 'primary' | 'archive';

/** How much a mailbox holds, as the report of a move tells it; bytes. */
export interface MailboxSize {
  readonly items: number;
  readonly bytes: number;
  readonly deletedItems: number;
  readonly deletedBytes: number;
  readonly associatedItems: number;
  readonly associatedBytes: number;
}

/** What one side says of a mailbox and of the server that keeps it. */
export interface MailboxInformation {
  /** ExchangeGuid. */
  readonly mailboxGuid: Guid;
  readonly kind: MailboxKind;
  readonly displayName: string;
  readonly legacyDn: string;
  readonly server: string;
  /** `15.2.1544.11`. */
  readonly serverVersion: string;
  readonly database: string;
  readonly databaseGuid: Guid;
  /** Octets that it may hold (ProhibitSendReceiveQuota); null: without limit. */
  readonly quota: number | null;
  readonly size: MailboxSize;
}

export interface FolderRecord {
  readonly entryId: string;
  /** Null: the root. */
  readonly parentEntryId: string | null;
  readonly displayName: string;
  /** PidTagContainerClass; '' for none. */
  readonly folderClass: string;
  /** The role of a standard folder (`inbox`), by which the other side finds its own; null for folders people made. */
  readonly role: string | null;
  /** A search folder has criteria and no items of its own. */
  readonly search: string | null;
  readonly properties: PropertyBag;
  /** Its access list, where that was asked for; one that is long, or stands beside many, may be missing all the same. */
  readonly access?: readonly AclEntry[];
}

export interface MessageRecord {
  readonly entryId: string;
  readonly folderEntryId: string;
  /** Folder associated information. */
  readonly isAssociated: boolean;
  readonly messageClass: string;
  readonly subject: string;
  /** Octets, as the mailbox counts it. */
  readonly size: number;
}

/** A message on its way. */
export interface MessagePayload {
  readonly entryId: string;
  readonly folderEntryId: string;
  /** The declared record of an item: nothing of it is lost. Only the two store sides read it. */
  readonly octets: Uint8Array;
}

/** A message that could not be read; the move counts it. */
export interface BadMessage {
  readonly record: MessageRecord;
  readonly kind: 'MissingItem' | 'CorruptItem' | 'LargeItem';
  readonly failure: string;
}

export interface HierarchyChanges {
  readonly changed: readonly FolderRecord[];
  readonly deleted: readonly string[];
}

/** What happened to a folder's messages since a checkpoint. */
export interface MessageChanges {
  readonly changed: readonly MessageRecord[];
  readonly deleted: readonly string[];
  readonly read: readonly string[];
  readonly unread: readonly string[];
}

/** Somebody whom an access entry names, as a forest knows him. */
export interface Principal {
  readonly sid: string;
  readonly masterAccountSid: string | null;
  readonly objectGuid: Guid | null;
  readonly mailboxGuid: Guid | null;
  readonly alias: string;
  readonly displayName: string;
  readonly legacyDn: string;
  readonly proxies: readonly string[];
  /** False: a security group without mail, which no recipient of the other side can stand for. */
  readonly isMailEnabled: boolean;
}

/** One entry of a folder's or a mailbox's access list. */
export interface AclEntry {
  /** `Default` and `Anonymous` have none. */
  readonly sid: string | null;
  readonly name: 'Default' | 'Anonymous' | null;
  /** Folder: the MAPI rights; mailbox: 0. */
  readonly rights: number;
  /** Mailbox: FullAccess or SendAs; folder: null. */
  readonly right: 'FullAccess' | 'SendAs' | null;
  readonly isInherited: boolean;
}

/** What a forest knows of the person who moves; JSON on the wire (declared simulation). */
export interface MovingRecipient {
  readonly objectGuid: Guid;
  readonly type: string;
  readonly displayName: string;
  readonly alias: string;
  readonly primaryAddress: string;
  readonly addresses: readonly string[];
  readonly targetAddress: string | null;
  readonly legacyDn: string;
  readonly exchangeGuid: Guid | null;
  readonly archiveGuid: Guid | null;
  readonly sid: string;
}

/** UpdateMovedMailboxOperation of MRSProxy (its contract is not published) and what goes with it. */
export interface RecipientConversion {
  readonly operation: 'MorphToMailbox' | 'MorphToMailUser' | 'UpdateArchiveOnly';
  /** The person as the other side has him: his legacyExchangeDN becomes an X500 address here. */
  readonly otherSide: MovingRecipient;
  /** TargetDeliveryDomain: where mail for him is sent on to once he is a mail user. */
  readonly deliveryDomain: string;
}

/** What a conversion gave: the person now, and warnings in the words of the report. */
export interface ConvertedRecipient {
  readonly recipient: MovingRecipient;
  readonly server: string;
  readonly warnings: readonly string[];
}

/**
 * `SyncSource`: read, its owner works on. `Locked`: nobody but the move writes, mail waits; it ends by itself after the lock-out time
 * (MailboxLockoutTimeout). `Flipping`: the same without an end of its own, for the target is in use or about to be: a source that came
 * back to life would take what nobody moves any more. `None`: as always.
 */
export type MovingStatus = 'None' | 'SyncSource' | 'SyncDestination' | 'Locked' | 'Flipping';

/** What both ends can. */
export interface MovingMailbox {
  information(): Promise<MailboxInformation>;
  recipient(): Promise<MovingRecipient>;
  /** Says what the move does with the mailbox. Refuses where another move holds it. */
  setInTransit(status: MovingStatus): Promise<void>;
  convertRecipient(conversion: RecipientConversion): Promise<ConvertedRecipient>;
  /** Those who have these SIDs here, by objectSID or msExchMasterAccountSID, never by sidHistory; the others are left out. */
  resolvePrincipals(sids: readonly string[]): Promise<readonly Principal[]>;
  /** Takes the mailbox away, kept for the retention of its database; without an effect where it is gone. */
  deleteMailbox(): Promise<void>;
  /** Gives the handle back. */
  close(): Promise<void>;
}

/** What is told of folders beside what they always are told with. */
export interface FolderDetails {
  readonly access?: boolean;
  /** That a folder is empty is found by looking for its messages, whatever it says of itself. */
  readonly looked?: boolean;
}

/** The end that is read. */
export interface SourceMailbox extends MovingMailbox {
  folders(besides?: FolderDetails): AsyncIterable<readonly FolderRecord[]>;
  messages(folderEntryId: string): AsyncIterable<readonly MessageRecord[]>;
  /**
   * In bounded portions; a message that has gone meanwhile is told as MissingItem. The octets of a portion are there until the next one is
   * asked for, and may be let go by whoever has asked.
   */
  export(messages: readonly MessageRecord[]): AsyncIterable<readonly (MessagePayload | BadMessage)[]>;
  /** A state of now: changes since are told by the next two. */
  checkpoint(): Promise<string>;
  hierarchyChanges(since: string): Promise<HierarchyChanges>;
  messageChanges(folderEntryId: string, since: string): AsyncIterable<MessageChanges>;
  /** Folders that have changed messages since. */
  changedFolders(since: string): Promise<readonly string[]>;
  folderAcl(folderEntryId: string): Promise<readonly AclEntry[]>;
  mailboxAcl(): Promise<readonly AclEntry[]>;
  /** The rules of the Inbox, opaque; null where there are none. */
  rules(): Promise<Uint8Array | null>;
}

/** The end that is written. Every call may be made again with the same effect. */
export interface DestinationMailbox extends MovingMailbox {
  /** Whether it was made for this move and is not in use. */
  exists(): Promise<boolean>;
  /** Makes it, empty and in nobody's sight until `convertRecipient`. Refuses where the person has a mailbox here. */
  create(): Promise<void>;
  /** Makes or changes folders, parents first; standard ones are found by their role. */
  putFolders(folders: readonly FolderRecord[]): Promise<void>;
  deleteFolders(sourceEntryIds: readonly string[]): Promise<void>;
  /**
   * Writes messages, in place of what was written of them before. What cannot be written is told. One whose folder is not here is
   * passed over: the folder was made after the folders were read, so that the changes since the checkpoint before tell of both.
   */
  putMessages(messages: readonly MessagePayload[]): Promise<readonly { readonly entryId: string; readonly failure: string }[]>;
  deleteMessages(sourceEntryIds: readonly string[]): Promise<void>;
  setRead(sourceEntryIds: readonly string[], isRead: boolean): Promise<void>;
  /** Access of a folder, already translated to people of this side. */
  setFolderAcl(sourceFolderEntryId: string, entries: readonly AclEntry[]): Promise<void>;
  setMailboxAcl(entries: readonly AclEntry[]): Promise<void>;
  setRules(rules: Uint8Array | null): Promise<void>;
  /**
   * The entry ids of those messages of a folder that are not here as the source lists them: in the counterpart of their folder, of the same class
   * and size. Absent: this end cannot be asked that.
   */
  differing?(sourceFolderEntryId: string, messages: readonly MessageRecord[]): Promise<readonly string[]>;
  /** What a move keeps beside the mailbox to go on from: opaque text; null for nothing. */
  loadSyncState(): Promise<string | null>;
  saveSyncState(state: string | null): Promise<void>;
}
