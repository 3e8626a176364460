/** One line of the table: a figure, what it is held against, and whether that holds. */
export interface Row {
  readonly what: string;
  /** The figure with its unit, and the other figure where it is a ratio. */
  readonly measured: string;
  readonly limit: string;
  /** Undefined where there is no limit: the row is there for comparison. */
  readonly passed: boolean | undefined;
}

/** Two rates per second, of which the first must be at least `least` times the second. */
export function besideRow(what: string, own: number, other: number, least: number): Row {
  const part = own / other;
  return {
    what,
    measured: `${part.toFixed(2)} (${own.toFixed(0)}/s : ${other.toFixed(0)}/s)`,
    limit: `${least}`,
    passed: part >= least,
  };
}

/** The rows as a table of text. */
export function table(rows: readonly Row[]): string {
  const cells = [
    ['', 'measured', 'limit', ''],
    ...rows.map(({ what, measured, limit, passed }) => [what, measured, limit, passed === undefined ? '' : passed ? 'pass' : 'FAIL']),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** The middle of some figures. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
