import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import type { TestProject } from 'vitest/node';

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
    await stop(join(folder, 'data/postmaster.pid'));
    rmSync(folder, { recursive: true, force: true });
  };
}

/** Immediate shutdown: nothing in it is to be kept. */
async function stop(pidFile: string): Promise<void> {
  if (!existsSync(pidFile)) return;
  process.kill(Number(readFileSync(pidFile, 'utf8').split('\n')[0]), 'SIGQUIT');
  for (let turn = 0; turn < 500 && existsSync(pidFile); turn += 1) await passed(20);
}
