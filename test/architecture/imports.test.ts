import { expect, test, vi } from 'vitest';
import { importsOf, importViolations } from './imports.ts';
import { rooms } from './rooms.ts';
import { parseSource, projectRoot, projectSources, readText } from './source.ts';

// It reads every file of the tree.
vi.setConfig({ testTimeout: 60_000 });

const table = rooms();

test('every module imports only what its room may', () => {
  expect(projectSources().flatMap((source) => importViolations(source, table))).toEqual([]);
});

test('the scan sees the project', () => {
  const sources = projectSources();
  expect(projectRoot).toMatch(/\/$/);
  expect(sources.length).toBeGreaterThan(50);
  expect(sources.flatMap(importsOf).length).toBeGreaterThan(100);
  expect(sources.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['shared/kernel/clock.ts', 'services/install.mjs', 'test/architecture/rooms.ts']),
  );
});

test('every package in the table is a dependency', () => {
  const { dependencies, devDependencies } = JSON.parse(readText('package.json')) as Record<string, Record<string, string>>;
  const known = new Set(Object.keys({ ...dependencies, ...devDependencies }));
  const packages = [...table.values()].flat().filter((entry) => entry !== '*' && !/^(shared|services|node:)/.test(entry));
  expect([...new Set(packages)].filter((name) => !known.has(name))).toEqual([]);
});

test.each([
  ['static', `import { a } from './x.ts';`],
  ['default and namespace', `import a, * as b from './x.ts';`],
  ['for its effects', `import './x.ts';`],
  ['type only', `import type { A } from './x.ts';`],
  ['inline type', `import { type A } from './x.ts';`],
  ['re-export', `export { a } from './x.ts';`],
  ['re-export of all', `export * from './x.ts';`],
  ['re-export of types', `export type { A } from './x.ts';`],
  ['dynamic', `export const a = async () => (await import('./x.ts')).a;`],
  ['dynamic, template', 'export const a = () => import(`./x.ts`);'],
  ['import type', `export type A = import('./x.ts').A;`],
  ['typeof import', `let a: typeof import('./x.ts') | undefined;`],
  ['import =', `import a = require('./x.ts');`],
  ['createRequire at once', `import { createRequire } from 'M'; createRequire(import.meta.url)('./x.ts');`],
  ['createRequire kept', `import { createRequire } from 'M'; const load = createRequire(import.meta.url); load('./x.ts');`],
  ['createRequire assigned', `import { createRequire } from 'M'; let load; load = createRequire(import.meta.url); load('./x.ts');`],
  ['createRequire renamed', `import { createRequire as make } from 'M'; make(import.meta.url)('./x.ts');`],
  ['createRequire by namespace', `import * as m from 'M'; m.createRequire(import.meta.url)('./x.ts');`],
  ['require.resolve', `import { createRequire } from 'M'; createRequire(import.meta.url).resolve('./x.ts');`],
  ['import.meta.resolve', `import.meta.resolve('./x.ts');`],
  ['builtin by call', `process.getBuiltinModule('./x.ts');`],
  ['worker', `new Worker(new URL('./x.ts', import.meta.url));`],
  ['a module that runs on its own', `fork(moduleBeside(import.meta.url, './x'));`],
])('the scanner finds an import: %s', (_, text) => {
  const found = importsOf(parseSource('shared/kernel/planted.ts', text)).map(({ specifier }) => specifier);
  expect(found.filter((specifier) => specifier !== 'M')).toEqual(['./x.ts']);
});

test('the scanner takes no comment and no string for an import', () => {
  const text = `// import './x.ts'\n/** {@link import('./x.ts')} */\nexport const a = "import './x.ts'; require('./x.ts')";\nnew URL('../data', import.meta.url);`;
  expect(importsOf(parseSource('shared/kernel/planted.ts', text))).toEqual([]);
});

test.each([
  ['shared/utils/planted.ts', '', 'stands in no room'],
  ['shared/protocols/common.ts', '', 'stands in no room'],
  ['services/planted.ts', '', 'stands in no room'],
  ['planted.ts', '', 'stands in no room'],
  ['shared/kernel/planted.ts', `import '../xml/write.ts';`, 'imports shared/xml/write.ts'],
  ['shared/kernel/planted.ts', `import { readFileSync } from 'node:fs';`, 'imports node:fs'],
  ['shared/kernel/planted.ts', `import fs from 'fs';`, 'imports fs'],
  ['shared/xml/planted.ts', `import { SaxesParser } from 'saxes';`, 'imports saxes'],
  ['shared/store/planted.ts', `import type { Dialer } from '../net/dialer.ts';`, 'imports shared/net/dialer.ts'],
  ['shared/net/planted.ts', `import '../journal/journal.ts';`, 'imports shared/journal/journal.ts'],
  ['shared/protocols/ews/planted.ts', `import type { Item } from '../../domain/mailbox/item.ts';`, 'imports shared/domain/mailbox/item.ts'],
  ['shared/protocols/ews/planted.ts', `import '../../net/dialer.ts';`, 'imports shared/net/dialer.ts'],
  ['shared/protocols/soap/planted.ts', `import '../ews/contract.ts';`, 'imports shared/protocols/ews/contract.ts'],
  [
    'shared/domain/mailbox/planted.ts',
    `const a = await import('../../protocols/ews/contract.ts');`,
    'imports shared/protocols/ews/contract.ts',
  ],
  ['shared/domain/directory/planted.ts', `import '../mailbox/item.ts';`, 'imports shared/domain/mailbox/item.ts'],
  ['shared/domain/mailbox/planted.ts', `import '../../xml/write.ts';`, 'imports shared/xml/write.ts'],
  ['shared/bridges/access/planted.ts', `import '../../cmdlets/index.ts';`, 'imports shared/cmdlets/index.ts'],
  ['shared/cmdlets/planted.ts', `import net from 'node:net';`, 'imports node:net'],
  ['shared/service/planted.ts', `import '../../services/main.ts';`, 'imports services/main.ts'],
  ['services/ews/planted.ts', `import '../autodiscover/service.ts';`, 'imports services/autodiscover/service.ts'],
  ['services/ews/planted.ts', `import '../config.ts';`, 'imports services/config.ts'],
  ['services/cli/planted.ts', `import '../ews/service.ts';`, 'imports services/ews/service.ts'],
  ['services/ews/planted.ts', `import { Kysely } from 'kysely';`, 'imports kysely'],
  ['services/ews/planted.ts', `import('../' + name);`, 'computes what it imports'],
  ['services/ews/planted.ts', `import '/etc/planted.ts';`, 'Import by relative path'],
  ['services/ews/planted.ts', `import 'data:text/javascript,1';`, 'Import by relative path'],
  ['services/main.ts', `import '../test/support/seed.ts';`, 'imports test/support/seed.ts'],
])('a planted violation is caught: %s %s', (path, text, message) => {
  expect(importViolations(parseSource(path, text), table)).toEqual([expect.stringContaining(message)]);
});

test.each([
  ['shared/kernel/planted.ts', `import './clock.ts'; import 'node:crypto';`],
  ['shared/xml/parse.ts', `import { SaxesParser } from 'saxes'; import './element.ts';`],
  ['shared/protocols/ews/client.ts', `import '../../net/dialer.ts'; import './contract.ts'; import '../soap/envelope.ts';`],
  ['shared/protocols/ews/operations/get-folder.ts', `import '../shapes.ts'; import '../../../xml/codec.ts';`],
  ['shared/domain/mailbox/planted.ts', `import '../directory/recipient.ts'; import { sql } from 'kysely';`],
  ['shared/bridges/message/planted.ts', `import '../../protocols/mime/message.ts'; import '../../domain/mailbox/item.ts';`],
  ['services/ews/operations/planted.ts', `import '../context.ts'; import '../../../shared/domain/mailbox/item.ts'; import 'fastify';`],
  ['services/cli/planted.ts', `import '../main.ts'; import '../config.ts'; import 'commander';`],
  ['services/main.ts', `import './catalogue.ts'; import './ews/service.ts';`],
])('what the table allows is allowed: %s %s', (path, text) => {
  expect(importViolations(parseSource(path, text), table)).toEqual([]);
});
