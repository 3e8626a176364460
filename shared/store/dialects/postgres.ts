import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';
import type { ClientConfig, Pool, PoolClient, TypeOverrides } from 'pg';
import { assert } from '../../kernel/assert.ts';
import { orDatabaseAway } from '../database-away.ts';
import { statementNameOf } from '../prepared.ts';
import { adapters } from './adapters.ts';
import { assertReadOutsideTransaction } from './guard.ts';

/** A kysely dialect on a pool of `pg`: prepared queries keep their plan on the server, reads and writes are guarded. */
export function postgresDialect(pool: Pool): Dialect {
  return {
    createDriver: () => new PostgresDriver(pool),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createAdapter: () => adapters.postgres,
    createIntrospector: (db) => new PostgresIntrospector(db),
  };
}

/** Type numbers of pg_type. */
const int8 = 20;
const json = 114;
const jsonb = 3802;

/** How every connection is made: bounded in time, and answering with the same JavaScript types as SQLite. */
export function connectionConfig(url: string, types: TypeOverrides): ClientConfig {
  types.setTypeParser(int8, safeInteger);
  types.setTypeParser(json, asText);
  types.setTypeParser(jsonb, asText);
  return {
    connectionString: url,
    application_name: 'coexist',
    connectionTimeoutMillis: 10_000,
    statement_timeout: 60_000,
    lock_timeout: 30_000,
    idle_in_transaction_session_timeout: 60_000,
    keepAlive: true,
    types,
  };
}

function safeInteger(text: string): number {
  const value = Number(text);
  assert(Number.isSafeInteger(value), `${text} from the store is not a safe integer`);
  return value;
}

function asText(text: string): string {
  return text;
}

class PostgresDriver implements Driver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    const client = await this.#pool.connect().catch(rethrow);
    return new PostgresConnection(client);
  }

  async beginTransaction(connection: DatabaseConnection, { isolationLevel }: TransactionSettings): Promise<void> {
    own(connection).inTransaction = true;
    await own(connection).command(`start transaction isolation level ${isolationLevel ?? 'read committed'}`);
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    const answer = await own(connection).command('commit');
    // PostgreSQL answers ROLLBACK when a statement had failed and its error was swallowed.
    assert(answer === 'COMMIT', 'a statement failed inside the transaction and the transaction went on');
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await own(connection).command('rollback');
    } catch {
      // The connection is gone, and the transaction with it; the error that led here is the one to report.
      own(connection).broken = true;
    }
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    own(connection).client.release(own(connection).broken);
  }

  async destroy(): Promise<void> {
    await this.#pool.end();
  }
}

class PostgresConnection implements DatabaseConnection {
  readonly client: PoolClient;
  inTransaction = false;
  broken = false;

  constructor(client: PoolClient) {
    this.client = client;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (!this.inTransaction) assertReadOutsideTransaction(query);
    const name = statementNameOf(query);
    const asked = { text: query.sql, values: [...query.parameters], ...(name === undefined ? {} : { name }) };
    const { rows, rowCount } = await this.client.query(asked).catch(rethrow);
    return { rows: rows as Row[], numAffectedRows: BigInt(rowCount ?? 0) };
  }

  streamQuery(): never {
    throw new Error('defect: rows are read in keyset slices, not streamed');
  }

  /** Runs a command of transaction control; answers the command tag. */
  async command(text: string): Promise<string> {
    return (await this.client.query(text).catch(rethrow)).command;
  }
}

function rethrow(error: unknown): never {
  throw orDatabaseAway(error);
}

function own(connection: DatabaseConnection): PostgresConnection {
  assert(connection instanceof PostgresConnection, 'a connection of another driver');
  return connection;
}
