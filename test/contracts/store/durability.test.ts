import { spawn } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { expect, inject, test } from 'vitest';
import { seededRandom } from '../../../shared/kernel/random.ts';
import { readBlob } from '../../../shared/store/blob.ts';
import { readChanges } from '../../../shared/store/change-feed.ts';
import { openStore } from '../../../shared/store/database.ts';

const writer = fileURLToPath(import.meta.resolve('../../support/store-writer.ts'));

/** Lets a process write to the store, kills it once it has acknowledged `enough`, and answers the last number it acknowledged. */
async function writeUntilKilled(file: string, enough: number, meanwhile: () => Promise<void>): Promise<number> {
  const child = spawn(process.execPath, [writer, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  let last = 0;
  for await (const line of createInterface(child.stdout)) {
    last = Number(line);
    if (last === enough) {
      await meanwhile();
      child.kill('SIGKILL');
    }
  }
  expect(await ended).toBe('SIGKILL');
  return last;
}

test('kill -9 in the midst of writing loses nothing that was acknowledged, again and again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'coexist-durability-'));
  const file = join(folder, 'store.db');
  const random = seededRandom(inject('seed'));
  try {
    let kept = 0;
    for (let round = 0; round < 4; round += 1) {
      const acknowledged = await writeUntilKilled(file, kept + 50 + random.integer(200), async () => {
        // While it lives, nobody else may open its file.
        await expect(openStore({ location: file })).rejects.toMatchObject({ name: 'Refusal', code: 'InUse' });
      });
      const store = await openStore({ location: file });
      const rows = await readChanges(store.read, 'mailbox', 0, 1_000_000);
      kept = rows.length;
      // All that was acknowledged, and at most the one whose acknowledgement was not heard.
      expect(kept).toBeGreaterThanOrEqual(acknowledged);
      expect(kept).toBeLessThanOrEqual(acknowledged + 1);
      expect(rows.map(({ sequence }) => sequence)).toEqual(Array.from({ length: kept }, (_, index) => index + 1));
      for (const { sequence, identity } of rows.slice(-300)) {
        expect(String(await readBlob(store.read, identity))).toBe(`content of ${sequence} `.repeat(50));
      }
      expect((await sql<{ integrity_check: string }>`pragma integrity_check`.execute(store.read)).rows).toEqual([
        { integrity_check: 'ok' },
      ]);
      await store.close();
    }
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  } finally {
    await rm(folder, { recursive: true });
  }
});
