import type { Dialect, Kysely, Transaction, TransactionBuilder } from 'kysely';
import type { DialectName } from '../migrations/migrate.ts';
import type { Schema } from '../schema.ts';
import type { Direct } from './direct.ts';

/** What the store asks of a database system. */
export interface Backend {
  readonly name: DialectName;
  readonly dialect: Dialect;
  /** A transaction with the isolation that the store promises; `waits`: with that of {@link TransactionOptions}. */
  begin(db: Kysely<Schema>, waits: boolean): TransactionBuilder<Schema>;
  /**
   * Has everybody else who would take a number wait until a transaction is over, one that has just begun; it waits for those who have taken
   * one. Undefined: transactions never clash.
   */
  holdOthers?(tx: Transaction<Schema>): Promise<void>;
  /** Where the database works at once: for reading, and for the transaction that has just begun. */
  readonly direct?: { outside(): Direct; inside(): Direct };
  /** Has other processes told, when `tx` is committed, which scopes it touched. */
  announce(tx: Transaction<Schema>, scopes: ReadonlySet<string>): Promise<void>;
  /** How often a transaction that failed with this error is tried in all; 1 when trying again is no use. */
  attemptsAfter(error: unknown): number;
  /** Runs `work` while no other process runs one of that name. */
  alone<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Closes what the dialect's driver does not. */
  close(): Promise<void>;
}
