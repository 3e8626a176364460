import type { Backend } from './backend.ts';
import { openSqlite, SqliteDriver, sqliteDialect } from './sqlite.ts';

/** SQLite in this process: nobody else holds the file, so there is nobody to tell and nothing to clash with. */
export function openSqliteBackend(path: string): Backend {
  const driver = new SqliteDriver(openSqlite(path));
  return {
    name: 'sqlite',
    dialect: sqliteDialect(driver),
    begin: (db) => db.transaction(),
    direct: driver,
    announce: async () => {},
    attemptsAfter: () => 1,
    alone: (_name, work) => work(),
    close: async () => {},
  };
}
