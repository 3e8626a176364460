import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  coexist,
  type Ended,
  end,
  type LabProcess,
  type OwnProcess,
  startLabProcess,
  startMain,
  wireClient,
} from '../support/lab-process.ts';
import { responses, texts } from '../wire/ews/answers.ts';

const folder = mkdtempSync(join(tmpdir(), 'coexist-exported-'));
const dataDir = join(folder, 'data');
const state = join(folder, 'state');
const file = join(state, 'state.sqlite');
const started: OwnProcess[] = [];
const mary = 'mary@contoso.test';

afterEach(async () => {
  for (const own of started.splice(0)) await end(own);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...flags: readonly string[]): OwnProcess {
  const own = startMain(['--port', '0', '--data-dir', dataDir, ...flags], { cwd: folder });
  started.push(own);
  return own;
}

async function lab(...flags: readonly string[]): Promise<LabProcess> {
  const own = await startLabProcess(['--port', '0', '--data-dir', dataDir, ...flags], { cwd: folder });
  started.push(own);
  return own;
}

async function stop(own: OwnProcess): Promise<Ended> {
  own.child.kill('SIGTERM');
  return own.ended;
}

async function control(own: LabProcess, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const answer = await fetch(`${own.endpoints.adminUrl}/_coexist/v1/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(answer.ok).toBe(true);
  return (await answer.json()) as Record<string, unknown>;
}

async function ews(own: LabProcess, body: string): Promise<string> {
  const client = wireClient(own.endpoints);
  const answer = await client.ews(mary, body);
  client.close();
  expect(responses(answer.body)).toMatchObject([{ code: 'NoError' }]);
  return answer.body;
}

const create = (own: LabProcess, subject: string): Promise<string> =>
  ews(
    own,
    `<m:CreateItem MessageDisposition="SaveOnly"><m:Items><t:Message><t:Subject>${subject}</t:Subject></t:Message></m:Items></m:CreateItem>`,
  );

async function drafts(own: LabProcess): Promise<readonly string[]> {
  const shape =
    '<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:Subject"/></t:AdditionalProperties></m:ItemShape>';
  const ids = '<m:ParentFolderIds><t:DistinguishedFolderId Id="drafts"/></m:ParentFolderIds>';
  return texts(await ews(own, `<m:FindItem Traversal="Shallow">${shape}${ids}</m:FindItem>`), 'Subject');
}

const disable = 'Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -WSSecurityAuthentication $false';
const webServicesSecurity = async (own: LabProcess): Promise<unknown> => {
  const { objects } = (await control(own, 'cmdlets', { organization: 'contoso', line: 'Get-WebServicesVirtualDirectory' })) as {
    objects: readonly Readonly<Record<string, unknown>>[];
  };
  return objects[0]?.['WSSecurityAuthentication'];
};

/** How the lab ended whose state the others start from. */
let ending: Ended;
let writtenBefore: boolean;

beforeAll(async () => {
  const own = await lab('--clock', 'frozen@2026-11-01T09:00Z', '--export-on-exit', state);
  await create(own, 'of the first lab');
  await control(own, 'cmdlets', { organization: 'contoso', line: disable });
  await control(own, 'clock/advance', { by: '61m' });
  writtenBefore = existsSync(state);
  ending = await stop(own);
});

describe('a lab that starts from what another has left', () => {
  test('has its items, its settings and its time; reset goes to the seed', async () => {
    expect(ending).toMatchObject({ code: 0, signal: null, err: '' });
    expect(writtenBefore).toBe(false);
    expect([statSync(state).mode & 0o777, statSync(file).mode & 0o777]).toEqual([0o700, 0o600]);
    expect(JSON.parse(readFileSync(join(state, 'state.json'), 'utf8'))).toMatchObject({
      world: 'contoso-hybrid',
      worldTime: '2026-11-01T10:01:00.000Z',
    });
    const own = await lab('--import', state);
    expect(await drafts(own)).toEqual(['of the first lab']);
    expect(await webServicesSecurity(own)).toBe(false);
    expect(await control(own, 'clock')).toMatchObject({ mode: 'frozen', now: '2026-11-01T10:01:00.000Z' });
    await control(own, 'reset', { to: 'seed' });
    expect(await drafts(own)).toEqual([]);
    expect(await webServicesSecurity(own)).toBe(true);
    expect(await control(own, 'clock')).toMatchObject({ mode: 'frozen', now: '2026-11-01T10:01:00.000Z' });
    const before = readFileSync(file);
    expect(await stop(own)).toMatchObject({ code: 0 });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('and is killed has changed nothing, even in the midst of writing', async () => {
    const before = readFileSync(file);
    const own = await lab('--import', state, '--export-on-exit');
    await create(own, 'never seen again');
    own.child.kill('SIGKILL');
    await own.ended;
    expect(readdirSync(state).sort()).toEqual(['state.json', 'state.sqlite']);
    expect(readFileSync(file).equals(before)).toBe(true);

    const other = await lab('--import', state, '--export-on-exit', '--clock', 'real');
    await create(other, 'perhaps seen again');
    other.child.kill('SIGTERM');
    // Waited for without a pause: writing takes some milliseconds, and may be over before this process gets its turn.
    const { ino } = statSync(file);
    const deadline = performance.now() + 10_000;
    const writes = (): boolean => readdirSync(state).some((name) => name.startsWith('state.sqlite.')) || statSync(file).ino !== ino;
    while (!writes() && performance.now() < deadline);
    other.child.kill('SIGKILL');
    await other.ended;
    if (readdirSync(state).some((name) => name.startsWith('state.sqlite.'))) expect(readFileSync(file).equals(before)).toBe(true);
    const next = await lab('--import', state, '--export-on-exit');
    const found = await drafts(next);
    expect([['of the first lab'], ['of the first lab', 'perhaps seen again']]).toContainEqual([...found].sort());
    expect(await stop(next)).toMatchObject({ code: 0 });
    expect(readdirSync(state).sort()).toEqual(['state.json', 'state.sqlite']);
  });

  test('under exec writes back what the command has done', async () => {
    const script = `const url = process.env.COEXIST_ADMIN_URL + '/_coexist/v1/clock/advance';
      const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"by":"1h"}' });
      process.exitCode = answer.status === 200 ? 7 : 1;`;
    const words = ['exec', '--data-dir', dataDir, '--clock', 'frozen@2026-12-01T09:00Z', '--import', state, '--export-on-exit'];
    const ended = await coexist([...words, '--', process.execPath, '--input-type=module', '-e', script], { cwd: folder });
    expect(ended).toMatchObject({ code: 7, err: '' });
    expect(JSON.parse(readFileSync(join(state, 'state.json'), 'utf8'))).toMatchObject({ worldTime: '2026-12-01T10:00:00.000Z' });
  });
});

describe('what cannot be done is said', () => {
  test('a state that is not there, or is none, ends a start with 2', async () => {
    const broken = mkdtempSync(join(folder, 'broken-'));
    const nothing = await run('--import', broken).ended;
    expect(nothing).toMatchObject({ code: 2, out: '', err: `coexist: --import: there is no state.sqlite in ${broken}\n` });
    writeFileSync(join(broken, 'state.sqlite'), readFileSync(file).subarray(0, 100_000));
    const environment = { COEXIST_IMPORT: broken };
    const words = ['up', '--detach', '--port', '0', '--data-dir', dataDir];
    const detached = await coexist(words, { cwd: folder, environment });
    expect(detached).toMatchObject({ code: 2, out: '' });
    expect(detached.err).toContain(`COEXIST_IMPORT: ${join(broken, 'state.sqlite')} is damaged`);
  });

  test('a state that cannot be written: by the lab itself and by exec', async () => {
    const target = join(file, 'below a file');
    const sentence = `coexist: the state could not be written to ${target}: ENOTDIR`;
    const own = await lab('--export-on-exit', target);
    const { code, err } = await stop(own);
    expect([code, err]).toEqual([3, expect.stringContaining(sentence)]);
    expect(err.trimEnd().split('\n')).toHaveLength(1);

    const exec = await coexist(['exec', '--data-dir', dataDir, '--export-on-exit', target, '--', 'true'], { cwd: folder });
    expect(exec).toMatchObject({ code: 3, out: '', err: expect.stringContaining(sentence) });
    expect(readdirSync(dataDir).filter((name) => name.startsWith('exec-'))).toEqual([]);
  });

  test('a state that cannot be written by a lab that down ends: both end with 3', async () => {
    const target = join(file, 'below a file');
    const words = ['up', '--port', '0', '--data-dir', dataDir, '--export-on-exit', target];
    const up = coexist(words, { cwd: folder });
    expect(await coexist(['ready', '--wait', '20s', '--data-dir', dataDir], { cwd: folder })).toMatchObject({ code: 0 });
    const down = await coexist(['down', '--data-dir', dataDir], { cwd: folder });
    expect(down).toMatchObject({ code: 3, out: '' });
    expect(down.err).toMatch(/^coexist: process \d+ has ended without writing its state to .*below a file; its log says why\n$/);
    expect(await up).toMatchObject({ code: 3, err: expect.stringContaining(`the state could not be written to ${target}`) });
  });
});

test('down ends a lab that writes its state', async () => {
  const target = join(folder, 'of down');
  const flags = ['--detach', '--port', '0', '--data-dir', dataDir, '--export-on-exit', target];
  expect(await coexist(['up', ...flags], { cwd: folder })).toMatchObject({ code: 0 });
  expect(await coexist(['down', '--data-dir', dataDir], { cwd: folder })).toMatchObject({ code: 0, err: '' });
  expect(readdirSync(target).sort()).toEqual(['state.json', 'state.sqlite']);
});
