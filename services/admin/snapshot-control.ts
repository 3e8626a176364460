import type { Readable } from 'node:stream';
import type { Store } from '../../shared/store/database.ts';

export type SnapshotRefusalCode = 'UnknownSnapshot' | 'TooManySnapshots' | 'SnapshotNotUsable';

export interface SnapshotView {
  readonly name: string;
  readonly octets: number;
  /** By the machine's clock, and the world's at that moment; null of one that was brought from elsewhere. */
  readonly takenAt: string | null;
  readonly worldTime: string | null;
}

/** Named states of the world: all that is in the store, the clock and the fault rules. Refuses with {@link SnapshotRefusalCode}. */
export interface SnapshotControl {
  list(): Promise<readonly SnapshotView[]>;
  /** In the place of one of that name. */
  take(name: string): Promise<SnapshotView>;
  /** Returns when every service has it. */
  restore(name: string): Promise<SnapshotView>;
  remove(name: string): Promise<void>;
  /** The file itself, which `coexist up --import` takes too. */
  read(name: string): Promise<{ readonly octets: number; readonly stream: Readable }>;
  put(name: string, octets: Readable): Promise<SnapshotView>;
  /** Lets somebody read a state; null: that of this moment. */
  opened<T>(name: string | null, work: (store: Store) => Promise<T>): Promise<T>;
  /** The same with the world as it was seeded. */
  seeded<T>(work: (store: Store) => Promise<T>): Promise<T>;
}
