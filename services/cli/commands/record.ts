import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { clientEnvironment } from '../../client-environment.ts';
import { type Config, UsageError } from '../../config.ts';
import { loadStory } from '../../runner/load.ts';
import { play } from '../../runner/play.ts';
import { createAdminClient } from '../admin-client.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../failures.ts';
import { nameOf, storyFileAt, writeRecording } from '../recording.ts';
import type { Verb } from '../verb.ts';
import { configOf, runCommand } from './exec.ts';
import { flagHelp } from './up.ts';

/** As scenarios begin; a world that goes on would not be told the same again. */
const usualClock = '--clock=frozen@2026-11-02T08:00:00Z';

export const record: Verb = {
  name: 'record',
  summary: 'Run a command with a lab of its own, and write what it asked as a scenario',
  examples: [
    'coexist record sync.yaml -- python3 sync.py',
    'coexist record stories/calendar.yaml --era 2026-10 -- npm run demo && coexist run stories',
  ],
  configure(command, context, argv, done) {
    command
      .usage('<file> [flags] -- <command...>')
      .allowUnknownOption()
      .allowExcessArguments()
      .addHelpText(
        'after',
        () => `\nThe scenario is told once, in the same lab, before the command ends; 1: it does not pass.\n\nFlags:\n${flagHelp()}`,
      )
      .action(async () => {
        const split = argv.indexOf('--');
        const [file, ...words] = split < 0 ? [] : argv.slice(split + 1);
        const [typed, ...flags] = argv.slice(0, Math.max(0, split));
        if (file === undefined || typed === undefined || typed.startsWith('-'))
          throw new UsageError('record needs a file, and a command behind "--": coexist record <file> [flags] -- <command...>');
        done(await recordCommand(storyFileAt(context.workingDir, typed), flags, [file, ...words], context));
      });
  },
};

async function recordCommand(
  file: string,
  flags: readonly string[],
  command: readonly [string, ...string[]],
  context: CliContext,
): Promise<number> {
  const given = flags.some((flag) => /^--clock\b/.test(flag)) ? flags : [usualClock, ...flags];
  const config = configOf(given, context);
  const lab = await context.start(config);
  try {
    const { endpoints } = lab;
    const client = createAdminClient(endpoints.adminUrl, endpoints.adminToken);
    const before = await lastSequence(client);
    const code = await runCommand(command, clientEnvironment(endpoints, { caFile: endpoints.caFile, proxy: true }), context);
    await client.get('/_coexist/v1/settled');
    const traces = await tracesAfter(client, before);
    const leftOut = await writeRecording(client, { traces, name: nameOf(command.join(' ')), file, ...worldOf(config) });
    const { mismatches } = await play(loadStory(file), endpoints, { era: null, seed: 'record' });
    context.complain(`coexist: wrote ${file}${leftOut === 0 ? '' : `, without ${leftOut} requests (it says which)`}\n`);
    for (const { line, what, expected, actual } of mismatches)
      context.complain(`coexist: it does not pass: ${file}:${line} ${what}: expected ${expected}, was ${actual}\n`);
    return code !== 0 || mismatches.length === 0 ? code : exitCodes.failure;
  } finally {
    try {
      await lab.close();
    } finally {
      rmSync(dirname(config.endpointsFile), { recursive: true, force: true });
    }
  }
}

function worldOf({ world }: Config): { readonly worldFile?: string } {
  return world.kind === 'file' ? { worldFile: world.path } : {};
}

type Listed = { readonly exchanges: readonly { readonly traceId: string; readonly sequence: number }[] };

async function lastSequence(client: ReturnType<typeof createAdminClient>): Promise<number> {
  const { exchanges } = await client.get<Listed>('/_coexist/v1/exchanges?limit=1');
  return exchanges.at(-1)?.sequence ?? 0;
}

async function tracesAfter(client: ReturnType<typeof createAdminClient>, sequence: number): Promise<readonly string[]> {
  const { exchanges } = await client.get<Listed>(`/_coexist/v1/exchanges?after=${sequence}&limit=10000`);
  return [...new Set(exchanges.map(({ traceId }) => traceId))];
}
