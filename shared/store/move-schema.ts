/** What has become of an object of a mailbox that moves: where a replayed portion finds what it wrote before. */
export interface MovedEntryTable {
  /** The mailbox that is written. */
  mailbox: string;
  /** Entry id in the mailbox that is read. */
  source: string;
  /** Object counter in the one that is written. */
  counter: number;
}

/** What a move keeps beside the mailbox that it writes, to go on from. */
export interface MoveStateTable {
  mailbox: string;
  state: string;
}
