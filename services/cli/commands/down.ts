import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readClientConfig } from '../../config.ts';
import type { AdminClient } from '../admin-client.ts';
import type { CliContext } from '../context.ts';
import { CliFailure, exitCodes } from '../failures.ts';
import { endpointsFile, isAlive, type LabOptions, locateLab, readEndpoints } from '../locate.ts';
import { durationOption } from '../options.ts';
import { type Verb, withLabOptions } from '../verb.ts';

export const down: Verb = {
  name: 'down',
  aliases: ['stop'],
  summary: 'End the lab and wait until it has ended',
  examples: ['coexist down', 'coexist down --wait 5s'],
  configure(command, context, _argv, done) {
    withLabOptions(command)
      .option('--wait <duration>', 'how long to wait for its end', durationOption, 30_000)
      .action(async (options: LabOptions & { wait: number }) => {
        const stopped = await stop(context, options, options.wait);
        if (options.json === true) context.print(`${JSON.stringify({ stopped })}\n`);
        else context.print(stopped === null ? 'no lab is running\n' : `ended process ${stopped}\n`);
        done(exitCodes.ok);
      });
  },
};

/** Answers the id of the process that ended, null when there was none. */
async function stop(context: CliContext, options: LabOptions, waitMs: number): Promise<number | null> {
  const config = readClientConfig(context.environment, context);
  let ownMachine = false;
  if (options.adminUrl === undefined && (config.adminUrl === null || options.dataDir !== undefined)) {
    const file = endpointsFile(context, config, options);
    const endpoints = readEndpoints(file);
    if (endpoints === undefined) return null;
    if (!isAlive(endpoints.pid)) {
      // Left behind by a lab that was killed.
      rmSync(file, { force: true });
      return null;
    }
    ownMachine = true;
  }
  const client = locateLab(context, options);
  const { pid, exportDir } = await client.get<{ pid: number; exportDir: string | null }>('/_coexist/info');
  const exported = ownMachine ? exportDir : null;
  const before = writtenAt(exported);
  await client.send('POST', '/_coexist/v1/shutdown');
  const deadline = performance.now() + waitMs;
  while (await stillThere(client, pid)) {
    if (performance.now() > deadline) throw new CliFailure(exitCodes.timeout, `process ${pid} has not ended after ${waitMs} ms`);
    await pause(25);
  }
  if (exported !== null && writtenAt(exported) === before) {
    throw new CliFailure(exitCodes.environment, `process ${pid} has ended without writing its state to ${exported}; its log says why`);
  }
  return pid;
}

/** When a lab last wrote its state into a folder. */
function writtenAt(exportDir: string | null): bigint | undefined {
  if (exportDir === null) return undefined;
  return statSync(join(exportDir, 'state.json'), { bigint: true, throwIfNoEntry: false })?.mtimeNs;
}

/** A lab elsewhere (in a container) has a process id that means nothing here: it has ended when it no longer answers. */
async function stillThere(client: AdminClient, pid: number): Promise<boolean> {
  const { answers } = await client.readiness();
  return answers || (/^http:\/\/(127\.|localhost|\[::1\])/.test(client.url) && isAlive(pid));
}
