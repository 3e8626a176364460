import type { Backend } from './backend.ts';
import { openSqlite, sqliteDialect } from './sqlite.ts';

/** SQLite in this process: nobody else holds the file, so there is nobody to tell and nothing to clash with. */
export function openSqliteBackend(path: string): Backend {
  return {
    name: 'sqlite',
    dialect: sqliteDialect(openSqlite(path)),
    begin: (db) => db.transaction(),
    announce: async () => {},
    attemptsAfter: () => 1,
    close: async () => {},
  };
}
