import type { Command } from 'commander';
import { alignColumns } from '../../../shared/journal/announcement.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../failures.ts';
import { type LabOptions, locateLab } from '../locate.ts';
import { type Verb, withLabOptions } from '../verb.ts';

interface Listed {
  readonly id: string;
  readonly title: string;
  readonly state: string;
}

interface Exercise extends Listed {
  readonly story: string;
  readonly task: string;
  readonly hints: readonly string[];
  readonly hintsLeft: number;
  readonly questions: readonly string[];
  readonly score: Readonly<Record<'cause' | 'fix' | 'time' | 'hints' | 'total', number>> | null;
}

interface Checked {
  readonly passed: boolean;
  readonly unmet: readonly { readonly what: string; readonly expected: string; readonly actual: string }[];
  readonly answers: readonly { readonly right: boolean; readonly because: string | null }[];
  readonly lab: Exercise;
}

interface Named {
  readonly right: boolean;
  readonly title: string | null;
  readonly remedy: string | null;
}

interface StartOptions extends LabOptions {
  readonly seed?: string;
}

export const lab: Verb = {
  name: 'lab',
  summary: 'Do an exercise in the running lab: start it, get hints, have it checked',
  examples: [
    'coexist lab ls                             # those that fit the world',
    'coexist lab start key-rollover             # resets the world',
    'coexist lab hint key-rollover',
    "coexist lab check key-rollover 'token.key' 'contoso-cloud'   # with answers to its questions",
    'coexist lab start blind --seed monday      # something is broken, and nobody says what',
    'coexist lab answer blind spn-missing',
    'coexist lab reset key-rollover',
  ],
  configure(command, context, _argv, done) {
    const at = (id: string, act = ''): string => `/_coexist/v1/labs/${encodeURIComponent(id)}${act}`;
    child(command, 'ls', 'List the exercises').action(async (options: LabOptions) => {
      const found = await locateLab(context, options).get<{ readonly labs: readonly Listed[] }>('/_coexist/v1/labs');
      show(context, options, found, ({ labs }) => alignColumns(labs.map(({ id, state, title }) => [id, state, title])));
      done(exitCodes.ok);
    });
    const telling = (name: string, what: string): void => {
      child(command, name, what)
        .argument('<id>', 'coexist lab ls lists them')
        .action(async (id: string, options: LabOptions) => {
          show(context, options, await locateLab(context, options).send<Exercise>('POST', at(id, `/${name}`), {}), told);
          done(exitCodes.ok);
        });
    };
    child(command, 'start', 'Put the world back to its seed and begin')
      .argument('<id>', 'coexist lab ls lists them')
      .option('--seed <text>', 'of a blind one: decides what is broken')
      .action(async (id: string, { seed, ...options }: StartOptions) => {
        const body = seed === undefined ? {} : { seed };
        show(context, options, await locateLab(context, options).send<Exercise>('POST', at(id, '/start'), body), told);
        done(exitCodes.ok);
      });
    telling('hint', 'Show one more hint');
    child(command, 'check', 'Say whether it is solved; ends with 1 when it is not')
      .argument('<id>', 'the one that runs')
      .argument('[answers...]', 'to its questions, in their order')
      .action(async (id: string, answers: string[], options: LabOptions) => {
        const found = await locateLab(context, options).send<Checked>('POST', at(id, '/check'), { answers });
        show(context, options, found, checked);
        done(found.passed ? exitCodes.ok : exitCodes.failure);
      });
    child(command, 'answer', 'Name what is broken in a blind one; ends with 1 when it is something else')
      .argument('<id>', 'blind')
      .argument('<cause>', 'coexist topology ls lists them')
      .action(async (id: string, cause: string, options: LabOptions) => {
        const found = await locateLab(context, options).send<Named>('POST', at(id, '/answer'), { cause });
        show(context, options, found, ({ right, title, remedy }) => [right ? `That is it: ${title}. ${remedy}` : 'That is not it.']);
        done(found.right ? exitCodes.ok : exitCodes.failure);
      });
    telling('reset', 'Put the world back and end it');
  },
};

function child(command: Command, name: string, what: string): Command {
  return withLabOptions(command.command(name).summary(what).description(`${what}.`));
}

function show<T>(context: CliContext, { json }: LabOptions, value: T, lines: (value: T) => readonly string[]): void {
  context.print(json === true ? `${JSON.stringify(value)}\n` : `${lines(value).join('\n')}\n`);
}

function told({ title, state, story, task, hints, hintsLeft, questions, score }: Exercise): readonly string[] {
  const numbered = (texts: readonly string[]): readonly string[] => texts.map((text, index) => `  ${index + 1}. ${text}`);
  return [
    ...[`${title} (${state})`, '', story, '', `Task: ${task}`],
    ...(questions.length === 0 ? [] : ['', 'Questions:', ...numbered(questions)]),
    ...(hints.length === 0 ? [] : ['', `Hints (${hintsLeft} left):`, ...numbered(hints)]),
    ...(score === null ? [] : ['', scoreLine(score)]),
  ];
}

function checked({ passed, unmet, answers, lab: { score } }: Checked): readonly string[] {
  return [
    passed ? 'Solved.' : 'Not solved yet.',
    ...unmet.map(({ what, expected, actual }) => `  ${what}: expected ${expected}; it is ${actual}`),
    ...answers.map(({ right, because }, index) => `  ${index + 1}. ${right ? `Right. ${because}` : 'Not that.'}`),
    ...(score === null ? [] : [scoreLine(score)]),
  ];
}

function scoreLine({ cause, fix, time, hints, total }: NonNullable<Exercise['score']>): string {
  return `Score: ${total} (cause ${cause}, fix ${fix}, time ${time}, hints ${hints})`;
}
