/**
 * `other-schema`: another format or other tables; `other`: another key; `damaged`: not a snapshot, or not all of it. In
 * all these cases nothing was changed.
 */
export type SnapshotOutcome = 'loaded' | 'absent' | SnapshotMisfit | 'damaged';
export type SnapshotMisfit = 'other-schema' | 'other';

/** Says what a snapshot file holds; kept as the one row of its table `snapshot_header`. */
export interface SnapshotHeader {
  readonly format: number;
  /** Names of the migrations, joined by a space: the shape of the tables. */
  readonly migrations: string;
  /** What it was made of, in the words of whoever made it. */
  readonly key: string;
}
