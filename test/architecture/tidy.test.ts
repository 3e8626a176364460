import { expect, test, vi } from 'vitest';
import { type LockEntry, lockViolations } from '../support/lock.ts';
import { documentViolations } from './documents.ts';
import { parseSource, projectFiles, projectSources, readText } from './source.ts';
import { tidyViolations } from './tidy-rules.ts';

// It reads every file of the tree.
vi.setConfig({ testTimeout: 60_000 });

const longest = 320;
/** Tables of data, where a limit on lines would only scatter what belongs together. */
const dataTables: readonly string[] = ['shared/protocols/ews/response-codes.ts'];

const files = projectFiles();
const isText = (path: string) =>
  /\.([cm]?[jt]sx?|json|ya?ml|md|sh|css|html|xml|svg|toml|conf)$|(^|\/)(Dockerfile|run|LICENSE|\.[a-z]+)$/.test(path);

test('no module says what it may not', () => {
  expect(projectSources().flatMap(tidyViolations)).toEqual([]);
});

test.each([
  ['shared/domain/mailbox/planted.ts', `const a = process.env['HOME'];`, 'reads process.env'],
  ['shared/domain/mailbox/planted.ts', `const a = globalThis.process.env;`, 'reads process.env'],
  ['services/ews/planted.ts', 'const { env } = process;', 'reads process.env'],
  ['services/ews/planted.ts', `import { env } from 'node:process';`, 'reads process.env'],
  ['services/ews/planted.ts', 'const a = Date.now();', "asks the machine's clock"],
  ['services/ews/planted.ts', 'const a = { now: Date.now };', "asks the machine's clock"],
  ['shared/net/planted.ts', 'const a = new Date();', "asks the machine's clock"],
  ['shared/net/planted.ts', 'const a = Date();', "asks the machine's clock"],
  ['shared/net/planted.ts', 'const a = Math.random();', 'draws from Math.random'],
  ['shared/net/planted.ts', 'const { random } = Math;', 'draws from Math.random'],
  ['test/unit/planted.ts', 'let a: any;', 'says any'],
  ['shared/net/planted.ts', 'const a = (b as any).c;', 'says any'],
  ['shared/net/planted.ts', 'const a: Map<string, any[]> = b;', 'says any'],
  ['test/unit/planted.ts', '// @ts-expect-error\nlet a = 1;', 'silences a check'],
  ['shared/net/planted.ts', '// biome-ignore lint: planted\nlet a = 1;', 'silences a check'],
  ['shared/net/planted.ts', '/* oxlint-disable */', 'silences a check'],
  ['shared/net/planted.ts', '// TODO planted', 'leaves a note'],
])('a planted violation is caught: %s %s', (path, text, message) => {
  expect(tidyViolations(parseSource(path, text))).toEqual([expect.stringContaining(message)]);
});

test.each([
  ['services/config.ts', 'const a = process.env;'],
  ['services/cli/exec.ts', 'const a = process.env;'],
  ['shared/kernel/clock.ts', 'const a = Date.now();'],
  ['test/unit/planted.ts', 'const a = Date.now();'],
  ['shared/net/planted.ts', 'const a = new Date(instant).toISOString();'],
  ['shared/net/planted.ts', 'const a = performance.now();'],
  ['shared/net/planted.ts', `const a = 'TODO any @ts-ignore process.env';`],
])('what is at home is left alone: %s %s', (path, text) => {
  expect(tidyViolations(parseSource(path, text))).toEqual([]);
});

test('files stay short', () => {
  const long = files
    .filter((path) => /\.([cm]?[jt]sx?)$/.test(path) && !dataTables.includes(path))
    .map((path) => ({ path, lines: readText(path).split('\n').length - 1 }))
    .filter(({ lines }) => lines > longest)
    .map(({ path, lines }) => `${path} has ${lines} lines, more than ${longest}. Something in it wants a file and a name of its own.`);
  expect(long).toEqual([]);
  expect(dataTables.filter((path) => !files.includes(path))).toEqual([]);
});

test('names are kebab-case and say what is inside', () => {
  const wrong = files
    .filter((path) => /^(services|shared|docker|scenarios|test)\//.test(path))
    .flatMap((path) => {
      // Python imports no name with a hyphen.
      const names = path.replace(/_(?=\w*\.py$)/g, '-').split('/');
      const last = names.at(-1) ?? '';
      if (!['README.md', 'Dockerfile'].includes(last) && !names.every((name) => /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/.test(name))) {
        return [`${path} is not in kebab-case. Name it as the protocol names the thing, in lower case with hyphens.`];
      }
      return names.some((name) => /(^|-)(utils?|helpers?|managers?|misc|common)(-|\.|$)/.test(name))
        ? [`${path} has a name that fits anything. Name it after what it knows.`]
        : [];
    });
  expect(wrong).toEqual([]);
});

test('every service tells what it covers', () => {
  const services = new Set(files.flatMap((path) => /^services\/([^/]+)\//.exec(path)?.[1] ?? []));
  const silent = [...services].filter((name) => !files.includes(`services/${name}/README.md`));
  expect(silent.map((name) => `services/${name} has no README.md. Write one: doors, coverage, known gaps, sources.`)).toEqual([]);
});

test('nothing names a machine or a registry', () => {
  // In pieces, so that this file does not name them either.
  const machine = new RegExp(`(?<![\\w.~-])/(${['work', 'root', 'home', 'Users'].join('|')})/[\\w.-]|[A-Z]:\\\\{1,2}Users`);
  const registry = new RegExp(
    ['npmjs', 'yarnpkg', 'npmmirror', 'pypi', 'pythonhosted'].map((name) => `\\b${name}\\.(com|org)\\b`).join('|'),
  );
  const named = files.filter(isText).flatMap((path) =>
    readText(path)
      .split('\n')
      .flatMap((line, index) => [
        ...(machine.test(line) ? [`${path}:${index + 1} names a folder of one machine. Use a path relative to the project.`] : []),
        ...(registry.test(line) ? [`${path}:${index + 1} names a package registry. Leave that to the machine's own settings.`] : []),
      ]),
  );
  expect(named).toEqual([]);
});

test('nothing points at a document that is not here', () => {
  const here = new Set(files);
  const pointers = files.filter(isText).flatMap((path) => documentViolations(path, readText(path), (name) => here.has(name)));
  expect(pointers).toEqual([]);
});

// In pieces, so that this file does not point at them.
test.each([
  ['services/ews/planted.ts', `// Observed (${['auth', 'md'].join('.')} 2.7).`],
  ['services/ews/planted.ts', `/** As ${['shared', 'README.md'].join('/')} says. */`],
  ['test/unit/planted.test.ts', `describe('${['Reference', '7.3'].join(' ')}', run);`],
  ['services/ews/README.md', `See [the list](../${['gone', 'README.md'].join('/')}).`],
  ['shared/net/planted.ts', `// As the ${['seed', 'article'].join(' ')} on certificates has it.`],
])('a planted pointer is caught: %s %s', (path, text) => {
  expect(documentViolations(path, text, (name) => files.includes(name))).toEqual([expect.stringContaining('points at')]);
});

test.each([
  ['services/ews/README.md', `See [smtp](../${['smtp', 'README.md'].join('/')}) and test/long.md.`],
  ['services/ews/planted.ts', '// see README.md; OfficeDocs-Exchange `use-hybrid-modern-auth.md`'],
  ['services/ews/planted.ts', "const url = 'https://github.com/owner/name/blob/main/docs/page.md';"],
  ['services/ews/planted.ts', '// MS-OXCDATA 2.2, by reference; a preference 5'],
])('a pointer that leads somewhere is left alone: %s %s', (path, text) => {
  expect(documentViolations(path, text, (name) => files.includes(name))).toEqual([]);
});

test('package-lock.json installs everywhere', () => {
  const { packages } = JSON.parse(readText('package-lock.json')) as { packages: Record<string, LockEntry> };
  expect(Object.keys(packages).length).toBeGreaterThan(100);
  expect(lockViolations(packages)).toEqual([]);
  const planted = { 'node_modules/a': { optionalDependencies: { 'a-linux-x64': '1.0.0' }, resolved: 'https://somewhere.test/a.tgz' } };
  expect(lockViolations(planted)).toEqual([
    expect.stringContaining('lacks a-linux-x64'),
    expect.stringContaining('where node_modules/a came from'),
  ]);
});
