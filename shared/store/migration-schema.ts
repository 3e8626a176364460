/** A request to move a mailbox; one row per person at most. */
export interface MoveRequestTable {
  organization: string;
  guid: string;
  /** Object GUID of the person; unique in the organisation. */
  recipient: string;
  /** RequestStatus. */
  status: string;
  /** Name of its batch, folded; '' for none. */
  batch_fold: string;
  /** Name of its endpoint, folded; '' for none. */
  endpoint_fold: string;
  /** A greater one is taken first. */
  priority: number;
  created: number;
  /** When it is to be looked at again; null: not by itself. */
  due: number | null;
  /** Counts the changes of `terms`. */
  version: number;
  /** The process that works on it, for as long as its lease lasts (machine time). */
  owner: string | null;
  lease: number | null;
  /** JSON: what it was made with (domain/migration/move-request.ts). */
  origin: string;
  /** JSON: what administrators set. */
  terms: string;
  /** JSON: how far it is. */
  progress: string;
  /** JSON, opaque: from where it goes on. */
  sync_state: string | null;
}

/** A line of a move report; never changed. */
export interface MoveReportTable {
  organization: string;
  request: string;
  number: number;
  /** `Entry Failure BadItem Sizes`. */
  what: string;
  at: number;
  server: string;
  /** JSON. */
  fact: string;
}

/** Somebody whom a batch migrates. */
export interface MigrationUserTable {
  organization: string;
  /** EmailAddress of the list, folded; whoever is in one batch is in no other. */
  address_fold: string;
  /** Name of the batch, folded. */
  batch_fold: string;
  /** Row of the list, from 1. */
  position: number;
  /** GUID of the move request. */
  request: string | null;
  /** JSON (domain/migration/migration-user.ts). */
  value: string;
}
