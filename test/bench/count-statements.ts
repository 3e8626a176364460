// Loaded before a lab (`--import`): counts the statements that it has SQLite run, and writes the sum to STATEMENTS_FILE when it is asked
// by SIGUSR2.
import { renameSync, writeFileSync } from 'node:fs';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { present } from '../../shared/kernel/assert.ts';

const file = present(process.env['STATEMENTS_FILE'], 'where the sum goes');
let statements = 0;

function count(prototype: object, names: readonly string[]): void {
  const methods = prototype as Record<string, (...given: unknown[]) => unknown>;
  for (const name of names) {
    const original = present(methods[name], name);
    methods[name] = function counted(this: unknown, ...given: unknown[]) {
      statements += 1;
      return original.apply(this, given);
    };
  }
}

count(StatementSync.prototype, ['all', 'get', 'iterate', 'run']);
count(DatabaseSync.prototype, ['exec']);
process.on('SIGUSR2', () => {
  // Whoever waits for the file reads all of it.
  writeFileSync(`${file}.new`, String(statements));
  renameSync(`${file}.new`, file);
});
