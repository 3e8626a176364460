/** A mailbox on its way, as it is shown. */
export interface Watched {
  readonly name: string;
  readonly status: string;
  /** StatusDetail, or why it failed; '' for none. */
  readonly detail: string;
  readonly percent: number;
  readonly items: number;
  readonly totalItems: number;
  /** Octets that have gone over. */
  readonly bytes: number;
}

/** What was done in a second. */
export interface Speed {
  readonly items: number;
  readonly bytes: number;
}

const barCells = 24;
const units = ['B', 'KB', 'MB', 'GB', 'TB'];

/** `mary  [######------]  47 %  InProgress CopyingMessages  2,340/5,000 items  12.3 MB  1.2 MB/s  140 items/s`; names in a column. */
export function progressLine(one: Watched, nameWidth: number, speed: Speed | undefined): string {
  const filled = Math.round((Math.min(Math.max(one.percent, 0), 100) / 100) * barCells);
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(barCells - filled)}]`;
  return [one.name.padEnd(nameWidth), bar, `${String(one.percent).padStart(3)} %`, ...factsOf(one, speed)].join('  ');
}

/** The same without a bar, for files and pipes. */
export function plainLine(one: Watched, speed: Speed | undefined): string {
  return [one.name, `${one.percent} %`, ...factsOf(one, speed)].join('  ');
}

function factsOf({ status, detail, items, totalItems, bytes }: Watched, speed: Speed | undefined): readonly string[] {
  const isTold = detail !== '' && detail !== status;
  const speeds = speed === undefined ? [] : [`${sizeOf(speed.bytes)}/s`, `${countOf(Math.round(speed.items))} items/s`];
  return [isTold ? `${status} ${detail}` : status, `${countOf(items)}/${countOf(totalItems)} items`, sizeOf(bytes), ...speeds];
}

/** `1.2 MB`. */
function sizeOf(octets: number): string {
  const power = Math.min(units.length - 1, octets < 1_024 ? 0 : Math.floor(Math.log2(octets) / 10));
  const number = octets / 1_024 ** power;
  return `${power === 0 ? Math.round(number) : number.toFixed(1)} ${units[power]}`;
}

function countOf(count: number): string {
  return count.toLocaleString('en-US');
}

/** What shows these lines over the ones before: back by so many lines, each cleared to its end and cut to the terminal's width. */
export function redrawn(lines: readonly string[], before: number, columns: number): string {
  const up = before === 0 ? '' : `\u001b[${before}A`;
  const shown = lines.map((line) => `\r\u001b[2K${line.slice(0, Math.max(1, columns - 1))}\n`);
  // There may have been more.
  const rest = before > lines.length ? '\r\u001b[0J' : '';
  return `${up}${shown.join('')}${rest}`;
}
