import { shownText } from './format-list.ts';

type Shown = Readonly<Record<string, unknown>>;

/** Objects as PowerShell's Format-Table shows them: a column for each property, as wide as what is in it. */
export function formatTable(objects: readonly Shown[], properties?: readonly string[]): string {
  const names = properties ?? [...new Set(objects.flatMap((object) => Object.keys(object)))];
  if (objects.length === 0 || names.length === 0) return '';
  const rows = [names, names.map((name) => '-'.repeat(name.length)), ...objects.map((object) => names.map((name) => cell(object[name])))];
  const widths = names.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `${row
          .map((text, column) => text.padEnd(widths[column] ?? 0))
          .join(' ')
          .trimEnd()}\n`,
    )
    .join('');
}

function cell(value: unknown): string {
  return shownText(value).replaceAll(/\s*\r?\n\s*/g, ' ');
}
