import { expect, test } from 'vitest';
import { checkCmdlet, cmdlets } from '../../../shared/cmdlets/index.ts';
import { parseStatement } from '../../../shared/cmdlets/line/parse.ts';
import { commandsWithin } from '../../../shared/cmdlets/line/statements-within.ts';
import { lineCommand } from '../../../shared/cmdlets/pipeline/line-commands.ts';
import { articleLines } from './article-lines.ts';

const known = new Set(Object.keys(cmdlets).map((name) => name.toLowerCase()));

test.each(articleLines)('$line', ({ line, cut, prompts, lacks }) => {
  const names = commandsWithin(parseStatement(line)).map(({ name }) => name.toLowerCase());
  const refused = checkCmdlet(line, { kind: 'on-premises' });
  if (!names.every((name) => known.has(name) || lineCommand(name) !== undefined)) {
    expect([cut, prompts, lacks]).toEqual([undefined, undefined, undefined]);
    expect(refused).toMatch(/^The term '\S+' is not recognized/);
  } else if (cut === true) expect(refused).toMatch(/^Missing an argument for parameter/);
  else if (prompts !== undefined) expect(refused).toMatch(new RegExp(`missing mandatory parameters: ${prompts}\\.$`));
  else if (lacks !== undefined) expect(refused).toContain(`A parameter cannot be found that matches parameter name '${lacks}'`);
  else expect(refused).toBeUndefined();
});
