import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../failures.ts';
import { type LabOptions, locateLab } from '../locate.ts';
import { instantOption, offsetOption } from '../options.ts';
import { type Verb, withLabOptions } from '../verb.ts';

interface ClockView {
  readonly now: string;
  readonly mode: string;
  readonly skewMs: Readonly<Record<string, number>>;
  readonly fired: readonly { readonly kind: string; readonly due: string }[];
}

type Call = readonly [method: 'GET' | 'POST' | 'PUT', path: string, body?: object];

export const clock: Verb = {
  name: 'clock',
  summary: "Read and move the lab's time",
  examples: [
    'coexist clock now',
    'coexist clock freeze 2026-11-01T09:00Z',
    'coexist clock advance 61m      # tokens expire, timers fire',
    'coexist clock skew contoso -6m   # or azure-auth: the authentication service',
    'coexist clock resume',
  ],
  configure(command, context, _argv, done) {
    const verb = (usage: string, summary: string, callOf: (...words: string[]) => Call): Command => {
      const [name = '', ...parameters] = usage.split(' ');
      const child = withLabOptions(command.command(name).summary(summary).description(`${summary}.`));
      for (const parameter of parameters) child.argument(parameter);
      // -6m is a duration here, not a flag.
      child.allowUnknownOption().action(async (...given: unknown[]) => {
        const words = given.filter((word): word is string => typeof word === 'string');
        await move(context, child.opts<LabOptions>(), callOf(...words));
        done(exitCodes.ok);
      });
      return child;
    };
    verb('now', 'Show the time', () => ['GET', '']);
    verb('freeze [time]', 'Stop time, now or at a moment', (at) => ['POST', '/freeze', at === undefined ? {} : { at: instantOption(at) }]);
    verb('set <time>', 'Set the time', (at = '') => ['POST', '/set', { at: instantOption(at) }]);
    verb('advance <duration>', 'Move time forth and run what becomes due', (by = '') => ['POST', '/advance', { by: offsetOption(by) }]);
    verb('resume', "Go back to the machine's time", () => ['POST', '/resume', {}]);
    verb('skew <organization> <duration>', "Put one organization's clocks fast or slow", (organization = '', by = '') => [
      ...(['PUT', `/skew/${encodeURIComponent(organization)}`] as const),
      { by: offsetOption(by) },
    ]);
  },
};

async function move(context: CliContext, options: LabOptions, [method, path, body]: Call): Promise<void> {
  const client = locateLab(context, options);
  const url = `/_coexist/v1/clock${path}`;
  const view = method === 'GET' ? await client.get<ClockView>(url) : await client.send<ClockView>(method, url, body);
  if (options.json === true) {
    context.print(`${JSON.stringify(view)}\n`);
    return;
  }
  const skews = Object.entries(view.skewMs).map(([name, ms]) => `  ${name} ${ms < 0 ? '' : '+'}${ms / 1_000} s`);
  const fired = view.fired.map(({ kind, due }) => `  fired ${kind}, due ${due}\n`);
  context.print(`${view.now}  ${view.mode}${skews.join('')}\n${fired.join('')}`);
}
