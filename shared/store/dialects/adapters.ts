import type { DialectAdapter } from 'kysely';
import type { Executor } from '../database.ts';
import type { DialectName } from '../migrations/migrate.ts';

/**
 * What kysely is told of the two databases. Not its own adapters: the one for SQLite makes kysely lock the connection
 * around every statement, which our driver does not need. Migrations are locked by our own runner.
 */
export const adapters: Readonly<Record<DialectName, DialectAdapter>> = {
  sqlite: adapter(),
  postgres: adapter(),
};

function adapter(): DialectAdapter {
  return {
    supportsCreateIfNotExists: true,
    supportsMultipleConnections: true,
    supportsTransactionalDdl: true,
    supportsReturning: true,
    supportsOutput: false,
    acquireMigrationLock: async () => {},
    releaseMigrationLock: async () => {},
  };
}

/** Which database an executor speaks to: for the few statements that differ. */
export function dialectOf(executor: Executor): DialectName {
  return executor.getExecutor().adapter === adapters.sqlite ? 'sqlite' : 'postgres';
}
