import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import type { EndpointsDocument } from '../../../shared/service/endpoints-document.ts';
import { clientEnvironment } from '../../client-environment.ts';
import { type Config, readClientConfig, readConfig, UsageError } from '../../config.ts';
import { localCaFile } from '../ca-file.ts';
import type { CliContext } from '../context.ts';
import { CliFailure, exitCodes } from '../failures.ts';
import { locateLab } from '../locate.ts';
import type { Verb } from '../verb.ts';
import { flagHelp } from './up.ts';

export const exec: Verb = {
  name: 'exec',
  aliases: ['emulators:exec'],
  summary: 'Run a command with a lab of its own, and exit with its code',
  examples: [
    'coexist exec -- npm run test:integration',
    'coexist exec --clock frozen@2026-11-01T09:00Z -- python3 sync.py',
    'coexist exec --import ./state --export-on-exit -- npm test',
    "coexist exec -- sh -c 'curl https://mail.contoso.test/ -i'",
    'COEXIST_ADMIN_URL=http://127.0.0.1:4460 coexist exec -- npm test   # with the lab that runs there',
  ],
  configure(command, context, argv, done) {
    command
      .usage('[flags] -- <command...>')
      .allowUnknownOption()
      .allowExcessArguments()
      .addHelpText(
        'after',
        () => `\nThe lab listens on ports that the system chooses, unless flags say otherwise.\n\nFlags:\n${flagHelp()}`,
      )
      .action(async () => {
        const split = argv.indexOf('--');
        const [file, ...words] = split < 0 ? [] : argv.slice(split + 1);
        if (file === undefined) throw new UsageError('exec needs a command behind "--": coexist exec [flags] -- <command...>');
        done(await runWithLab(argv.slice(0, split), [file, ...words], context));
      });
  },
};

async function runWithLab(argv: readonly string[], command: readonly [string, ...string[]], context: CliContext): Promise<number> {
  const client = readClientConfig(context.environment, context);
  if (client.adminUrl !== null) {
    if (argv.length > 0) throw new UsageError('COEXIST_ADMIN_URL names a lab that runs already; flags would start another one');
    const lab = locateLab(context, {});
    const endpoints = await lab.get<EndpointsDocument>('/_coexist/endpoints');
    const caFile = await localCaFile(lab, endpoints, client.dataDir);
    return runCommand(command, clientEnvironment({ ...endpoints, adminUrl: lab.url }, { caFile, proxy: true }), context);
  }
  const config = configOf(argv, context);
  const lab = await context.start(config);
  try {
    return await runCommand(command, clientEnvironment(lab.endpoints, { caFile: lab.endpoints.caFile, proxy: true }), context);
  } finally {
    try {
      await lab.close();
    } finally {
      rmSync(dirname(config.endpointsFile), { recursive: true, force: true });
    }
  }
}

/** Beside a lab that may run from the same folder: its own ports, its own `endpoints.json`; standard output stays the command's. */
export function configOf(argv: readonly string[], context: CliContext): Config {
  const config = readConfig(argv, context.environment, context);
  if (config.detach) throw new UsageError('exec ends its lab with the command; --detach has no meaning there');
  const { origins, log } = config;
  return {
    ...config,
    ports: origins.port === 'default' && origins['port-base'] === 'default' ? { kind: 'ephemeral' } : config.ports,
    log: { ...log, level: log.level === 'info' ? 'error' : log.level },
    output: 'error',
    announce: false,
    endpointsFile: join(config.dataDir, `exec-${process.pid}`, 'endpoints.json'),
  };
}

/** Runs the command in the caller's terminal; signals that this process gets are passed on. */
export function runCommand(
  [file, ...words]: readonly [string, ...string[]],
  variables: Readonly<Record<string, string>>,
  context: CliContext,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, words, { cwd: context.workingDir, env: { ...context.environment, ...variables }, stdio: 'inherit' });
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    const passOn = (signal: NodeJS.Signals): void => {
      // Ctrl-C on a terminal reaches the whole foreground group, the child among it.
      if (signal !== 'SIGINT' || process.stdin.isTTY !== true) child.kill(signal);
    };
    for (const signal of signals) process.on(signal, passOn);
    const settle = (): void => {
      for (const signal of signals) process.off(signal, passOn);
    };
    child.once('error', (error) => {
      settle();
      reject(new CliFailure((error as NodeJS.ErrnoException).code === 'ENOENT' ? 127 : 126, `${file}: ${error.message}`));
    });
    child.once('exit', (code, signal) => {
      settle();
      resolve(code ?? 128 + (signal === null ? exitCodes.failure : constants.signals[signal]));
    });
  });
}
