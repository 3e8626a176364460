import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startLab } from '../../services/lab/service.ts';
import { openStore } from '../../shared/store/database.ts';
import { callRaw } from '../support/raw-http.ts';

const host = 'mail.contoso.test';
const target = 'GET /EWS/Exchange.asmx';

test('the journal of a world that is kept is told after a restart; that of a world in memory is in no table, and ends with it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'coexist-journal-'));
  const persist = join(folder, 'world');
  /** What is told of that target, after one more of it. */
  const told = async (options: { readonly persist?: string }): Promise<number> => {
    const lab = await startLab({ dataDir: join(folder, 'data'), ...options });
    try {
      const port = Number(lab.endpoints.hosts[host]?.split(':')[1]);
      const answer = await callRaw({ port, path: '/EWS/Exchange.asmx', method: 'GET', headers: { host }, insecure: true });
      expect(answer.status).toBe(401);
      const rows = await lab.store.read.selectFrom('exchange').select('target').execute();
      if (options.persist === undefined) expect(rows).toEqual([]);
      return (await lab.journal.find({})).filter((record) => record.target === target).length;
    } finally {
      await lab.close();
    }
  };
  try {
    for (const expected of [1, 2]) expect(await told({ persist })).toBe(expected);
    for (const expected of [1, 1]) expect(await told({})).toBe(expected);
    const store = await openStore({ location: join(persist, 'world.sqlite') });
    const rows = await store.read.selectFrom('exchange').select('target').where('target', '=', target).execute();
    await store.close();
    expect(rows).toHaveLength(2);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
