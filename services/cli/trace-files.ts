import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { plain } from '../../shared/journal/log-line.ts';
import type { TraceDifferences } from '../../shared/journal/trace-diff.ts';
import { UsageError } from '../config.ts';
import type { CliContext } from './context.ts';
import { exitCodes } from './failures.ts';
import { type LabOptions, locateLab } from './locate.ts';
import { nameOf, storyFileAt, writeRecording } from './recording.ts';
import { withLabOptions } from './verb.ts';

const formats = ['json', 'har', 'mmd', 'zip'] as const;

/** `trace export`: a trace for other programs to read, without secrets. */
export function addTraceExport(command: Command, context: CliContext, done: (exitCode: number) => void): void {
  withLabOptions(
    command.command('export').summary('Write a trace for other programs').description('Write a trace for other programs, redacted.'),
  )
    .argument('<id>', 'trace id, or its first digits')
    .addOption(
      new Option('--format <format>', 'JSON; HTTP Archive 1.2; sequence diagram of Mermaid; all of them in an archive')
        .choices(formats)
        .default('json'),
    )
    .option('--out <file>', 'into this file; else to standard output')
    .action(async (id: string, { format, out, ...options }: LabOptions & { format: (typeof formats)[number]; out?: string }) => {
      const path = `/_coexist/v1/traces/${encodeURIComponent(id)}.${format}`;
      const lab = locateLab(context, options);
      if (format === 'zip' && out === undefined) throw new UsageError('an archive is no text: name a file with --out');
      const text = format === 'zip' ? '' : await lab.getText(path);
      const whole = format === 'zip' ? await lab.getOctets(path) : text.endsWith('\n') ? text : `${text}\n`;
      if (out === undefined) context.print(String(whole));
      else {
        const file = resolve(context.workingDir, out);
        writeFileSync(file, whole);
        context.print(options.json === true ? `${JSON.stringify({ file })}\n` : `wrote ${file}\n`);
      }
      done(exitCodes.ok);
    });
}

/** `trace to-scenario`: a scenario file that asks what the trace asked, in the world as it starts. */
export function addTraceToScenario(command: Command, context: CliContext, done: (exitCode: number) => void): void {
  withLabOptions(
    command
      .command('to-scenario')
      .summary('Write a trace as a scenario')
      .description(
        'Write a scenario file that asks what a trace asked. It begins in the world as that starts: what was changed before is for its given.',
      ),
  )
    .argument('<id>', 'trace id, or its first digits')
    .requiredOption('--out <file>', 'into this file')
    .option('--world <file>', 'the world file that the lab was started with; none for one that ships')
    .action(async (id: string, { out, world, ...options }: LabOptions & { readonly out: string; readonly world?: string }) => {
      const file = storyFileAt(context.workingDir, out);
      const order = { traces: [id], name: nameOf(`trace ${id}`), file };
      const worldFile = world === undefined ? {} : { worldFile: resolve(context.workingDir, world) };
      const leftOut = await writeRecording(locateLab(context, options), { ...order, ...worldFile });
      context.print(options.json === true ? `${JSON.stringify({ file, leftOut })}\n` : `wrote ${file}\n`);
      done(exitCodes.ok);
    });
}

/** `trace diff`: where two traces of the same question part. */
export function addTraceDiff(command: Command, context: CliContext, done: (exitCode: number) => void): void {
  withLabOptions(
    command
      .command('diff')
      .summary('Tell where two traces part')
      .description('Tell where two traces of the same question part, first difference first; exit code 1 when they do.'),
  )
    .argument('<a>', 'trace id, or its first digits')
    .argument('<b>', 'the other one')
    .action(async (a: string, b: string, options: LabOptions) => {
      const found = await locateLab(context, options).send<TraceDifferences>('POST', '/_coexist/v1/traces/diff', { a, b });
      context.print(options.json === true ? `${JSON.stringify(found)}\n` : tell(found));
      done(found.same ? exitCodes.ok : exitCodes.failure);
    });
}

function tell({ a, b, same, differences, more }: TraceDifferences): string {
  if (same) return `${a} and ${b} went the same way\n`;
  return [
    `a ${a}`,
    `b ${b}`,
    ...differences.flatMap(({ hop, part, a: left, b: right }, index) => [
      '',
      plain(`${index === 0 ? 'first: ' : ''}${hop}: ${part}`),
      `  a ${plain(left ?? '-')}`,
      `  b ${plain(right ?? '-')}`,
    ]),
    ...(more === 0 ? [] : ['', `and ${more} more`]),
    '',
  ].join('\n');
}
