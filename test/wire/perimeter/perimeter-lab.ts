import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** The path of a world file: the hybrid world with a device in front of Contoso's servers. */
export function guardedWorld(device: object = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'coexist-perimeter-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'world.yaml');
  writeFileSync(file, `version: 1\nextends: contoso-hybrid\norganizations:\n  contoso:\n    perimeter: ${JSON.stringify(device)}\n`);
  return file;
}
