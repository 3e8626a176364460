import { setTimeout as pause } from 'node:timers/promises';
import type { AdminClient } from '../admin-client.ts';
import type { CliContext } from '../context.ts';
import { CliFailure, exitCodes } from '../failures.ts';
import { type LabOptions, locateLab } from '../locate.ts';
import { durationOption } from '../options.ts';
import { type Verb, withLabOptions } from '../verb.ts';

export const ready: Verb = {
  name: 'ready',
  summary: 'Tell by the exit code whether the lab is ready, or wait until it is',
  examples: ['coexist ready', 'coexist ready --wait 30s && npm run test:integration'],
  configure(command, context, _argv, done) {
    withLabOptions(command)
      .option('--wait <duration>', 'wait this long; exit code 4 when it is not ready by then', durationOption)
      .action(async (options: LabOptions & { wait?: number }) => {
        const found = await waitForLab(context, options, options.wait);
        context.print(options.json === true ? `${JSON.stringify({ ready: true, admin: found.url })}\n` : `ready  admin ${found.url}\n`);
        done(exitCodes.ok);
      });
  },
};

async function waitForLab(context: CliContext, options: LabOptions, waitMs: number | undefined): Promise<AdminClient> {
  const deadline = performance.now() + (waitMs ?? 0);
  for (;;) {
    const state = await probe(context, options);
    if ('client' in state) return state.client;
    if (waitMs === undefined) throw new CliFailure(exitCodes.failure, state.why);
    if (performance.now() >= deadline) throw new CliFailure(exitCodes.timeout, `${state.why} (waited ${waitMs} ms)`);
    await pause(50);
  }
}

async function probe(context: CliContext, options: LabOptions): Promise<{ readonly client: AdminClient } | { readonly why: string }> {
  let client: AdminClient;
  try {
    client = locateLab(context, options);
  } catch (error) {
    // Not started yet, which is what waiting is for; anything else will not mend itself.
    if (error instanceof CliFailure && error.exitCode === exitCodes.failure) return { why: error.message };
    throw error;
  }
  const { ready: isReady, answers, pending } = await client.readiness();
  if (isReady) return { client };
  return { why: answers ? `the lab at ${client.url} is starting (${pending.join(', ')})` : `no lab answers at ${client.url}` };
}
