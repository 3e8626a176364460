import { Kysely, type Transaction, type TransactionBuilder } from 'kysely';
import { assert } from '../kernel/assert.ts';
import { oneAtATime } from '../kernel/one-at-a-time.ts';
import { type Random, seededRandom } from '../kernel/random.ts';
import { insideTransaction, runInTransactionScope } from '../kernel/transaction-scope.ts';
import { type ChangeFeed, type ChangeFeedSource, collectScopes, createChangeFeed } from './change-feed.ts';
import type { Backend } from './dialects/backend.ts';
import { runDirectly } from './dialects/direct.ts';
import { gathering } from './gathered.ts';
import type { DialectName } from './migrations/migrate.ts';
import type { Schema } from './schema.ts';

/** What a repository works with: {@link Store.read}, or the transaction that was handed in. */
export type Executor = Kysely<Schema>;

/** The state of a world, or of several processes that share one. */
export interface Store {
  readonly dialect: DialectName;
  /** For reading outside a transaction. A write through it is a defect, and so is its use inside a transaction. */
  readonly read: Executor;
  /**
   * Runs `work` in a transaction and commits it; when `work` throws, everything is undone and the error goes on. `work`
   * holds calls of the store only. It may be run again after a clash with another process (PostgreSQL), so it changes
   * nothing but the store. A failed statement ends the transaction: `work` must not catch its error and go on.
   * Transactions see no other's work while they run: SQLite runs one at a time, PostgreSQL has `repeatable read`, and two
   * that take a number of the same scope never both commit from the same view.
   */
  transaction<T>(work: (tx: Transaction<Schema>) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /**
   * Runs `work` while no other process that shares the store runs one of that name, and one after the other within this
   * process. It holds no transaction: `work` may have its own. Not to be called by `work` for the same name.
   */
  alone<T>(name: string, work: () => Promise<T>): Promise<T>;
  readonly changes: ChangeFeed;
  /** Ends after what is running. */
  close(): Promise<void>;
}

export type TransactionOptions =
  | {
      /** After this long the transaction is undone, as a defect. 30 seconds. */
      readonly timeoutMs?: number;
      readonly gathered?: never;
      readonly waits?: never;
    }
  | {
      /**
       * It may share its commit, and its 30 seconds, with others that come in the same turn of the event loop; a commit costs as much
       * as half of what is written for a message. `work` may then be run twice. On PostgreSQL transactions run beside each other instead.
       */
      readonly gathered: true;
      readonly timeoutMs?: never;
      readonly waits?: never;
    }
  | {
      /**
       * It only writes, and nothing that follows from what it has read: where another one holds a row that it wants, it waits for that
       * one's commit and goes on from there. Each of its statements sees what others have committed by then (`read committed`). Without
       * it the one that waited is undone and run again.
       */
      readonly waits: true;
      readonly timeoutMs?: never;
      readonly gathered?: never;
    };

export interface StoreOptions {
  /** `:memory:`, the path of a file, or `postgres://user:password@host:port/database`. */
  readonly location: string;
  /** Chance for the pauses between retries; each process has its own. */
  readonly random?: Random;
  /** Connections to PostgreSQL at most, besides the one that listens. 10. */
  readonly maxConnections?: number;
  /** Hears what listeners of the change feed throw; without it that is an uncaught error. */
  readonly onDefect?: (error: unknown) => void;
}

const transactionTimeoutMs = 30_000;

/**
 * Opens a store and brings its schema up to date. Refuses with `InUse`, `Unreachable` or `NewerSchema`
 * ({@link StoreRefusalCode}).
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const feed = createChangeFeed(options.onDefect ?? uncaught);
  const backend = await openBackend(options, feed);
  const db = new Kysely<Schema>({ dialect: backend.dialect });
  if (backend.direct !== undefined) runDirectly(db, backend.direct.outside());
  const close = async (): Promise<void> => {
    await db.destroy();
    await backend.close();
  };
  try {
    const [{ migrate }, { migrations }] = await Promise.all([import('./migrations/migrate.ts'), import('./migrations/index.ts')]);
    await migrate(db, backend.name, migrations);
  } catch (error) {
    await close();
    throw error;
  }
  const random = options.random ?? seededRandom('store');
  const transaction: Store['transaction'] = (work, { timeoutMs = transactionTimeoutMs, waits = false } = {}) =>
    withRetry(backend, random, (goesFirst) =>
      runOnce({ transaction: backend.begin(db, waits), goesFirst }, backend, feed, work, timeoutMs),
    );
  const gathered = backend.direct === undefined ? transaction : gathering(transaction);
  const turns = new Map<string, ReturnType<typeof oneAtATime>>();
  return {
    dialect: backend.name,
    read: db,
    transaction: (work, how) => (how?.gathered === true ? gathered(work) : transaction(work, how)),
    alone(name, work) {
      assert(!insideTransaction(), 'a lock was waited for inside a transaction');
      const inTurn = turns.get(name) ?? oneAtATime();
      turns.set(name, inTurn);
      return inTurn(() => backend.alone(name, work));
    },
    changes: feed,
    close,
  };
}

async function openBackend({ location, maxConnections = 10 }: StoreOptions, feed: ChangeFeedSource): Promise<Backend> {
  if (/^postgres(ql)?:/.test(location)) {
    const { openPostgresBackend } = await import('./dialects/postgres-backend.ts');
    return openPostgresBackend(location, maxConnections, (scopes) => feed.wake(scopes));
  }
  const { openSqliteBackend } = await import('./dialects/sqlite-backend.ts');
  return openSqliteBackend(location);
}

async function runOnce<T>(
  { transaction, goesFirst }: { readonly transaction: TransactionBuilder<Schema>; readonly goesFirst: boolean },
  backend: Backend,
  feed: ChangeFeedSource,
  work: (tx: Transaction<Schema>) => Promise<T>,
  timeoutMs: number,
): Promise<T> {
  let scopes: ReadonlySet<string> = new Set();
  const result = await transaction.execute(async (tx) => {
    if (goesFirst) await backend.holdOthers?.(tx);
    scopes = collectScopes(tx);
    if (backend.direct !== undefined) runDirectly(tx, backend.direct.inside());
    const value = await runInTransactionScope(() => inTime(work(tx), timeoutMs));
    if (scopes.size > 0) await backend.announce(tx, scopes);
    return value;
  });
  feed.wake(scopes);
  return result;
}

/** Clashes after which a transaction has those who would clash with it wait. */
const clashesBeside = 8;

/**
 * Runs a transaction again as long as it clashes with others, with growing pauses of chance length. Where many write to one place some
 * would be beaten to it as often as they may try, so that after some attempts one `goesFirst`.
 */
async function withRetry<T>({ attemptsAfter }: Backend, random: Random, attempt: (goesFirst: boolean) => Promise<T>): Promise<T> {
  assert(!insideTransaction(), 'a transaction was begun inside a transaction');
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt(attempts > clashesBeside);
    } catch (error) {
      if (attempts >= attemptsAfter(error)) throw error;
      const pauseMs = random.next() * Math.min(200, 2 ** attempts);
      await new Promise<void>((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

async function inTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`defect: a transaction was open for more than ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function uncaught(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
