import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { microsoftNames } from '../../shared/domain/organization/host-map.ts';
import { createCertificateStore } from '../../shared/net/certificates.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder for the run with what labs make once and then keep: `inject('installation')`. */
    installation: string;
  }
}

/**
 * Each world is seeded once in a run, each certificate issued once, and keys that one lab has made ahead are there for the
 * next: snapshots and certificates are named by their content and never change, and whoever takes a key removes it.
 */
export default async function shareInstallation(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'coexist-installation-'));
  for (const kept of ['cache', 'keys']) mkdirSync(join(folder, kept), { mode: 0o700 });
  const permittedNames = Object.keys(microsoftNames);
  await createCertificateStore({ folder: join(folder, 'certificates'), realNow: Date.now, permittedNames });
  project.provide('installation', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
