import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startLab } from '../../../services/lab/service.ts';
import { openStore } from '../../../shared/store/database.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'failed-start-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test('a lab that does not start leaves no folder behind', async () => {
  vi.stubEnv('TMPDIR', folder);
  await expect(startLab({ world: 'no-such-world' })).rejects.toThrow('no-such-world');
  expect(readdirSync(folder)).toEqual([]);
});

test('a lab that does not start lets go of its store', async () => {
  const [dataDir, persist] = [join(folder, 'data'), join(folder, 'state')];
  mkdirSync(dataDir);
  // A file where the folder of the certificates should be.
  writeFileSync(join(dataDir, 'certificates'), '');
  await expect(startLab({ dataDir, persist })).rejects.toThrow(/certificates/);
  const store = await openStore({ location: join(persist, 'world.sqlite') });
  await store.close();
});
