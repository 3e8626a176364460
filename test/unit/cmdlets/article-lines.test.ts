import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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

/** Texts of the articles, `*.txt`: beside the project, or where the variable says. */
const articles = process.env['ARTICLES_DIR'] ?? join(import.meta.dirname, '../../../../shared/seeds');
const verbs =
  'Get|Set|New|Remove|Test|Enable|Disable|Add|Update|Start|Stop|Resume|Suspend|Import|Export|Install|Connect|Search|Complete|Out|ConvertTo|ConvertFrom';
/** Stands where a line begins, and begins a sentence. */
const sentences = new Set(['search-mailbox']);

const cmdletName = new RegExp(`\\b(?:${verbs})-[A-Za-z]{3,}`, 'gi');
const argument = /^ +(?:[-–][A-Za-z]|[|$"“'<]|\S+@\S)/;
/** A line goes on; what begins with `$` may be the next one. */
const more = /^ +(?:[-–][A-Za-z]|[|"“])/;

/** Every place where an article tells a command line: a cmdlet with an argument, or one that begins a line; and what it says there. */
function* toldLines(text: string): Generator<{ readonly at: number; readonly told: string }> {
  for (const { 0: name, index } of text.matchAll(cmdletName)) {
    const beginsLine = /(?:^|\n)[\s•·*.\d]*$/.test(text.slice(Math.max(0, index - 40), index));
    if (argument.test(text.slice(index + name.length)) || (beginsLine && !sentences.has(name.toLowerCase())))
      yield { at: index, told: text.slice(index, index + 120) };
  }
}

/** Whether one of the lines stands at this place, whole and without more, the cmdlet anywhere in it. */
function isKnown(text: string, at: number): boolean {
  return articleLines.some(({ line, filled }) => {
    const printed = oneSpace(filled === undefined ? line : line.replace(filled, '<>'));
    return [...printed.matchAll(cmdletName)].some(({ index }) => {
      const rest = text.slice(at - index + printed.length);
      return text.startsWith(printed, at - index) && !more.test(rest) && !/^[\w-]/.test(rest);
    });
  });
}

function oneSpace(text: string): string {
  return text.replace(/[^\S\n]+/g, ' ').replace(/<[^<>\n]{1,40}>/g, '<>');
}

test.skipIf(!existsSync(articles))('every command line of the articles is among them', () => {
  let count = 0;
  const unknown: string[] = [];
  for (const name of readdirSync(articles).filter((file) => file.endsWith('.txt'))) {
    const text = oneSpace(readFileSync(join(articles, name), 'utf8'));
    for (const { at, told } of toldLines(text)) {
      count += 1;
      if (!isKnown(text, at)) unknown.push(told);
    }
  }
  expect(unknown).toEqual([]);
  expect(count).toBeGreaterThan(40);
});
