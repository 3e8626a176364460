import { painter } from './log-line.ts';

/** What is told of a lab that is ready: the members of `endpoints.json` that people look for first. */
export interface AnnouncedLab {
  readonly version: string;
  readonly pid: number;
  readonly adminUrl: string;
  readonly proxyUrl: string | null;
  readonly dns: string | null;
  readonly caFile: string;
  readonly organizations: Readonly<
    Record<
      string,
      { readonly kind: string; readonly ews: string | null; readonly autodiscover: string | null; readonly authority?: string | null }
    >
  >;
}

export interface AnnouncementOptions {
  readonly format: 'pretty' | 'json';
  readonly colors: boolean;
  /** Standard output is a terminal: people get a table of endpoints above the line. */
  readonly terminal: boolean;
  /** From the start of the process. */
  readonly readyMs: number;
  readonly endpointsFile: string;
}

/**
 * What is printed when the lab is ready, with its line ends: exactly one line that says so; on a terminal, above it, one
 * table of endpoints.
 */
export function announcement(lab: AnnouncedLab, options: AnnouncementOptions): string {
  const ms = Math.round(options.readyMs);
  const { version, pid, adminUrl } = lab;
  if (options.format === 'json') {
    return `${JSON.stringify({ event: 'ready', ms, admin: adminUrl, version, pid, endpoints: options.endpointsFile })}\n`;
  }
  const ready = `${painter(options.colors)('green', 'coexist ready')} in ${ms} ms  admin ${adminUrl}\n`;
  return options.terminal ? `${endpointsTable(lab, options.colors)}\n${ready}` : ready;
}

function endpointsTable({ organizations, proxyUrl, dns, caFile }: AnnouncedLab, colors: boolean): string {
  const paint = painter(colors);
  const [head = '', ...rows] = alignColumns([
    ['organization', 'kind', 'EWS', 'Autodiscover'],
    ...Object.entries(organizations).map(([name, { kind, ews, autodiscover }]) => [name, kind, ews ?? '-', autodiscover ?? '-']),
  ]);
  const authorities = Object.values(organizations).flatMap(({ authority }) => (typeof authority === 'string' ? [authority] : []));
  const more = alignColumns([
    ...authorities.map((authority) => ['authority', authority]),
    ...(proxyUrl === null ? [] : [['proxy', proxyUrl]]),
    ...(dns === null ? [] : [['DNS', dns]]),
    ['CA', caFile],
  ]);
  return [paint('dim', head), ...rows, '', ...more, ''].join('\n');
}

/** Rows as lines of aligned columns, two blanks between them. */
export function alignColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
