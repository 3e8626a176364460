import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { shippedWorlds } from '../../services/world-source.ts';
import { cmdlets } from '../../shared/cmdlets/table.ts';
import { kinds } from '../../shared/faults/kinds/index.ts';
import { coexist, type Ended } from '../support/lab-process.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coexist-world-verbs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const cli = (words: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  coexist(words, { cwd: folder, environment });
const worldFile = (): string => join(folder, 'coexist.world.yaml');

describe('init', () => {
  test('writes a world that starts, and does not overwrite it', { timeout: 60_000 }, async () => {
    expect(await cli(['init'])).toMatchObject({ code: 0, out: `wrote ${worldFile()}; coexist up starts it\n`, err: '' });
    const { code, out } = await cli(['exec', '--', 'sh', '-c', 'curl -s "$COEXIST_ADMIN_URL/_coexist/endpoints"']);
    expect(code).toBe(0);
    const { users } = JSON.parse(out) as { users: readonly { mail: string }[] };
    expect(users.map(({ mail }) => mail)).toContain('ann@contoso.test');
    const before = readFileSync(worldFile(), 'utf8');
    expect(await cli(['init', '--template', 'hybrid-2010'])).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('is there already'),
    });
    expect(readFileSync(worldFile(), 'utf8')).toBe(before);
  });

  test.each(Object.keys(shippedWorlds))('%s: what its comments propose is a world too', async (template) => {
    expect((await cli(['init', '--template', template, '--json'])).out).toBe(`${JSON.stringify({ file: worldFile(), template })}\n`);
    const text = readFileSync(worldFile(), 'utf8');
    const [head = '', ...rest] = text.split(/^(?=version:)/m);
    const proposed = rest.join('').replaceAll(/^( *)# ?(?=clock:|random:|cmdlets:|faults:| {2}- )/gm, '$1');
    expect(proposed.split('\n').filter((line) => line.trimStart().startsWith('#'))).toEqual([
      expect.stringContaining('What an administrator'),
    ]);
    writeFileSync(worldFile(), head + proposed);
    const { code, out, err } = await cli(['config', 'print', '--json', '--origin']);
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toMatchObject({
      clock: { value: 'frozen@2026-11-02T08:00:00Z', origin: expect.stringMatching(/^coexist\.world\.yaml:\d+$/) },
    });
  });
});

describe('config', () => {
  test('tells where each value comes from: flag, variable, line of a world file, default', async () => {
    writeFileSync(worldFile(), 'version: 1\nextends: contoso-hybrid\nclock: { mode: frozen, frozen: 2026-11-02T08:00:00Z }\n');
    const environment = {
      COEXIST_PORT_BASE: '5400',
      COEXIST_SEED: 'of the variable',
      COEXIST_ADMIN_TOKEN: 'do-not-tell-this',
      COEXIST_LOG_LEVEL: 'warn',
    };
    const flags = ['--seed', 'of the flag', '--persist', 'postgres://lab:do-not-tell-that@db.test/lab'];
    const { code, out, err } = await cli(['config', 'print', '--origin', '--json', ...flags], environment);
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toMatchObject({
      world: { value: worldFile(), origin: 'coexist.world.yaml' },
      clock: { value: 'frozen@2026-11-02T08:00:00Z', origin: 'coexist.world.yaml:3' },
      seed: { value: 'of the flag', origin: '--seed' },
      'era of contoso-cloud': { value: '2019', origin: expect.stringMatching(/contoso-before-hybrid\.yaml:\d+$/) },
      'port-base': { value: 5400, origin: 'COEXIST_PORT_BASE' },
      host: { value: '127.0.0.1', origin: 'default' },
      'log-level': { value: 'warn', origin: 'COEXIST_LOG_LEVEL' },
      'admin-token': { value: '(set)', origin: 'COEXIST_ADMIN_TOKEN' },
    });
    expect(out).not.toContain('do-not-tell');
    const text = await cli(['config', 'print', '--era', '2026-10', '-q', '--origin'], environment);
    expect(text.out).toMatch(/^era of contoso-cloud {2,}2026-10 {2,}--era$/m);
    expect(text.out).toMatch(/^log-level {2,}error {2,}-q$/m);
    expect((await cli(['config', 'print'])).out).toMatch(/^host {2,}127\.0\.0\.1$/m);
    expect(readdirSync(folder)).toEqual(['coexist.world.yaml']);
  });

  test('what could not start is refused with its place', async () => {
    writeFileSync(worldFile(), 'version: 1\nextends: contoso-hybrid\nclok: {}\n');
    expect(await cli(['config', 'print'])).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/coexist\.world\.yaml:3:1 .*clock/),
    });
    expect((await cli(['config', 'print', '--prot', '0'])).code).toBe(2);
  });

  test('the schema of world files is the one that ships', async () => {
    const { code, out } = await cli(['config', 'schema']);
    expect([code, JSON.parse(out)]).toEqual([0, expect.objectContaining({ $schema: 'https://json-schema.org/draft/2020-12/schema' })]);
  });
});

describe('list', () => {
  test('worlds are those that ship', async () => {
    const shipped = readdirSync(new URL('../../scenarios/worlds', import.meta.url)).map((file) => file.replace(/\.yaml$/, ''));
    const { worlds } = JSON.parse((await cli(['list', 'worlds', '--json'])).out) as { worlds: readonly { name: string }[] };
    expect(worlds.map(({ name }) => name).sort()).toEqual(shipped.sort());
  });

  test('cmdlets, faults, eras and services come from their tables', async () => {
    const listed = await cli(['list', 'cmdlets']);
    for (const name of Object.keys(cmdlets)) expect(listed.out).toMatch(new RegExp(`^${name} `, 'm'));
    expect(
      (await cli(['list', 'faults'])).out
        .split('\n')
        .slice(1, -1)
        .map((line) => line.split(' ')[0]),
    ).toEqual(Object.keys(kinds));
    expect((await cli(['list', 'eras'])).out).toMatch(/^2026-10 {2,}EWS for listed applications only$/m);
    expect((await cli(['list', 'services'])).out).toMatch(/^mrsproxy$/m);
    expect((await cli(['list', 'errors'])).out).toMatch(/^ErrorItemNotFound {2,}The specified object was not found in the store/m);
    expect((await cli(['list', 'labs'])).code).toBe(2);
  });
});
