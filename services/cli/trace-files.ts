import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { plain } from '../../shared/journal/log-line.ts';
import type { TraceDifferences } from '../../shared/journal/trace-diff.ts';
import type { CliContext } from './context.ts';
import { exitCodes } from './failures.ts';
import { type LabOptions, locateLab } from './locate.ts';
import { withLabOptions } from './verb.ts';

const formats = ['json', 'har', 'mmd'] as const;

/** `trace export`: a trace for other programs to read, without secrets. */
export function addTraceExport(command: Command, context: CliContext, done: (exitCode: number) => void): void {
  withLabOptions(
    command.command('export').summary('Write a trace for other programs').description('Write a trace for other programs, redacted.'),
  )
    .argument('<id>', 'trace id, or its first digits')
    .addOption(new Option('--format <format>', 'JSON; HTTP Archive 1.2; sequence diagram of Mermaid').choices(formats).default('json'))
    .option('--out <file>', 'into this file; else to standard output')
    .action(async (id: string, { format, out, ...options }: LabOptions & { format: (typeof formats)[number]; out?: string }) => {
      const text = await locateLab(context, options).getText(`/_coexist/v1/traces/${encodeURIComponent(id)}.${format}`);
      const whole = text.endsWith('\n') ? text : `${text}\n`;
      if (out === undefined) context.print(whole);
      else {
        const file = resolve(context.workingDir, out);
        writeFileSync(file, whole);
        context.print(options.json === true ? `${JSON.stringify({ file })}\n` : `wrote ${file}\n`);
      }
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
