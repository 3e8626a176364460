import { Argument } from 'commander';
import { alignColumns } from '../../../shared/journal/announcement.ts';
import type { Story } from '../../../shared/scenario/story.ts';
import { collectStories } from '../../runner/collect.ts';
import { exitCodes } from '../failures.ts';
import { type ListRow, lists } from '../lists.ts';
import type { Verb } from '../verb.ts';

const scenarios = 'scenarios';

export const list: Verb = {
  name: 'list',
  summary: `List what there is: ${[...Object.keys(lists), scenarios].join(', ')}`,
  examples: [
    'coexist list worlds',
    'coexist list cmdlets | grep Migration',
    'coexist list faults --json',
    'coexist list scenarios moves',
    'coexist list scenarios ./my-scenarios --json',
  ],
  configure(command, context, _argv, done) {
    command
      .addArgument(new Argument('<what>', 'what to list').choices([...Object.keys(lists), scenarios]))
      .argument('[names...]', 'of scenarios: files and folders; suites and tags of those that ship')
      .option('--json', 'JSON for machines')
      .action(async (what: string, names: string[], { json }: { readonly json?: true }) => {
        const { rows, values = rows } =
          what === scenarios ? listedStories(names, context.workingDir) : { rows: (await lists[what]?.()) ?? [] };
        context.print(json === true ? `${JSON.stringify({ [what]: values })}\n` : `${tableOf(rows).join('\n')}\n`);
        done(rows.length === 0 ? exitCodes.nothingMatched : exitCodes.ok);
      });
  },
};

interface Listed {
  readonly rows: readonly ListRow[];
  /** For machines, where they are told more. */
  readonly values?: readonly object[];
}

function listedStories(names: readonly string[], workingDir: string): Listed {
  const stories = collectStories(names, workingDir);
  return {
    rows: stories.map(({ id, name, tags }) => ({ name: id, title: name, tags: tags.join(' ') })),
    values: stories.map(viewOf),
  };
}

function viewOf({ id, file, name, teaches, source, tags, eras }: Story): object {
  return { id, file, name, teaches, source, tags, eras };
}

/** Names alone need no head; columns do. */
function tableOf(rows: readonly ListRow[]): readonly string[] {
  const columns = Object.keys(rows[0] ?? {});
  const cells = rows.map((row) => columns.map((column) => row[column] ?? ''));
  return columns.length === 1 ? cells.flat() : alignColumns([columns, ...cells]);
}
