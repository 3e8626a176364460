import { expect, test } from 'vitest';
import { openSession } from '../../../services/cli/shell-session.ts';
import { cmdletRefusal } from '../../../shared/cmdlets/cmdlet.ts';
import { checkCmdlet } from '../../../shared/cmdlets/index.ts';
import { articleLines } from './article-lines.ts';

/** What coexist shell says of a line before anything runs; files and people are there, whatever they hold. */
async function refusalOf(line: string): Promise<string | undefined> {
  const session = openSession(
    (sent) => {
      const refused = checkCmdlet(sent, { kind: 'on-premises' });
      if (refused !== undefined) throw cmdletRefusal('bad-line', refused);
      return Promise.resolve({ objects: [], warnings: [], messages: [] });
    },
    { give: () => Promise.resolve({ Password: 'as typed' }), take: () => Promise.resolve() },
  );
  return session.run(line).then(
    () => undefined,
    (error: Error) => error.message,
  );
}

/** How a line is refused that lacks a parameter, a cmdlet, or something of the language. */
function lackOf(lacks: string): string {
  if (lacks.startsWith('-')) return `A parameter cannot be found that matches parameter name '${lacks.slice(1)}'`;
  return /^\w+-\w+$/.test(lacks) ? `The term '${lacks}' is not recognized` : lacks;
}

test.each(articleLines)('$line', async ({ line, cut, prompts, lacks }) => {
  const refused = await refusalOf(line);
  if (cut === true) expect(refused).toMatch(/^Missing an argument for parameter/);
  else if (prompts !== undefined) expect(refused).toMatch(new RegExp(`missing mandatory parameters: ${prompts}\\.$`));
  else if (lacks !== undefined) expect(refused).toContain(lackOf(lacks));
  else expect(refused).toBeUndefined();
});
