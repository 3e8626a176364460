import { CsvError, readCsv } from './csv.ts';
import type { MoveParts } from './move-request.ts';

/** What a list of people says of one of them: his row. */
export interface ListedUser {
  readonly address: string;
  readonly parts: MoveParts | null;
  /** Null: without limit. Absent: as the batch has it. */
  readonly badItemLimit?: number | null;
  readonly largeItemLimit?: number | null;
  readonly targetDatabase: string | null;
  readonly targetArchiveDatabase: string | null;
  /** Of an IMAP list: his account there. */
  readonly imap?: ImapAccount;
  /** Of a staged list. */
  readonly staged?: StagedAccount;
  /** Of a cutover migration, which has no list. */
  readonly found?: FoundEntry;
}

/** What a staged migration does with somebody's account. */
export interface StagedAccount {
  /** Null: he keeps the one that he has. */
  readonly password: string | null;
  readonly forceChangePassword: boolean;
}

/** Somebody whom a cutover migration has found in the directory of the source. */
export interface FoundEntry {
  readonly type: string;
  readonly displayName: string;
  readonly alias: string;
  readonly legacyDn: string;
  readonly addresses: readonly string[];
  readonly targetAddress: string | null;
  readonly members: readonly string[];
  readonly details: Readonly<Record<string, string>>;
}

/** An account of an IMAP server. */
export interface ImapAccount {
  readonly userName: string;
  readonly password: string;
  /** The folder that his mail begins at; null: the top. */
  readonly root: string | null;
}

/** Kinds of batch whose lists are read here. */
export type ListKind = 'onboarding' | 'offboarding' | 'local' | 'imap' | 'staged';

/** Columns of a list, and how many rows it may have. */
export interface Columns {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly mostRows: number;
}

/** Columns by kind ("CSV files for mailbox migration", OfficeDocs-Exchange). Moves have no limit there; theirs is that of IMAP. */
const columns: Readonly<Record<ListKind, Columns>> = {
  onboarding: { required: ['EmailAddress'], optional: ['MailboxType', 'BadItemLimit', 'LargeItemLimit'], mostRows: 50_000 },
  offboarding: {
    required: ['EmailAddress'],
    optional: ['MailboxType', 'BadItemLimit', 'LargeItemLimit', 'TargetDatabase', 'TargetArchiveDatabase'],
    mostRows: 50_000,
  },
  imap: { required: ['EmailAddress', 'UserName', 'Password'], optional: ['UserRoot'], mostRows: 50_000 },
  staged: { required: ['EmailAddress'], optional: ['Password', 'ForceChangePassword', 'Username'], mostRows: 2_000 },
  local: {
    required: ['EmailAddress'],
    optional: ['TargetDatabase', 'TargetArchiveDatabase', 'BadItemLimit', 'MailboxType'],
    mostRows: 50_000,
  },
};

/** What is wrong with a list. The first four texts are published ("Troubleshoot IMAP migration", OfficeDocs-Support), the others ours. */
export const listTexts = {
  empty: () => "Upload file can't be empty",
  tooLong: (most: number) =>
    `The CSV file contains more than ${most.toLocaleString('en-US')} rows. Please divide the file into two or more files and submit them separately.`,
  missing: (column: string) =>
    `Column "${column}" is missing from the CSV file. The import process can't continue because this column is required. Please edit the CSV file and re-submit it.`,
  width: (row: number, expected: number, actual: number) =>
    `Row ${row} has the wrong number of columns. Expected number: ${expected}. Actual number: ${actual}. Please edit this row and re-submit the file.`,
  unknown: (column: string) => `The CSV file has a column "${column}", which this kind of migration does not know.`,
  twice: (column: string) => `The CSV file has the column "${column}" more than once.`,
  repeated: (address: string) => `The CSV file lists "${address}" in more than one row.`,
  valueless: (row: number, column: string) => `Row ${row} has no value in the column "${column}".`,
  invalid: (row: number, column: string, value: string) =>
    `Row ${row} has ${JSON.stringify(value)} in the column "${column}", which cannot be.`,
  quotes: (line: number) => `Line ${line} of the CSV file has a quotation mark that does not fit.`,
} as const;

/** A list of people, or the sentence that says what is wrong with it. */
export type ListRead = { readonly users: readonly ListedUser[] } | { readonly problem: string };

/** Reads the list of a batch; column names in any case. With `allowUnknown` columns that mean nothing are skipped. */
export function readUserList(text: string, kind: ListKind, options: { readonly allowUnknown: boolean }): ListRead {
  const table = readTable(text, columns[kind], options);
  return 'problem' in table ? table : readRows(table.rows, table.names, kind);
}

/** A list with columns of any kind: names of its columns in small letters, and its rows, whose width is the reader's to check. */
export type TableRead = { readonly names: readonly string[]; readonly rows: readonly (readonly string[])[] } | { readonly problem: string };

/** The frame of a list: is it one, and has it the columns that it needs and no other. */
export function readTable(
  text: string,
  { required, optional, mostRows }: Columns,
  { allowUnknown }: { readonly allowUnknown: boolean },
): TableRead {
  let file: ReturnType<typeof readCsv>;
  try {
    file = readCsv(text);
  } catch (error) {
    if (error instanceof CsvError) return { problem: listTexts.quotes(error.line) };
    throw error;
  }
  const { header, rows } = file;
  if (header.length === 0 || rows.length === 0) return { problem: listTexts.empty() };
  const names = header.map((name) => name.trim().toLowerCase());
  const missing = required.find((name) => !names.includes(name.toLowerCase()));
  if (missing !== undefined) return { problem: listTexts.missing(missing) };
  const known = [...required, ...optional];
  const strange = header.find((name) => !known.some((one) => one.toLowerCase() === name.trim().toLowerCase()));
  if (strange !== undefined && !allowUnknown) return { problem: listTexts.unknown(strange) };
  const twice = known.find((name) => names.filter((one) => one === name.toLowerCase()).length > 1);
  if (twice !== undefined) return { problem: listTexts.twice(twice) };
  if (rows.length > mostRows) return { problem: listTexts.tooLong(mostRows) };
  return { names, rows };
}

function readRows(rows: readonly (readonly string[])[], names: readonly string[], kind: ListKind): ListRead {
  const users: ListedUser[] = [];
  const seen = new Set<string>();
  for (const [index, row] of rows.entries()) {
    if (row.length !== names.length) return { problem: listTexts.width(index + 1, names.length, row.length) };
    const cell = (column: string): string => row[names.indexOf(column.toLowerCase())] ?? '';
    const read = readers[kind](cell, index + 1);
    if ('problem' in read) return read;
    const key = read.user.address.toLowerCase();
    if (seen.has(key)) return { problem: listTexts.repeated(read.user.address) };
    seen.add(key);
    users.push(read.user);
  }
  return { users };
}

function readUser(cell: (column: string) => string, row: number): { readonly user: ListedUser } | { readonly problem: string } {
  const address = cell('EmailAddress');
  if (address === '') return { problem: listTexts.valueless(row, 'EmailAddress') };
  if (!addressForm.test(address)) return { problem: listTexts.invalid(row, 'EmailAddress', address) };
  const type = cell('MailboxType');
  const parts = type === '' ? null : mailboxTypes.find((one) => one.toLowerCase() === type.toLowerCase());
  if (parts === undefined) return { problem: listTexts.invalid(row, 'MailboxType', type) };
  const limits: { badItemLimit?: number | null; largeItemLimit?: number | null } = {};
  for (const [column, key] of limitColumns) {
    const limit = readLimit(cell(column));
    if (limit === 'invalid') return { problem: listTexts.invalid(row, column, cell(column)) };
    if (limit !== undefined) limits[key] = limit;
  }
  const database = (column: string): string | null => cell(column) || null;
  const user = { address, parts, targetDatabase: database('TargetDatabase'), targetArchiveDatabase: database('TargetArchiveDatabase') };
  return { user: { ...user, ...limits } };
}

/** Passwords are taken as they stand; a user without one cannot sign in anywhere. */
function readImapUser(cell: (column: string) => string, row: number): ReturnType<typeof readUser> {
  const read = readUser((column) => (column === 'EmailAddress' ? cell(column) : ''), row);
  if ('problem' in read) return read;
  const empty = ['UserName', 'Password'].find((column) => cell(column) === '');
  if (empty !== undefined) return { problem: listTexts.valueless(row, empty) };
  const imap = { userName: cell('UserName'), password: cell('Password'), root: cell('UserRoot') || null };
  return { user: { ...read.user, imap } };
}

/** Of a row of a staged list; a Username is that of an account elsewhere and has no meaning here. */
function readStagedUser(cell: (column: string) => string, row: number): ReturnType<typeof readUser> {
  const read = readUser((column) => (column === 'EmailAddress' ? cell(column) : ''), row);
  if ('problem' in read) return read;
  const force = cell('ForceChangePassword');
  if (!/^(?:true|false)?$/i.test(force)) return { problem: listTexts.invalid(row, 'ForceChangePassword', force) };
  const staged = { password: cell('Password') || null, forceChangePassword: force.toLowerCase() === 'true' };
  return { user: { ...read.user, staged } };
}

const readers: Readonly<Record<ListKind, typeof readUser>> = {
  ...{ onboarding: readUser, offboarding: readUser, local: readUser },
  ...{ imap: readImapUser, staged: readStagedUser },
};

const mailboxTypes: readonly MoveParts[] = ['PrimaryAndArchive', 'PrimaryOnly', 'ArchiveOnly'];
const limitColumns = [
  ['BadItemLimit', 'badItemLimit'],
  ['LargeItemLimit', 'largeItemLimit'],
] as const;
const addressForm = /^[^\s@<>"]{1,64}@[^\s@<>"]{1,255}$/;

/** A number from 0, or `Unlimited` (null); undefined where nothing stands. */
export function readLimit(text: string): number | null | undefined | 'invalid' {
  if (text === '') return undefined;
  if (text.toLowerCase() === 'unlimited') return null;
  return /^\d{1,9}$/.test(text) ? Number(text) : 'invalid';
}
