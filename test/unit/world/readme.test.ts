import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { worldDefinition } from '../../../shared/domain/world/definition.ts';
import { loadWorld } from '../../../shared/domain/world/load.ts';
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
