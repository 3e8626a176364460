import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder for the run in which labs keep the worlds that they have seeded: `inject('baselines')`. */
    baselines: string;
  }
}

/** Each world is seeded once in a run. What is kept are snapshots, which are named by their content and never change. */
export default function shareBaselines(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'coexist-baselines-'));
  project.provide('baselines', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
