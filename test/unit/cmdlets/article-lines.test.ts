import { expect, test } from 'vitest';
import { checkCmdlet, cmdlets } from '../../../shared/cmdlets/index.ts';
import { parseLine } from '../../../shared/cmdlets/line/parse.ts';
import { articleLines } from './article-lines.ts';

const known = new Set(Object.keys(cmdlets).map((name) => name.toLowerCase()));

test.each(articleLines.filter(({ needs }) => needs === undefined))('$line', ({ line, cut, lacks }) => {
  const [first] = parseLine(line);
  const refused = checkCmdlet(line, { kind: 'on-premises' });
  if (!known.has(first?.name.toLowerCase() ?? '')) {
    expect([cut, lacks]).toEqual([undefined, undefined]);
    expect(refused).toMatch(/^The term '\S+' is not recognized/);
  } else if (cut === true) expect(refused).toMatch(/^Missing an argument for parameter/);
  else if (lacks !== undefined) expect(refused).toContain(`A parameter cannot be found that matches parameter name '${lacks}'`);
  else expect(refused).toBeUndefined();
});

test.each(articleLines.filter(({ needs }) => needs !== undefined))('$line needs $needs', ({ line }) => {
  expect(() => parseLine(line)).toThrow(
    expect.objectContaining({ code: 'bad-line', detail: expect.stringMatching(/^(cannot read|".*" does not begin).*\(column \d+\)$/) }),
  );
});

test('all lines of federation and sharing can be read', () => {
  const ours = articleLines.filter(({ part }) => part === 'federation' || part === 'sharing');
  expect(ours.length).toBeGreaterThan(8);
  expect(ours.filter(({ needs }) => needs !== undefined)).toEqual([]);
});
