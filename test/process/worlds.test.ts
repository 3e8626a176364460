import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isAlive } from '../../services/cli/locate.ts';
import { createForkedWorlds } from '../../services/forked-worlds.ts';
import type { EndpointsDocument } from '../../shared/service/endpoints-document.ts';
import { end, type LabProcess, startLabProcess, wireClient } from '../support/lab-process.ts';
import { type Answer, ask } from '../wire/admin/ask.ts';

interface World {
  readonly id: string;
  readonly world: string | null;
  readonly endpoints: EndpointsDocument;
}

const folder = mkdtempSync(join(tmpdir(), 'coexist-worlds-'));
let lab: LabProcess;
beforeAll(async () => {
  lab = await startLabProcess(['--port', '0', '--json'], { cwd: folder });
});
afterAll(async () => {
  await end(lab);
  rmSync(folder, { recursive: true, force: true });
});

const order = (body: object): Promise<Answer> => ask(lab.endpoints.adminUrl, 'POST', '/_coexist/v1/worlds', body);
async function opened(body: object): Promise<World> {
  const answer = await order(body);
  expect([answer.status, answer.body]).toEqual([201, expect.anything()]);
  expect(answer.headers.get('location')).toBe(`/_coexist/v1/worlds/${(answer.body as World).id}`);
  return answer.body as World;
}
const run = (adminUrl: string, line: string): Promise<Answer> =>
  ask(adminUrl, 'POST', '/_coexist/v1/cmdlets', { organization: 'contoso', line });
const basicOf = async ({ adminUrl }: EndpointsDocument): Promise<unknown> => {
  const { body } = await run(adminUrl, 'Get-WebServicesVirtualDirectory | Select-Object -ExpandProperty BasicAuthentication');
  return (body as { objects: readonly { BasicAuthentication?: boolean }[] }).objects[0]?.BasicAuthentication;
};

/** Resolves when whoever serves the control port has gone: a stream of events ends with it. */
async function gone(adminUrl: string): Promise<() => Promise<void>> {
  const events = await fetch(`${adminUrl}/_coexist/v1/events`);
  const ended = events.text().then(
    () => undefined,
    () => undefined,
  );
  return () => ended;
}

test('a world on demand is whole, isolated, on its own ports, trusted by the same CA, and ends when it is deleted', {
  timeout: 120_000,
}, async () => {
  const given = {
    cmdlets: [{ organization: 'contoso', line: 'Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -BasicAuthentication $false' }],
  };
  const [plain, other] = [await opened({}), await opened({ era: '2026-10', seed: 'mine', clock: 'frozen@2026-11-01T09:00Z', given })];
  const { adminUrl } = other.endpoints;
  expect(other).toMatchObject({ world: 'contoso-hybrid', era: '2026-10', seed: 'mine' });
  expect((await ask(adminUrl, 'GET', '/_coexist/health')).body).toMatchObject({
    status: 'running',
    era: '2026-10',
    clock: { mode: 'frozen' },
  });
  expect(new Set([lab, plain, other].map(({ endpoints }) => endpoints.pid)).size).toBe(3);
  expect([await basicOf(lab.endpoints), await basicOf(plain.endpoints), await basicOf(other.endpoints)]).toEqual([true, true, false]);
  expect(plain.endpoints.caFile).toBe(lab.endpoints.caFile);
  const client = wireClient(plain.endpoints);
  const answer = await client.ews('mary@contoso.test', '<m:InstallApp/>');
  client.close();
  expect(answer).toMatchObject({ status: 500, body: expect.stringContaining('ErrorInvalidOperation') });

  const listed = (await ask(lab.endpoints.adminUrl, 'GET', '/_coexist/v1/worlds')).body as { worlds: readonly World[] };
  expect(listed.worlds.map(({ id }) => id)).toEqual([plain.id, other.id]);
  expect((await ask(lab.endpoints.adminUrl, 'DELETE', `/_coexist/v1/worlds/${plain.id}`)).status).toBe(204);
  expect([isAlive(plain.endpoints.pid), isAlive(other.endpoints.pid)]).toEqual([false, true]);
  expect((await ask(lab.endpoints.adminUrl, 'DELETE', `/_coexist/v1/worlds/${plain.id}`)).status).toBe(404);
  expect((await ask(lab.endpoints.adminUrl, 'GET', `/_coexist/v1/worlds/${plain.id}`)).status).toBe(404);
  expect((await ask(lab.endpoints.adminUrl, 'GET', `/_coexist/v1/worlds/${other.id}`)).body).toEqual(other);
  // It makes none of its own, or thirty-two would be no bound.
  expect(await ask(adminUrl, 'POST', '/_coexist/v1/worlds', {})).toMatchObject({ status: 503, body: { title: 'TooManyWorlds' } });
});

test('a world may be given whole; what is wrong with it is told', { timeout: 120_000 }, async () => {
  const whole = await opened({ world: { version: 1, extends: 'contoso-before-hybrid', organizations: { fabrikam: null } } });
  expect([whole.world, Object.keys(whole.endpoints.organizations)]).toEqual([null, ['contoso', 'contoso-cloud']]);
  const line = 'Get-Nothing';
  const given = { cmdlets: [{ organization: 'contoso', line }] };
  expect(await order({ given })).toMatchObject({
    status: 422,
    body: { detail: expect.stringContaining("'Get-Nothing' is not recognized") },
  });
  expect(await order({ given: { faults: [{ effect: { kind: 'no' } }] } })).toMatchObject({
    status: 422,
    body: { detail: expect.stringContaining('no fault kind') },
  });
  expect(await order({ world: 'no-such-world' })).toMatchObject({
    status: 422,
    body: { detail: expect.stringContaining('no world named') },
  });
  expect(await order({ world: { version: 1, extends: 'contoso-hybrid', clok: {} } })).toMatchObject({
    status: 422,
    body: { detail: expect.stringContaining('clock') },
  });
  for (const wrong of [{ world: '../etc' }, { era: '1999' }, { sed: 1 }, { given: { cmdlets: [{ line }] } }])
    expect(await order(wrong)).toMatchObject({ status: 400 });
  // Beside the one that the test before has left; what failed left nothing behind.
  const { body } = await ask(lab.endpoints.adminUrl, 'GET', '/_coexist/v1/worlds');
  expect((body as { worlds: readonly World[] }).worlds.map(({ id }) => id)).toEqual(['world-2', whole.id]);
});

test('there is a bound', async () => {
  const worlds = createForkedWorlds({ dataDir: folder, most: 0 });
  await expect(worlds.open({})).rejects.toMatchObject({ code: 'TooManyWorlds' });
  await worlds.close();
  await expect(worlds.open({})).rejects.toMatchObject({ code: 'WorldNotStarted' });
});

test('a world that is killed is gone, and leaves nothing that says where it was', { timeout: 120_000 }, async () => {
  const { id, endpoints } = await opened({ world: 'contoso-hybrid' });
  const left = (): boolean => readdirSync(join(folder, '.coexist')).some((file) => file.startsWith(`endpoints-${endpoints.pid}-`));
  expect(left()).toBe(true);
  process.kill(endpoints.pid, 'SIGKILL');
  await expect.poll(async () => (await ask(lab.endpoints.adminUrl, 'GET', `/_coexist/v1/worlds/${id}`)).status).toBe(404);
  expect(left()).toBe(false);
});

test('worlds end with their lab, also when it is killed', { timeout: 120_000 }, async () => {
  const left = await opened({});
  const ended = await gone(left.endpoints.adminUrl);
  lab.child.kill('SIGKILL');
  await ended();
  const again = await startLabProcess(['--port', '0', '--json'], { cwd: folder });
  try {
    const { body } = await ask(again.endpoints.adminUrl, 'POST', '/_coexist/v1/worlds', {});
    const drained = await gone((body as World).endpoints.adminUrl);
    again.child.kill('SIGTERM');
    await drained();
    expect((await again.ended).code).toBe(0);
    expect(isAlive((body as World).endpoints.pid)).toBe(false);
  } finally {
    await end(again);
  }
});
