import { mkdtempSync, rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { stopServer } from './postgres-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the PostgreSQL server of the run lives, once a test has asked for one: `inject('postgresFolder')`. */
    postgresFolder: string;
  }
}

/** One PostgreSQL server serves a run: each test has a database of its own, and making a server takes longer than most tests. */
export default function sharePostgres(project: TestProject): () => Promise<void> {
  // A socket's path has at most 107 octets.
  const folder = mkdtempSync('/tmp/coexist-pg-');
  project.provide('postgresFolder', folder);
  return async () => {
    await stopServer(folder);
    rmSync(folder, { recursive: true, force: true });
  };
}
