import type { ConfigObjectTable, ProxyAddressTable, RecipientTable } from './directory-schema.ts';
import type { MigrationUserTable, MoveReportTable, MoveRequestTable } from './migration-schema.ts';
import type { MovedEntryTable, MoveStateTable } from './move-schema.ts';
import type { ControlTable, HandleTable, InstallationTable, ProcessTable } from './process-schema.ts';
import type { TrackingEventTable, TransportMessageTable, TransportQueueTable, TransportRecipientTable } from './transport-schema.ts';

/**
 * The tables, as both dialects have them. Times are integer milliseconds of world time; booleans are 0 or 1; JSON is
 * text here and `jsonb` on PostgreSQL. `*_fold` columns hold what `fold()` makes of the text beside them and are
 * compared bytewise, because the two databases fold case differently.
 */
export interface Schema {
  config_object: ConfigObjectTable;
  recipient: RecipientTable;
  proxy_address: ProxyAddressTable;
  mailbox: MailboxTable;
  moved_entry: MovedEntryTable;
  move_state: MoveStateTable;
  folder: FolderTable;
  item: ItemTable;
  recipient_row: RecipientRowTable;
  attachment: AttachmentTable;
  blob: BlobTable;
  change: ChangeTable;
  change_counter: ChangeCounterTable;
  subscription: SubscriptionTable;
  transport_queue: TransportQueueTable;
  transport_message: TransportMessageTable;
  transport_recipient: TransportRecipientTable;
  tracking_event: TrackingEventTable;
  move_request: MoveRequestTable;
  move_report: MoveReportTable;
  migration_user: MigrationUserTable;
  timer: TimerTable;
  process: ProcessTable;
  control: ControlTable;
  installation: InstallationTable;
  handle: HandleTable;
  exchange: ExchangeTable;
}

export interface MailboxTable {
  /** The one inside every item id: the Exchange GUID, but of a mailbox that was moved here, which has an own one. */
  guid: string;
  organization: string;
  recipient: string;
  /** `primary` or `archive`. */
  kind: string;
  database_guid: string;
  replica_guid: string;
  created: number;
  /** Of a mailbox that was moved here, the Exchange GUID or the GUID of the archive; else null. */
  stands_for: string | null;
  /** `SyncSource SyncDestination Locked` while it moves, else null. */
  transit: string | null;
  /** Which move has it, or had it last. */
  transit_holder: string | null;
  /** World time at which the state ends by itself. */
  transit_until: number | null;
  /** World time at which it was taken away; it is kept for a while. */
  deleted: number | null;
}

export interface FolderTable {
  mailbox: string;
  /** Object counter, from the mailbox's counter: what the folder id holds. */
  counter: number;
  parent: number | null;
  /** DistinguishedFolderIdNameType (`inbox`, `msgfolderroot` ...) or null. */
  role: string | null;
  display_name: string;
  display_name_fold: string;
  class: string;
  change_number: number;
  item_count: number;
  unread_count: number;
  associated_count: number;
  child_count: number;
  /** The last PidTagInternetArticleNumber given out in this folder. */
  last_article: number;
  created: number;
  modified: number;
  /** JSON property bag: everything that has no column. */
  bag: string;
}

export interface ItemTable {
  mailbox: string;
  counter: number;
  folder: number;
  /** 1 for folder associated information. */
  associated: number;
  class: string;
  subject: string | null;
  subject_fold: string | null;
  sender_name: string | null;
  sender_address: string | null;
  from_name: string | null;
  from_address: string | null;
  from_fold: string | null;
  display_to: string | null;
  display_cc: string | null;
  received: number | null;
  sent: number | null;
  /** Appointment start and end. */
  starts: number | null;
  ends: number | null;
  /** Whether an appointment is a series: 0 or 1. */
  recurring: number | null;
  /** Of a series, midnight of the day of its last occurrence. */
  clip_end: number | null;
  created: number;
  modified: number;
  size: number;
  importance: number;
  sensitivity: number;
  is_read: number;
  /** PidTagMessageFlags without the bits that have columns of their own: `is_read`, `has_attachments`, `associated`. */
  flags: number;
  has_attachments: number;
  article_number: number;
  /** Hexadecimal, 32 digits. */
  conversation: string | null;
  internet_message_id: string | null;
  change_number: number;
  /** Blob hash of the MIME as received, or null: then it is made from the properties. */
  mime: string | null;
  bag: string;
  /** Of copies of a meeting, and of messages about it: what they have in common, hashed. */
  meeting: string | null;
}

export interface RecipientRowTable {
  mailbox: string;
  item: number;
  position: number;
  /** `to cc bcc reply-to`. */
  kind: string;
  name: string;
  address: string;
  routing_type: string;
  /** JSON: the properties it has besides; most have none. */
  bag: string | null;
}

export interface AttachmentTable {
  mailbox: string;
  item: number;
  /** Attachment number inside its item, from 0; part of the attachment id. */
  number: number;
  /** `file item reference exception`. */
  kind: string;
  name: string;
  content_type: string | null;
  content_id: string | null;
  content_location: string | null;
  is_inline: number;
  size: number;
  modified: number;
  blob: string | null;
  /** JSON: for an item attachment its properties and recipients. */
  bag: string;
}

/** Content-addressed octets in pieces of at most 256 KiB. */
export interface BlobTable {
  /** SHA-256, hexadecimal. */
  hash: string;
  chunk: number;
  bytes: Uint8Array;
}

/** One row per change, written in the transaction that made it. */
export interface ChangeTable {
  /** A mailbox GUID, or `organization:<name>` for configuration and directory. */
  scope: string;
  sequence: number;
  /** `folder item config recipient`. */
  kind: string;
  /** Object counter in a mailbox; 0 for configuration. */
  object: number;
  /** Identity of a configuration object or recipient; in a mailbox, where the change comes from and what it touched. */
  identity: string;
  /** `create update read-flag delete`; a move is a delete and a create, as in MAPI. */
  operation: string;
  /** The folder it lies in (items) or its parent (folders). */
  folder: number | null;
  at: number;
}

/**
 * The last sequence of a scope, taken by `UPDATE ... RETURNING` in the writing transaction: commit order is number order. Of
 * `size:<mailbox>` and `recoverable-size:<mailbox>` the octets that the mailbox holds.
 */
export interface ChangeCounterTable {
  scope: string;
  last: number;
  /** 1: no number is given out, so nothing in the scope changes; else null. */
  held: number | null;
}

/** Somebody who is told of the changes of a mailbox. */
export interface SubscriptionTable {
  /** The mailbox whose log is followed. */
  mailbox: string;
  /** When it was made, in ticks (100 ns since the year 1), 20 digits: its number in the mailbox. */
  ticks: string;
  /** `pull push streaming`. */
  kind: string;
  /** Whose the subscriber is. */
  organization: string;
  /** Object GUID of whoever subscribed. */
  subscriber: string;
  /** The last number of the log that has been told of. */
  position: number;
  /** World time after which it is void; null: it ends in another way. */
  expires: number | null;
  /** Who is telling: a connection, or a process. */
  holder: string | null;
  /** Machine time until which the holder is believed to live. */
  lease: number | null;
  /** JSON: folders, event types, and what its kind needs. */
  terms: string;
}

export interface TimerTable {
  id: string;
  due: number;
  kind: string;
  /** Ties of `due` fire in the order they were set. */
  position: number;
  payload: string;
  owner: string | null;
  lease: number | null;
}

/** The journal: one row per exchange. */
export interface ExchangeTable {
  trace_id: string;
  span_id: string;
  parent_span: string | null;
  sequence: number;
  at: number;
  closed: number | null;
  duration_us: number | null;
  direction: string;
  protocol: string;
  service: string;
  organization: string | null;
  operation: string | null;
  host: string;
  target: string;
  peer: string | null;
  caller: string | null;
  status: number | null;
  code: string | null;
  outcome: string | null;
  /** JSON: verdict, fault, detail. */
  facts: string;
  /** Redacted head and body of request and answer, JSON. */
  octets: string | null;
}
