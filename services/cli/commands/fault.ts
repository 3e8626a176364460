import type { Command } from 'commander';
import { UsageError } from '../../config.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../failures.ts';
import { type LabOptions, locateLab } from '../locate.ts';
import { type Verb, withLabOptions } from '../verb.ts';

interface Rule {
  readonly id: string;
  readonly seam: string;
  readonly match: Readonly<Record<string, string>>;
  readonly effect: { readonly kind: string; readonly [parameter: string]: unknown };
  readonly matched: number;
  readonly acted: number;
}

const path = '/_coexist/v1/faults';

export const fault: Verb = {
  name: 'fault',
  summary: 'Rules by which something between the servers, or a service, misbehaves',
  examples: [
    `coexist fault add '{"match": {"svc": "ews", "org": "contoso"}, "effect": {"kind": "status", "status": 503}, "times": 3}'`,
    `coexist fault add '{"match": {"org": "contoso-cloud", "host": "mail.contoso.test"}, "seam": "dial", "effect": {"kind": "refuse"}}'`,
    'coexist fault add - < rule.json',
    'coexist fault ls                 # in the order in which they are asked, with how often each has acted',
    'coexist fault rm fault-1',
    'coexist fault clear',
  ],
  configure(command, context, _argv, done) {
    const verb = (name: string, summary: string): Command =>
      withLabOptions(command.command(name).summary(summary).description(`${summary}.`));
    verb('add', 'Add a rule behind the others')
      .argument('<rule>', 'JSON, or - for standard input')
      .action(async (given: string, options: LabOptions) => {
        const rule = ruleIn(given === '-' ? await context.readInput() : given);
        print(context, options, [await locateLab(context, options).send<Rule>('POST', path, rule)]);
        done(exitCodes.ok);
      });
    verb('ls', 'List the rules in the order in which they are asked').action(async (options: LabOptions) => {
      const { faults } = await locateLab(context, options).get<{ readonly faults: readonly Rule[] }>(path);
      print(context, options, faults);
      done(exitCodes.ok);
    });
    verb('rm', 'Take a rule away')
      .argument('<id>', 'coexist fault ls shows it')
      .action(async (id: string, options: LabOptions) => {
        await locateLab(context, options).send('DELETE', `${path}/${encodeURIComponent(id)}`);
        done(exitCodes.ok);
      });
    verb('clear', 'Take all rules away').action(async (options: LabOptions) => {
      await locateLab(context, options).send('DELETE', path);
      done(exitCodes.ok);
    });
  },
};

function ruleIn(text: string): object {
  try {
    const rule: unknown = JSON.parse(text);
    if (typeof rule === 'object' && rule !== null) return rule;
  } catch {
    // Said below.
  }
  throw new UsageError('a rule is a JSON object, such as {"effect": {"kind": "status", "status": 503}}');
}

function print(context: CliContext, { json }: LabOptions, faults: readonly Rule[]): void {
  if (json === true) context.print(`${JSON.stringify({ faults })}\n`);
  else context.print(faults.map((rule) => `${line(rule)}\n`).join(''));
}

function line({ id, seam, match, effect, matched, acted }: Rule): string {
  const { kind, ...parameters } = effect;
  const told = [...Object.entries(match), ...Object.entries(parameters)].map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return `${id}  ${kind} at ${seam}  ${told.join(' ')}  acted ${acted} of ${matched}`;
}
