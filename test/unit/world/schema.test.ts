import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { worldJsonSchema } from '../../../shared/domain/world/definition.ts';

test('the shipped JSON Schema is the one of the definition', () => {
  const shipped = readFileSync(join(import.meta.dirname, '../../../scenarios/schema/world-v1.json'), 'utf8');
  expect(JSON.parse(shipped)).toEqual(worldJsonSchema());
});

test('no object in it takes unknown keys', () => {
  const open: string[] = [];
  const walk = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('properties' in node && !('additionalProperties' in node && node.additionalProperties === false)) open.push(path);
    for (const [key, value] of Object.entries(node)) walk(value, `${path}/${key}`);
  };
  walk(worldJsonSchema(), '');
  expect(open).toEqual([]);
});
