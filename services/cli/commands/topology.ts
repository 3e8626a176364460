import type { Command } from 'commander';
import { alignColumns } from '../../../shared/journal/announcement.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../failures.ts';
import { type LabOptions, locateLab } from '../locate.ts';
import { type Verb, withLabOptions } from '../verb.ts';

interface Broken {
  readonly id: string;
  readonly variant: string;
  readonly how: string | null;
  readonly since: string;
  readonly steps: readonly string[];
  readonly remedy: readonly string[];
}

interface Listing {
  readonly broken: readonly Broken[];
  readonly misconfigurations: readonly {
    readonly id: string;
    readonly title: string;
    readonly variants: readonly { readonly name: string }[];
  }[];
}

interface Lint {
  readonly findings: readonly {
    readonly id: string;
    readonly organization: string;
    readonly object: string;
    readonly says: string;
    readonly remedy: string;
  }[];
  readonly unseen: readonly object[];
}

interface Told {
  readonly id: string;
  readonly title: string;
  readonly symptom: string;
  readonly source: string;
  readonly notice: string;
  readonly remedy: string;
  readonly shownBy: string | null;
  readonly variants: readonly {
    readonly name: string;
    readonly how: string;
    readonly seen: string | null;
    readonly lacks?: string;
    readonly steps?: readonly string[];
    readonly remedy?: readonly string[];
  }[];
  readonly broken: Broken | null;
}

interface BreakOptions extends LabOptions {
  readonly variant?: string;
  readonly user?: string;
}

export const topology: Verb = {
  name: 'topology',
  summary: 'Break the world as administrators do, find what is wrong with it, and put it back',
  examples: [
    'coexist topology ls                        # what can be broken, and what is',
    'coexist topology explain spn-missing       # symptom, where to look, remedy, the very lines',
    'coexist topology break spn-missing --variant web',
    'coexist topology lint                      # what the configuration shows; ends with 1 when something is wrong',
    'coexist topology fix spn-missing           # what was there before',
  ],
  configure(command, context, _argv, done) {
    child(command, 'ls', 'List misconfigurations, what is broken first').action(async (options: LabOptions) => {
      const found = await locateLab(context, options).get<Listing>('/_coexist/v1/topology');
      show(context, options, found, listed);
      done(exitCodes.ok);
    });
    child(command, 'lint', 'Say what is wrong with the configuration').action(async (options: LabOptions) => {
      const found = await locateLab(context, options).get<Lint>('/_coexist/v1/topology/lint');
      show(context, options, found, linted);
      done(found.findings.length === 0 ? exitCodes.ok : exitCodes.failure);
    });
    child(command, 'explain', 'Tell what a misconfiguration is, and its lines in this world')
      .argument('<id>', 'coexist topology ls lists them')
      .action(async (id: string, options: LabOptions) => {
        show(
          context,
          options,
          await locateLab(context, options).get<Told>(`/_coexist/v1/topology/explain/${encodeURIComponent(id)}`),
          told,
        );
        done(exitCodes.ok);
      });
    child(command, 'break', 'Make a misconfiguration')
      .argument('<id>', 'coexist topology ls lists them')
      .option('--variant <name>', 'another way than the usual one')
      .option('--user <address>', 'whom it is to befall, where it befalls somebody')
      .action(async (id: string, options: BreakOptions) => {
        const { variant, user } = options;
        const path = `/_coexist/v1/topology/break/${encodeURIComponent(id)}`;
        show(context, options, await locateLab(context, options).send<Broken>('POST', path, { variant, user }), broke);
        done(exitCodes.ok);
      });
    child(command, 'fix', 'Put back what was there before')
      .argument('<id>', 'of what is broken')
      .action(async (id: string, options: LabOptions) => {
        const path = `/_coexist/v1/topology/fix/${encodeURIComponent(id)}`;
        const fixed = await locateLab(context, options).send<Pick<Broken, 'id' | 'variant'>>('POST', path);
        show(context, options, fixed, (one) => `${one.id} (${one.variant}) is as it was before\n`);
        done(exitCodes.ok);
      });
  },
};

function child(command: Command, name: string, summary: string): Command {
  return withLabOptions(command.command(name).summary(summary).description(`${summary}.`));
}

function show<T>(context: CliContext, options: LabOptions, value: T, text: (value: T) => string): void {
  context.print(options.json === true ? `${JSON.stringify(value)}\n` : text(value));
}

function listed({ broken, misconfigurations }: Listing): string {
  const rows = misconfigurations.map(({ id, title, variants }) => {
    const now = broken.find((one) => one.id === id);
    return [now === undefined ? '' : 'broken', id, now?.variant ?? variants.map(({ name }) => name).join(' '), title];
  });
  const ordered = rows.toSorted(([left = ''], [right = '']) => (left > right ? -1 : left < right ? 1 : 0));
  return `${alignColumns([['state', 'id', 'variants', 'title'], ...ordered]).join('\n')}\n`;
}

function linted({ findings }: Lint): string {
  if (findings.length === 0) return 'nothing is wrong that the configuration shows\n';
  return findings
    .map(({ id, organization, object, says, remedy }) => `${id}: ${organization}, ${object}: ${says}\n  remedy: ${remedy}\n`)
    .join('');
}

function broke({ id, variant, how, steps, remedy }: Broken): string {
  return [`${id} (${variant}): ${how}`, ...lines('done', steps), ...lines('what an administrator does about it', remedy), ''].join('\n');
}

function told({ id, title, symptom, source, notice, remedy, shownBy, variants, broken }: Told): string {
  return [
    `${id}: ${title}${broken === null ? '' : ` (broken since ${broken.since}: ${broken.variant})`}`,
    `  symptom: ${symptom}`,
    `  source:  ${source}`,
    `  look at: ${notice}`,
    `  remedy:  ${remedy}`,
    ...(shownBy === null ? [] : [`  ${shownBy}`]),
    ...variants.flatMap(({ name, how, seen, lacks, steps = [], remedy: mended = [] }) => [
      `variant ${name}: ${how}`,
      ...(seen === null ? [] : [`  lint does not see it: ${seen}`]),
      ...(lacks === undefined ? [] : [`  not now: ${lacks}`]),
      ...lines('break', steps),
      ...lines('mend', mended),
    ]),
    '',
  ].join('\n');
}

function lines(what: string, all: readonly string[]): readonly string[] {
  return all.length === 0 ? [] : [`  ${what}:`, ...all.map((line) => `    ${line}`)];
}
