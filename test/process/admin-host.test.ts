import { mkdtempSync, rmSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { end, type LabProcess, startLabProcess } from '../support/lab-process.ts';

let folder: string;
let lab: LabProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coexist-admin-host-'));
});
afterEach(async () => {
  await end(lab);
  lab = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const outside = Object.values(networkInterfaces())
  .flat()
  .find((one) => one?.family === 'IPv4' && !one.internal)?.address;

const start = (flags: readonly string[] = []): Promise<LabProcess> =>
  startLabProcess(['--host', '0.0.0.0', '--port', '0', '--only', 'azure-auth', ...flags], { cwd: folder });

test.skipIf(outside === undefined)('listeners that others reach do not open the control port to them', async () => {
  lab = await start();
  const { adminUrl, adminToken } = lab.endpoints;
  expect([new URL(adminUrl).hostname, adminToken]).toEqual(['127.0.0.1', null]);
  expect((await fetch(`${adminUrl}/_coexist/info`)).status).toBe(200);
  await expect(fetch(`http://${outside}:${new URL(adminUrl).port}/livez`)).rejects.toThrow('fetch failed');
});

test.skipIf(outside === undefined)('where it is asked for, it wants its token', async () => {
  lab = await start(['--admin-host', '0.0.0.0']);
  const { adminUrl, adminToken } = lab.endpoints;
  const url = `http://${outside}:${new URL(adminUrl).port}/_coexist/info`;
  expect((await fetch(url)).status).toBe(401);
  expect((await fetch(url, { headers: { authorization: `Bearer ${adminToken}` } })).status).toBe(200);
});
