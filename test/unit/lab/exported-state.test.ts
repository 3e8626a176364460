import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readConfig, UsageError } from '../../../services/config.ts';
import { ExportError, exportState, openWithState } from '../../../services/exported-state.ts';
import { start } from '../../../services/main.ts';
import { startFailure } from '../../../services/start-failure.ts';
import { openStore, type Store } from '../../../shared/store/database.ts';
import { contentOf, seedInto, worldOf } from '../seed/worlds.ts';

const organization = 'contoso: { kind: on-premises, domains: [contoso.test], users: [{ mail: ann@contoso.test }] }';
const worldText = (text = organization): string => `version: 1\npassword: Pa55word!\norganizations:\n  ${text}\n`;
const world = await worldOf(worldText());
const facts = { version: '1.2.3', worldTime: Date.UTC(2026, 10, 1, 9), exportedAt: Date.UTC(2026, 10, 21, 8) };

let folder = '';
let state = '';
let file = '';
let origin: Store;
const inMemory = (): Promise<Store> => openStore({ location: ':memory:' });
const take = (of = world, open = inMemory): Promise<Store> => openWithState(open, of, { folder: state, origin: '--import' });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'coexist-exported-'));
  origin = await inMemory();
  await seedInto(origin, world);
});
beforeEach(async () => {
  state = mkdtempSync(join(folder, 'state-'));
  file = join(state, 'state.sqlite');
  await exportState(origin, world, state, facts);
});
afterAll(async () => {
  await origin.close();
  rmSync(folder, { recursive: true });
});

test('a state goes into another store as it was, whenever that world was seeded', async () => {
  const store = await take({ ...world, clock: { mode: 'frozen', at: 1 }, faults: [], skewMs: { contoso: 1_000 } });
  expect(await contentOf(store)).toEqual(await contentOf(origin));
  await store.close();
});

test('folder and files are for their owner only, and say what they are', async () => {
  const deep = join(state, 'of', 'today');
  await exportState(origin, world, deep, facts);
  expect(statSync(deep).mode & 0o777).toBe(0o700);
  expect(readdirSync(deep).sort()).toEqual(['state.json', 'state.sqlite']);
  for (const name of readdirSync(deep)) expect(statSync(join(deep, name)).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(join(deep, 'state.json'), 'utf8'))).toEqual({
    world: world.name,
    version: '1.2.3',
    exportedAt: '2026-11-21T08:00:00.000Z',
    worldTime: '2026-11-01T09:00:00.000Z',
  });
});

test('what a killed process left half-written goes with the next export; what others write stays', async () => {
  const [dead, other] = ['state.sqlite.99999999.partial', `state.sqlite.${process.ppid}.partial`];
  for (const name of [dead, 'state.json.99999999.partial', other, 'notes.txt']) writeFileSync(join(state, name), '');
  await exportState(origin, world, state, facts);
  expect(readdirSync(state).sort()).toEqual(['notes.txt', 'state.json', 'state.sqlite', other]);
});

describe('refused with 2, and nothing is left open:', () => {
  /** What the user is told. */
  const refusal = async (of = world): Promise<string> => {
    let opened: Store | undefined;
    const error: unknown = await take(of, async () => {
      opened = await inMemory();
      return opened;
    }).catch((thrown: unknown) => thrown);
    const { message, exitCode } = startFailure(error);
    expect([error instanceof UsageError, exitCode]).toEqual([true, 2]);
    // A folder without a state is told before anything is opened.
    if (opened !== undefined) await expect(contentOf(opened)).rejects.toThrow('destroyed');
    return message;
  };

  test('a folder without a state', async () => {
    rmSync(file);
    expect(await refusal()).toMatch(/^coexist: --import: there is no state\.sqlite in .*state-/);
    mkdirSync(file);
    expect(await refusal()).toMatch(/there is no state\.sqlite/);
    rmSync(state, { recursive: true });
    writeFileSync(state, '');
    expect(await refusal()).toMatch(/there is no state\.sqlite/);
  });

  test('a state that is damaged', async () => {
    truncateSync(file, statSync(file).size / 2);
    expect(await refusal()).toMatch(/state\.sqlite is damaged$/);
    writeFileSync(file, 'no database');
    expect(await refusal()).toMatch(/state\.sqlite is damaged$/);
    writeFileSync(file, '');
    expect(await refusal()).toMatch(/state\.sqlite is damaged$/);
  });

  test('a state that lacks rows', async () => {
    const database = new DatabaseSync(file);
    database.exec('delete from recipient');
    database.close();
    expect(await refusal()).toMatch(/state\.sqlite is damaged$/);
  });

  test('a state of another schema', async () => {
    const database = new DatabaseSync(file);
    database.exec(`update snapshot_header set migrations = migrations || ' 9999-later'`);
    database.close();
    expect(await refusal()).toMatch(/was written by a version of coexist that keeps its data in another form$/);
  });

  test.each([
    ['seed', async () => ({ ...world, seed: '43' })],
    ['organisations', async () => worldOf(worldText(organization.replace('ann@', 'bob@')))],
    ['name', async () => ({ ...world, name: 'other' })],
  ])('a state of a world with another %s', async (_, other) => {
    expect(await refusal(await other())).toMatch(/is of another world; --world, --seed and --era have to be/);
  });

  test('a store that holds a world', async () => {
    const location = join(state, 'world.sqlite');
    const kept = await openStore({ location });
    await seedInto(kept, world);
    const before = await contentOf(kept);
    await kept.close();
    const taking = take(world, () => openStore({ location }));
    await expect(taking).rejects.toThrow(/^--import: the store that --persist names holds a world already/);
    await expect(taking).rejects.toBeInstanceOf(UsageError);
    const again = await openStore({ location });
    expect(await contentOf(again)).toEqual(before);
    await again.close();
  });
});

test('a folder that cannot be written to is told with 3, and what lies there stays', async () => {
  writeFileSync(join(state, 'file'), '');
  const writing = exportState(origin, world, join(state, 'file', 'state'), facts);
  await expect(writing).rejects.toBeInstanceOf(ExportError);
  expect(startFailure(await writing.catch((error: unknown) => error))).toEqual({
    exitCode: 3,
    message: expect.stringMatching(/^coexist: the state could not be written to .*file\/state: ENOTDIR/),
  });
  rmSync(file);
  mkdirSync(join(file, 'in the way'), { recursive: true });
  await expect(exportState(origin, world, state, facts)).rejects.toThrow(/^the state could not be written to /);
  expect(readdirSync(state).sort()).toEqual(['file', 'state.json', 'state.sqlite']);
});

test('a lab that does not become ready writes no state', async () => {
  const occupied = createServer();
  await new Promise<void>((resolve) => occupied.listen(0, '127.0.0.1', resolve));
  const { port } = occupied.address() as { port: number };
  const yaml = join(folder, 'coexist.world.yaml');
  writeFileSync(yaml, worldText());
  const never = join(state, 'never');
  // The gateway for plain http is bound after the state is there; the first on-premises organisation's before it.
  const argv = ['--port-base', String(port - 80), '--data-dir', join(folder, 'data'), '--export-on-exit', never, '-c', yaml];
  const config = readConfig(argv, {}, { workingDir: folder, terminal: false });
  await expect(start(config, () => {})).rejects.toMatchObject({ name: 'PortError' });
  expect(existsSync(never)).toBe(false);
  occupied.close();
});
