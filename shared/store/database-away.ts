/** The server ends, starts and takes nobody yet (class 57, operator intervention), or has no place left (PostgreSQL, appendix A). */
const ended = new Set(['57P01', '57P02', '57P03', '53300']);
const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
]);

/**
 * What a query meets while the database cannot be reached: no refusal, for nobody may take it for an answer to what he asked, and no
 * defect, for nothing here is wrong. A request that meets it fails in the protocol's words for "try again later".
 */
export class DatabaseAway extends Error {
  constructor(cause: Error) {
    super(`the database is away: ${cause.message}`, { cause });
    this.name = 'DatabaseAway';
  }
}

/** What to throw for an error of the database's client: {@link DatabaseAway}, or itself. */
export function orDatabaseAway(error: unknown): unknown {
  return error instanceof Error && !(error instanceof DatabaseAway) && isDatabaseAway(error) ? new DatabaseAway(error) : error;
}

/**
 * Whether an error says that the database cannot be reached now, and nothing else: whoever works by himself, without a caller
 * who would hear of it, tries again after a moment ({@link orTryAgain}).
 */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof DatabaseAway) return true;
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  if (ended.has(code) || unreachable.has(code) || /^08.{3}$/.test(code)) return true; // Class 08: connection exceptions.
  // A connection that broke under a query, or before it, or did not come about in time, has words of `pg`'s and no code.
  const { message } = error;
  return message.startsWith('Connection terminated') || message.endsWith('is not queryable') || late.has(message);
}

const late = new Set(['timeout exceeded when trying to connect', 'timeout expired']);

export const databaseAwayMs = 1_000;

/**
 * What whoever works by himself does with an error: while the database is away, `again` after a moment, by a timer that keeps no process
 * alive; of anything else `onDefect` hears.
 */
export function orTryAgain(again: () => void, onDefect: (error: unknown) => void): (error: unknown) => void {
  return (error) => {
    if (isDatabaseAway(error)) setTimeout(again, databaseAwayMs).unref();
    else onDefect(error);
  };
}
