import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../failures.ts';
import { type LabOptions, locateLab } from '../locate.ts';
import { type Verb, withLabOptions } from '../verb.ts';

interface KeyView {
  readonly x5t: string;
  readonly thumbprint: string;
  readonly state: string;
  readonly since: string;
}

export const keys: Verb = {
  name: 'keys',
  summary: "The authentication service's signing keys, and the rollover from one to the next",
  examples: [
    'coexist keys',
    'coexist keys stage                 # a new key, of which nobody is told',
    'coexist keys publish <x5t>         # it goes into the metadata',
    'coexist keys activate <x5t>        # it signs: who has not refreshed the metadata refuses its tokens',
    `coexist cmdlet 'Set-AuthServer "ACS - <tenant id>" -RefreshAuthMetadata' --org contoso`,
    'coexist keys retire <x5t of the old one>',
  ],
  configure(command, context, _argv, done) {
    const verb = (usage: string, summary: string, options: { isDefault: boolean }, run: KeyCall): void => {
      const [name = '', ...parameters] = usage.split(' ');
      const child = withLabOptions(command.command(name, options).summary(summary).description(`${summary}.`));
      for (const parameter of parameters) child.argument(parameter);
      // base64url: one x5t of 64 begins with a hyphen and is no flag.
      child.allowUnknownOption().action(async (...given: unknown[]) => {
        await run(context, child, given.find((word): word is string => typeof word === 'string') ?? '');
        done(exitCodes.ok);
      });
    };
    const move =
      (step: string): KeyCall =>
      async (surroundings, child, x5t) =>
        print(surroundings, child, [await lab(surroundings, child).send<KeyView>('POST', `/_coexist/v1/keys/${step}`, { x5t })]);
    verb('ls', 'List the keys', { isDefault: true }, list);
    verb('stage', 'Make a new key, of which nobody is told', { isDefault: false }, stage);
    verb('publish <x5t>', 'Put a staged key into the metadata', { isDefault: false }, move('publish'));
    verb('activate <x5t>', 'Sign with a published key from now on', { isDefault: false }, move('activate'));
    verb('retire <x5t>', 'Take a key that no longer signs out of the metadata', { isDefault: false }, move('retire'));
  },
};

type KeyCall = (context: CliContext, command: Command, x5t: string) => Promise<void>;

const list: KeyCall = async (context, command) => {
  const answer = await lab(context, command).get<{ readonly keys: readonly KeyView[] }>('/_coexist/v1/keys');
  print(context, command, answer.keys);
};

const stage: KeyCall = async (context, command) => {
  print(context, command, [await lab(context, command).send<KeyView>('POST', '/_coexist/v1/keys/stage', {})]);
};

function lab(context: CliContext, command: Command) {
  return locateLab(context, command.opts<LabOptions>());
}

function print(context: CliContext, command: Command, shown: readonly KeyView[]): void {
  if (command.opts<LabOptions>().json === true) {
    context.print(`${JSON.stringify({ keys: shown })}\n`);
    return;
  }
  context.print(shown.map(({ x5t, state, since }) => `${x5t}  ${state.padEnd(9)}  since ${since}\n`).join(''));
}
