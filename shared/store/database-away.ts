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
  // Class 08 is connection exceptions; a connection that breaks under a query has words and no code.
  return ended.has(code) || unreachable.has(code) || /^08.{3}$/.test(code) || error.message.startsWith('Connection terminated');
}

export const databaseAwayMs = 1_000;
