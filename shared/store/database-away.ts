/** Of the class 57, operator intervention: the server ends, or starts and takes nobody yet (PostgreSQL, appendix A). */
const ended = new Set(['57P01', '57P02', '57P03']);
const unreachable = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENOENT']);

/**
 * Whether an error says that the database cannot be reached now, and nothing else: whoever works by himself, without a caller
 * who would hear of it, tries again after {@link databaseAwayMs}.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  if (ended.has(code) || unreachable.has(code) || /^08.{3}$/.test(code)) return true; // Class 08: connection exceptions.
  // A connection that broke under a query, or before it, has words of `pg`'s and no code.
  return error.message.startsWith('Connection terminated') || error.message.endsWith('is not queryable');
}

export const databaseAwayMs = 1_000;
