import { Argument } from 'commander';
import { alignColumns } from '../../../shared/journal/announcement.ts';
import { exitCodes } from '../failures.ts';
import { type ListRow, lists } from '../lists.ts';
import type { Verb } from '../verb.ts';

export const list: Verb = {
  name: 'list',
  summary: `List what there is: ${Object.keys(lists).join(', ')}`,
  examples: ['coexist list worlds', 'coexist list cmdlets | grep Migration', 'coexist list faults --json', 'coexist list eras'],
  configure(command, context, _argv, done) {
    command
      .addArgument(new Argument('<what>', 'what to list').choices(Object.keys(lists)))
      .option('--json', 'JSON for machines')
      .action(async (what: string, { json }: { json?: true }) => {
        const rows = (await lists[what]?.()) ?? [];
        context.print(json === true ? `${JSON.stringify({ [what]: rows })}\n` : `${tableOf(rows).join('\n')}\n`);
        done(exitCodes.ok);
      });
  },
};

/** Names alone need no head; columns do. */
function tableOf(rows: readonly ListRow[]): readonly string[] {
  const columns = Object.keys(rows[0] ?? {});
  const cells = rows.map((row) => columns.map((column) => row[column] ?? ''));
  return columns.length === 1 ? cells.flat() : alignColumns([columns, ...cells]);
}
