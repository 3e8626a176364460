import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cmdlets } from '../../../shared/cmdlets/table.ts';

const readme = readFileSync(new URL('../../../shared/cmdlets/README.md', import.meta.url), 'utf8');

/** `| noun | verbs | where |` of every noun, as the table of cmdlets has it. */
function expectedRows(): readonly string[] {
  const nouns = new Map<string, { readonly verb: string; readonly kinds: readonly string[] }[]>();
  for (const [name, { kinds }] of Object.entries(cmdlets)) {
    const [verb = '', noun = ''] = name.split('-');
    nouns.set(noun, [...(nouns.get(noun) ?? []), { verb, kinds }]);
  }
  return [...nouns].map(([noun, all]) => {
    const only = ['on-premises', 'cloud'].flatMap((kind) => {
      const verbs = all.filter(({ kinds }) => kinds.length === 1 && kinds[0] === kind).map(({ verb }) => verb);
      if (verbs.length === all.length) return [kind];
      return verbs.length === 0 ? [] : [`${verbs.join(' ')}: ${kind}`];
    });
    return `\`${noun}\` | ${all.map(({ verb }) => verb).join(' ')} | ${only.length === 0 ? 'both' : only.join('; ')}`;
  });
}

test('the page of the cmdlets has a row for every noun, and none besides; each says how far it goes', () => {
  const rows = readme
    .slice(readme.indexOf('## The cmdlets'))
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  expect(rows.map(([, noun, verbs, where]) => `${noun} | ${verbs} | ${where}`)).toEqual(expectedRows());
  expect(rows.filter(([, , , , far = '']) => far === '')).toEqual([]);
});
