import { Refusal } from '../../kernel/refusal.ts';

// What stands here in place of NSPI (MS-NSPI), the directory that Exchange has behind its RPC proxy at port 6004: a form of our own, JSON in
// a POST to the proxy. Nothing of Microsoft's speaks it.

/** Content type of both ways. */
export const directoryType = 'application/vnd.coexist.nspi+json';

/** An entry of the address list. */
export interface DirectoryRow {
  readonly guid: string;
  readonly type: string;
  readonly displayName: string;
  readonly alias: string;
  readonly legacyDn: string;
  /** SMTP, without prefix. */
  readonly primaryAddress: string;
  /** With their types. */
  readonly addresses: readonly string[];
  readonly targetAddress: string | null;
  /** Primary addresses of a group's members. */
  readonly members: readonly string[];
  readonly details: Readonly<Record<string, string>>;
}

/** `QueryRows`: the entries behind that GUID, in the order of their GUIDs. `ModProps`: where mail of somebody is sent on to besides; null for nowhere. */
export type DirectoryRequest =
  | { readonly operation: 'QueryRows'; readonly after: string | null }
  | { readonly operation: 'ModProps'; readonly address: string; readonly targetAddress: string | null };

/** Why the directory does not do it: no such entry, no right to, or not in this version of Exchange. */
export type DirectoryError = 'NotFound' | 'AccessDenied' | 'NotSupported';

export interface DirectoryAnswer {
  /** `8.3.83.6`. */
  readonly serverVersion: string;
  readonly rows: readonly DirectoryRow[];
  readonly isComplete: boolean;
  readonly error?: DirectoryError;
}

/** Entries of one answer. */
export const rowsAtOnce = 200;
/** Octets of a request, and of an answer. */
export const directoryLimits = { request: 8_192, answer: 16 * 1_048_576 } as const;

type Fields = Readonly<Record<string, unknown>>;

/** Reads a request; undefined: it is none. */
export function readDirectoryRequest(octets: Uint8Array): DirectoryRequest | undefined {
  const { operation, after, address, targetAddress } = parsed(octets) ?? {};
  if (operation === 'QueryRows' && isTextOrNull(after)) return { operation, after };
  if (operation === 'ModProps' && typeof address === 'string' && isTextOrNull(targetAddress)) return { operation, address, targetAddress };
  return undefined;
}

/** Reads an answer. Refuses with `DirectoryUnreadable`. */
export function readDirectoryAnswer(octets: Uint8Array): DirectoryAnswer {
  const { serverVersion, rows, isComplete, error } = parsed(octets) ?? {};
  const known = (['NotFound', 'AccessDenied', 'NotSupported'] as const).find((one) => one === error);
  if (
    typeof serverVersion !== 'string' ||
    !Array.isArray(rows) ||
    typeof isComplete !== 'boolean' ||
    (error !== undefined && known === undefined)
  )
    throw new Refusal('DirectoryUnreadable', { detail: 'the directory gave no answer that can be read' });
  const read = rows.map((row: unknown) => rowOf(row));
  return { serverVersion, rows: read, isComplete, ...(known === undefined ? {} : { error: known }) };
}

function rowOf(value: unknown): DirectoryRow {
  const row = fieldsOf(value) ?? {};
  const text = (name: string): string => {
    const found = row[name];
    if (typeof found === 'string') return found;
    throw new Refusal('DirectoryUnreadable', { detail: `an entry of the directory has no ${name}` });
  };
  const list = (name: string): readonly string[] => {
    const found = row[name];
    return Array.isArray(found) ? found.filter((one): one is string => typeof one === 'string') : [];
  };
  const details = Object.entries(fieldsOf(row['details']) ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return {
    ...{ guid: text('guid'), type: text('type'), displayName: text('displayName'), alias: text('alias'), legacyDn: text('legacyDn') },
    ...{ primaryAddress: text('primaryAddress'), addresses: list('addresses'), members: list('members') },
    targetAddress: typeof row['targetAddress'] === 'string' ? row['targetAddress'] : null,
    details: Object.fromEntries(details),
  };
}

function parsed(octets: Uint8Array): Fields | undefined {
  try {
    return fieldsOf(JSON.parse(Buffer.from(octets).toString('utf8')));
  } catch {
    return undefined;
  }
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}
