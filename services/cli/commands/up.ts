import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { announcement } from '../../../shared/journal/announcement.ts';
import type { EndpointsDocument } from '../../../shared/service/endpoints-document.ts';
import { type Config, readConfig } from '../../config.ts';
import { type Flag, flags, withoutDetach } from '../../flags.ts';
import { allocator, nodeFlags } from '../../heap.ts';
import { createAdminClient } from '../admin-client.ts';
import type { CliContext } from '../context.ts';
import { CliFailure, exitCodes } from '../failures.ts';
import { runUntilClosed } from '../foreground.ts';
import { readEndpoints } from '../locate.ts';
import type { Verb } from '../verb.ts';

export const up: Verb = {
  name: 'up',
  aliases: ['start'],
  summary: 'Start a lab; it runs until Ctrl-C, or in the background with --detach',
  examples: [
    'coexist up',
    'coexist up --detach --wait 1m && coexist status',
    'coexist up --port-base 5400 --clock frozen@2026-11-01T09:00Z',
    'coexist up --world ./coexist.world.yaml --port 0 --json',
    'coexist up --export-on-exit ./state   # and later: coexist up --import ./state',
  ],
  configure(command, context, argv, done) {
    command
      .usage('[flags]')
      .allowUnknownOption()
      .allowExcessArguments()
      .addHelpText('after', () => `\nFlags:\n${flagHelp()}`)
      .action(async () => {
        const config = readConfig(argv, context.environment, context);
        if (config.detach) {
          await startDetached(config, withoutDetach(argv), context);
          done(exitCodes.ok);
        } else {
          const lab = await context.start(config);
          runUntilClosed(lab, context.complain);
          context.print(
            announcement(lab.endpoints, {
              ...config.log,
              terminal: context.terminal,
              readyMs: performance.now(),
              endpointsFile: config.endpointsFile,
            }),
          );
          done(undefined);
        }
      });
  },
};

/** The flags that are read by services/flags.ts, for help. */
export function flagHelp(): string {
  const rows = Object.entries<Flag>(flags).map(([name, { short, takes, kind, text, variable }]) => {
    const value = takes === undefined ? '' : kind === 'optional' ? ` [${takes}]` : ` <${takes}>`;
    return [
      `${short === undefined ? '    ' : `-${short}, `}--${name}${value}`,
      `${text}${variable === null ? '' : ` (${variable})`}`,
    ] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join('');
}

/** Starts a lab in a process of its own and returns when it is ready. One that is not in time is ended again. */
async function startDetached(config: Config, argv: readonly string[], context: CliContext): Promise<void> {
  const startedAt = performance.now();
  mkdirSync(config.dataDir, { recursive: true });
  const logFile = join(config.dataDir, 'coexist.log');
  const log = openSync(logFile, 'w', 0o600);
  const child = spawn(process.execPath, [...nodeFlags, context.mainModule, ...argv], {
    cwd: context.workingDir,
    env: { ...allocator, ...context.environment, COEXIST_DETACH: '0' },
    detached: true,
    stdio: ['ignore', log, log],
    windowsHide: true,
  });
  closeSync(log);
  let ended: { readonly code: number | null } | undefined;
  child.once('exit', (code) => {
    ended = { code };
  });
  child.once('error', () => {
    ended = { code: null };
  });
  let endpoints: EndpointsDocument | undefined;
  while (endpoints === undefined) {
    if (ended !== undefined)
      throw new CliFailure(
        ended.code || exitCodes.failure,
        `the lab did not start:\n${readFileSync(logFile, 'utf8').slice(-4_096).trimEnd()}`,
      );
    if (performance.now() - startedAt > config.waitMs) {
      child.kill();
      throw new CliFailure(exitCodes.timeout, `the lab was not ready after ${config.waitMs} ms and was ended; its log is ${logFile}`);
    }
    endpoints = await readyEndpoints(config.endpointsFile, child.pid, config.adminToken);
    if (endpoints === undefined) await pause(25);
  }
  child.unref();
  const readyMs = performance.now() - startedAt;
  context.print(announcement(endpoints, { ...config.log, terminal: context.terminal, readyMs, endpointsFile: config.endpointsFile }));
}

/** The endpoints that this process has published, once it is ready. */
async function readyEndpoints(file: string, pid: number | undefined, adminToken: string | null): Promise<EndpointsDocument | undefined> {
  const endpoints = readEndpoints(file);
  if (endpoints === undefined || endpoints.pid !== pid) return undefined;
  const { ready } = await createAdminClient(endpoints.adminUrl, adminToken ?? endpoints.adminToken).readiness();
  return ready ? endpoints : undefined;
}
