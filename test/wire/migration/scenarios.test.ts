import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { contents } from './scenarios/contents.ts';
import { network } from './scenarios/network.ts';
import { people } from './scenarios/people.ts';
import { perimeter } from './scenarios/perimeter.ts';
import { scenarioIds } from './scenarios/scenario.ts';
import { worlds } from './scenarios/worlds.ts';

// Played by the tests beside this one, a file for each table.
const played = [...network, ...people, ...perimeter, ...contents, ...worlds];

test('each of the scenarios is played on the wire', () => {
  expect(scenarioIds).toHaveLength(25);
  expect(scenarioIds.filter((id) => !played.some((scenario) => scenario.id === id))).toEqual([]);
});

test('each way of each is told apart', () => {
  const titles = played.map(({ id, what }) => `${id}: ${what}`);
  expect(new Set(titles).size).toBe(titles.length);
});

test('the page of the service says of each how it is caused, what is seen and what helps', () => {
  const page = readFileSync(new URL('../../../services/migration/README.md', import.meta.url), 'utf8');
  const rows = page.split('\n').flatMap((line) => /^\| `([a-z0-9-]+)` +\|(.*)\|$/.exec(line)?.slice(1, 3).join('|') ?? []);
  expect(rows.map((row) => row.split('|')[0])).toEqual(scenarioIds);
  for (const row of rows) expect(row.split('|').every((cell) => cell.trim() !== '')).toBe(true);
});
