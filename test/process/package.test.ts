import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { projectFiles, projectRoot, readText } from '../architecture/source.ts';

// Compiling takes a while where others work, too.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 180_000 });

const root = mkdtempSync(join(tmpdir(), 'coexist-package-'));
const consumer = join(root, 'consumer');
const installed = join(consumer, 'node_modules', 'coexist');
const modules = join(projectRoot, 'node_modules');

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** In the consumer's folder, to its end. */
function run(file: string, words: readonly string[]): Promise<Ended> {
  const options = { cwd: consumer, env: { PATH: process.env['PATH'], HOME: root }, maxBuffer: 2 ** 24 };
  return promisify(execFile)(file, [...words], options).then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({ code: error.code, out: error.stdout, err: error.stderr }),
  );
}
const node = (...words: readonly string[]): Promise<Ended> => run(process.execPath, words);
const coexist = (...words: readonly string[]): Promise<Ended> => node(join(installed, 'services/cli/launch.mjs'), ...words);

beforeAll(async () => {
  mkdirSync(installed, { recursive: true });
  const built = await node(join(projectRoot, 'services/build.ts'), join(root, 'built'));
  if (built.code !== 0) throw new Error(built.out + built.err);
  const packed = await run('npm', ['pack', '--offline', '--silent', join(root, 'built')]);
  await run('tar', ['-xzf', packed.out.trim(), '--strip-components=1', '-C', installed]);
  // What its package.json names, from where the project has it; nothing else is to be found from there.
  const { dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
  for (const name of Object.keys(dependencies)) {
    mkdirSync(dirname(join(consumer, 'node_modules', name)), { recursive: true });
    symlinkSync(join(modules, name), join(consumer, 'node_modules', name));
  }
  writeFileSync(join(consumer, 'package.json'), '{ "name": "consumer", "type": "module" }');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('there are no sources, tests or tools in it', () => {
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' });
  expect(files.filter((file) => /(?<!\.d)\.ts$/.test(file))).toEqual([]);
  expect(files.filter((file) => /^test\b|(install|build)\.m?js$/.test(file))).toEqual([]);
  expect(files).toEqual(
    expect.arrayContaining(['LICENSE', 'README.md', 'scenarios/worlds/contoso-hybrid.yaml', 'services/console/built/index.html']),
  );
});

test('what runs on a thread or in a process of its own is where it is looked for, in the tree and in the package', () => {
  const named = projectFiles()
    .filter((path) => /^(services|shared)\/.*\.ts$/.test(path))
    .flatMap((path) =>
      [...readText(path).matchAll(/moduleBeside\(import\.meta\.url, '([^']+)'\)/g)].map(([, name = '']) => join(path, '..', name)),
    );
  expect(named).toHaveLength(5);
  expect(named.filter((path) => !existsSync(join(projectRoot, `${path}.ts`)))).toEqual([]);
  expect(named.filter((path) => !existsSync(join(installed, `${path}.js`)))).toEqual([]);
});

test('a program starts a lab with it', async () => {
  writeFileSync(
    join(consumer, 'program.js'),
    `import { startLab } from 'coexist';
     const lab = await startLab({ clock: 'frozen@2026-11-02T08:00:00Z' });
     const answer = await fetch(new URL('/_coexist/v1/clock', lab.endpoints.adminUrl));
     console.log(JSON.stringify([lab.world.name, (await answer.json()).now]));
     await lab.close();`,
  );
  const { code, out, err } = await node('program.js');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(JSON.parse(out)).toEqual(['contoso-hybrid', '2026-11-02T08:00:00.000Z']);
});

test('its types are those of the tree', async () => {
  for (const name of ['@types/node', 'typescript']) {
    mkdirSync(dirname(join(consumer, 'node_modules', name)), { recursive: true });
    symlinkSync(join(modules, name), join(consumer, 'node_modules', name));
  }
  const compilerOptions = { strict: true, module: 'nodenext', target: 'es2024', types: ['node'], noEmit: true, skipLibCheck: true };
  writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['right.ts', 'wrong.ts'] }));
  const program = (era: string): string =>
    `import { startLab } from 'coexist';\nconst lab = await startLab({ era: ${era} });\nexport const url: string = lab.endpoints.adminUrl;\nawait lab.close();\n`;
  writeFileSync(join(consumer, 'right.ts'), program("'2019'"));
  writeFileSync(join(consumer, 'wrong.ts'), program('2019'));
  const { out } = await node(join('node_modules', 'typescript', 'bin', 'tsc'));
  expect(out.trim().split('\n')).toEqual([expect.stringMatching(/^wrong\.ts\(2,\d+\): error TS2322:/)]);
});

test('vitest has its fixture from it', async () => {
  symlinkSync(join(modules, 'vitest'), join(consumer, 'node_modules', 'vitest'));
  writeFileSync(
    join(consumer, 'lab.test.js'),
    `import { expect } from 'vitest';
     import { labTest } from 'coexist/vitest';
     const test = labTest();
     test('there is a lab', async ({ lab }) => {
       expect(await lab.cmdlet('contoso', 'Get-Mailbox mary')).toHaveLength(1);
       await expect(lab).not.toHaveHop({ svc: 'ews' });
     }, 30_000);`,
  );
  const { code, out, err } = await node(join(modules, 'vitest/vitest.mjs'), 'run', '--reporter', 'tap-flat');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^ok 1 - lab\.test\.js > there is a lab/m);
});

test('the command tells a story with workers of its own, and gives worlds on demand', async () => {
  const story = await coexist('run', join(installed, 'scenarios/sign-in'), '--grep', 'basic', '--reporter', 'list');
  expect(story.err).toBe('');
  expect(story.out).toMatch(/[1-9]\d* passed, 0 failed\n$/);
  expect(story.code).toBe(0);
  const up = await coexist('up', '--detach', '--port', '0', '--json');
  try {
    expect({ code: up.code, err: up.err }).toEqual({ code: 0, err: '' });
    const { adminUrl } = JSON.parse(readFileSync(join(consumer, '.coexist', 'endpoints.json'), 'utf8')) as { adminUrl: string };
    const world = await fetch(`${adminUrl}/_coexist/v1/worlds`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ world: 'contoso-before-hybrid' }),
    });
    expect(await world.json()).toMatchObject({ endpoints: { adminUrl: expect.any(String) } });
  } finally {
    expect((await coexist('down')).code).toBe(0);
  }
});
