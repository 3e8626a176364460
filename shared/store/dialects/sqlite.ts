import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { type CompiledQuery, type DatabaseConnection, type Dialect, type Driver, type QueryResult, SqliteIntrospector } from 'kysely';
import { assert } from '../../kernel/assert.ts';
import { storeRefusal } from '../errors.ts';
import { adapters } from './adapters.ts';
import { AnswerMemory } from './answer-memory.ts';
import type { Direct, Done } from './direct.ts';
import { assertReadOutsideTransaction } from './guard.ts';
import { SteadyCompiler } from './sqlite-compiler.ts';
import { runStatement, StatementCache } from './statement-cache.ts';

/** Statements kept ready; the product has a few hundred different ones. */
const statementCapacity = 500;
/** Answers kept; those that are asked for are of one row or none. */
const answerCapacity = 1_000;
/** Only another process can hold the file, and it does so for good: waiting longer would only delay the message. */
const busyTimeoutMs = 250;
/** Primary result code SQLITE_BUSY (https://www.sqlite.org/rescode.html). */
const sqliteBusy = 5;

/** A kysely dialect on node:sqlite. */
export function sqliteDialect(driver: SqliteDriver): Dialect {
  return {
    createDriver: () => driver,
    createQueryCompiler: () => new SteadyCompiler(),
    createAdapter: () => adapters.sqlite,
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}

/**
 * Opens the database: `:memory:`, or a file readable by its owner only, which this process then holds alone.
 *
 * `synchronous=NORMAL` under WAL: a commit has reached the operating system when it is acknowledged, so kill -9 loses
 * nothing; a crash of the machine may lose the last commits but never damages the file. FULL would wait for the disk on
 * every commit, with the event loop standing still.
 */
export function openSqlite(path: string): DatabaseSync {
  if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600));
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: false, timeout: busyTimeoutMs });
  try {
    database.exec(
      'pragma main.locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = normal; pragma temp_store = memory',
    );
    return database;
  } catch (error) {
    database.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy) throw storeRefusal('InUse', path);
    throw error;
  }
}

interface SqliteConnection extends DatabaseConnection {
  readonly execute: (query: CompiledQuery) => QueryResult<object>;
}

/**
 * One connection, transactions one after the other. node:sqlite works synchronously, so a statement outside a transaction
 * needs no lock: it runs at once, or, while a transaction is open, when that has ended. Transactions and waiting statements
 * proceed in the order they came.
 */
export class SqliteDriver implements Driver {
  readonly #database: DatabaseSync;
  readonly #statements: StatementCache;
  /** Of what was read since somebody wrote: the database is this process's alone. */
  readonly #answers = new AnswerMemory(answerCapacity);
  /** The connection whose transaction is open. */
  #holder: DatabaseConnection | undefined;
  /** What waits for the open transaction. Each runs to its end at once; true when it opened the next transaction. */
  readonly #waiting: (() => boolean)[] = [];
  #isClosed = false;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#statements = new StatementCache(database, statementCapacity);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    const connection: SqliteConnection = {
      execute: (query) => this.#execute(query),
      executeQuery: async <Row>(query: CompiledQuery) => {
        if (this.#holder === connection) return connection.execute(query) as QueryResult<Row>;
        assertReadOutsideTransaction(query);
        const result = this.#holder === undefined ? connection.execute(query) : await this.#wait(() => [connection.execute(query), false]);
        return result as QueryResult<Row>;
      },
      streamQuery: () => {
        throw new Error('defect: rows are read in keyset slices, not streamed');
      },
    };
    return connection;
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    const begin = (): void => {
      this.#database.exec('begin immediate');
      this.#holder = connection;
    };
    if (this.#holder === undefined) begin();
    else await this.#wait(() => [begin(), true]);
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    assert(this.#holder === connection, 'commit of a transaction that is not open');
    // When this fails, kysely rolls back, and that lets the next one in.
    this.#database.exec('commit');
    this.#next();
  }

  async rollbackTransaction(): Promise<void> {
    try {
      // SQLite itself has rolled back when the disk is full or out of order.
      if (this.#database.isTransaction) this.#database.exec('rollback');
    } finally {
      this.#next();
    }
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    if (this.#holder === undefined) this.#close();
    else await this.#wait(() => [this.#close(), false]);
  }

  #close(): void {
    this.#isClosed = true;
    this.#database.close();
  }

  /** For reading outside transactions, as long as none is open. */
  outside(): Direct {
    return (query, isKept) => {
      if (this.#holder !== undefined || this.#isClosed) return undefined;
      assertReadOutsideTransaction(query);
      return isKept ? this.#answers.get(query, () => this.#run(query)) : this.#run(query);
    };
  }

  /** For the transaction that is open now, until it ends. */
  inside(): Direct {
    const holder = this.#holder;
    assert(holder !== undefined, 'no transaction is open');
    return (query) => (this.#holder === holder ? this.#run(query) : undefined);
  }

  #run({ sql, parameters, query }: CompiledQuery): Done {
    if (query.kind !== 'SelectQueryNode') this.#answers.clear();
    return runStatement(this.#statements.get(sql), parameters);
  }

  #execute(query: CompiledQuery): QueryResult<object> {
    const { rows, changed } = this.#run(query);
    return { rows, numAffectedRows: BigInt(changed) };
  }

  #wait<T>(work: () => readonly [T, boolean]): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          const [value, opened] = work();
          resolve(value);
          return opened;
        } catch (error) {
          reject(error);
          return false;
        }
      });
    });
  }

  #next(): void {
    this.#holder = undefined;
    while (this.#waiting.shift()?.() === false);
  }
}
