import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { worldDefinition } from '../../../shared/domain/world/definition.ts';
import { loadWorld } from '../../../shared/domain/world/load.ts';
import { misconfigurations } from '../../../shared/faults/misconfigurations/index.ts';
import { worldSources } from './sources.ts';

const readme = readFileSync(join(import.meta.dirname, '../../../scenarios/README.md'), 'utf8');

test('the world file in the README is one', async () => {
  const [, text = ''] = /```yaml\n([\s\S]*?)```/.exec(readme) ?? [];
  const world = await loadWorld({ kind: 'text', name: 'readme.yaml', text }, worldSources());
  expect(world.organizations.map(({ name }) => name)).toEqual(['contoso', 'contoso-cloud']);
  expect(world.organizations[0]?.recipients.map(({ alias }) => alias)).toContain('ann');
});

test('the README names every key', () => {
  const organization = worldDefinition.shape.organizations.valueType.shape;
  const user = organization.users.unwrap().element.shape;
  const keys = [...Object.keys(worldDefinition.shape), ...Object.keys(organization), ...Object.keys(user)];
  expect(keys.filter((key) => !new RegExp(`\\b${key}\\b`).test(readme))).toEqual([]);
});

const scenarios = join(import.meta.dirname, '../../../scenarios');
const filesOf = (folder: string): readonly string[] =>
  readdirSync(join(scenarios, folder)).flatMap((name) => (name.endsWith('.yaml') ? [`${folder}/${name.slice(0, -'.yaml'.length)}`] : []));

test('every scenario that the README names is there', () => {
  const known = readdirSync(scenarios, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? filesOf(entry.name) : []));
  const rows = readme.split('\n').filter((line) => line.startsWith('| ') && known.some((name) => line.includes(`\`${name}\``)));
  expect(rows.length).toBeGreaterThan(20);
  const missing = rows.flatMap((row) => {
    let folder = '';
    const names = (row.split(' | ').at(-1) ?? '').matchAll(/`([a-z0-9*/-]+)`/g);
    return [...names].flatMap(([, name = '']) => {
      // A name without a folder is one of the folder of the name before.
      const full = name.includes('/') ? name : `${folder}/${name}`;
      [folder = ''] = full.split('/');
      const pattern = new RegExp(`^${full.replaceAll('*', '.*')}$`);
      return known.some((one) => pattern.test(one)) ? [] : [full];
    });
  });
  expect(missing).toEqual([]);
});

test('how many labs and misconfigurations there are is what the documents say', () => {
  const words = new Map([
    [12, 'twelve'],
    [75, 'Seventy-five'],
  ]);
  expect(readme).toContain(`The ${words.get(filesOf('labs').length)} of\n\`labs\``);
  expect(readFileSync(join(scenarios, '..', 'README.md'), 'utf8')).toContain(`${words.get(misconfigurations.length)} mistakes`);
});
