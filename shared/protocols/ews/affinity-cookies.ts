import { type Guid, parseGuid } from '../../kernel/ids.ts';

/** What `X-BackEndOverrideCookie` says: the server to go to, whatever the mailbox. */
export interface ServerCookie {
  /** Full name. */
  readonly server: string;
  /** {@link serverVersionNumber}. */
  readonly version: number;
}

/** What `X-BackEndCookie` says: where the mailbox is that an identity led to. */
export interface DatabaseCookie {
  /** What the request was routed by: the anchor mailbox's address, or the SID of who signed in. */
  readonly identity: string;
  readonly database: Guid;
  /** Domain of the forest that the database is in. */
  readonly forest: string;
  /** Milliseconds since 1970; whole seconds travel. */
  readonly expires: number;
}

const longestValue = 1_024;

/** `EX-SE-01.contoso.test~1942129154`, the form on Microsoft's page "Maintain affinity between a group of subscriptions ...". */
export function encodeServerCookie({ server, version }: ServerCookie): string {
  return `${server}~${version}`;
}

/** Reads a value; undefined when it is none. */
export function decodeServerCookie(value: string): ServerCookie | undefined {
  const parts = value.length > longestValue ? null : /^([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)~(\d{1,10})$/.exec(value);
  const [, server, version] = parts ?? [];
  return server === undefined ? undefined : { server, version: Number(version) };
}

/**
 * A server's version as one number: the 1941996295 of Microsoft's page is 15.0.775, the version that the same answer there
 * names, as 0x70000000, 6 bits major, 6 bits minor, 0x8000 and 15 bits build.
 */
export function serverVersionNumber(version: { readonly major: number; readonly minor: number; readonly majorBuild: number }): number {
  return 0x7000_0000 + version.major * 2 ** 22 + version.minor * 2 ** 16 + 0x8000 + version.majorBuild;
}

/**
 * `mary@contoso.test=u56Lnp2e...`. Read from cookies that answers of Exchange in public traces have set: an identity, and in base64
 * `Database~<guid>~<forest>~<time>` with all bits turned round. (Some servers leave the forest empty and name it behind the time.)
 */
export function encodeDatabaseCookie({ identity, database, forest, expires }: DatabaseCookie): string {
  const text = `Database~${database}~${forest}~${new Date(expires).toISOString().slice(0, 19)}`;
  return `${identity}=${turned(Buffer.from(text, 'latin1')).toString('base64')}`;
}

/** Reads a value; undefined when it is none. Never throws. */
export function decodeDatabaseCookie(value: string): DatabaseCookie | undefined {
  const [, identity = '', coded = ''] = (value.length > longestValue ? null : /^(.+?)=([A-Za-z0-9+/]+=*)$/.exec(value)) ?? [];
  const text = turned(Buffer.from(coded, 'base64')).toString('latin1');
  const [, guid = '', forest = '', time = ''] = /^Database~([^~]+)~([^~]*)~(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)$/.exec(text) ?? [];
  const [database, expires] = [parseGuid(guid), Date.parse(`${time}Z`)];
  return database === undefined || Number.isNaN(expires) ? undefined : { identity, database, forest, expires };
}

function turned(octets: Buffer): Buffer {
  return Buffer.from(octets.map((octet) => octet ^ 0xff));
}

/** The value of a cookie in a `Cookie` header, its name in any case; undefined when it is not there. */
export function cookieIn(header: string, name: string): string | undefined {
  const start = `${name.toLowerCase()}=`;
  const found = header.split(';').find((one) => one.trimStart().toLowerCase().startsWith(start));
  return found?.trim().slice(start.length);
}
