/** A file of comma-separated values, read. */
export interface CsvFile {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Why a text is no such file: a quote is not closed, or stands within a bare field; line, from 1. */
export class CsvError extends Error {
  readonly line: number;

  constructor(line: number) {
    super(`line ${line} of the file has a quote that does not fit`);
    this.line = line;
  }
}

/**
 * Reads comma-separated values (RFC 4180): fields in quotes may hold commas, line breaks and doubled quotes; either line end;
 * a byte order mark and blank lines are skipped. A text without anything has no header. Throws a {@link CsvError}.
 */
export function readCsv(text: string): CsvFile {
  const records: string[][] = [];
  let record: string[] = [];
  let line = 1;
  const end = (): void => {
    if (record.length > 1 || record[0]?.trim() !== '') records.push(record);
    record = [];
  };
  const source = text.replace(/^\ufeff/, '');
  field.lastIndex = 0;
  while (field.lastIndex < source.length || record.length > 0) {
    const [whole, quoted, bare, stop] = field.exec(source) ?? [];
    if (whole === undefined) throw new CsvError(line);
    record.push(quoted === undefined ? (bare ?? '').trim() : quoted.replaceAll('""', '"'));
    line += whole.split('\n').length - 1;
    if (stop !== ',') end();
    if (stop === '') break;
  }
  const [header = [], ...rows] = records;
  return { header, rows };
}

const field = /[ \t]*(?:"((?:[^"]|"")*)"[ \t]*|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;
