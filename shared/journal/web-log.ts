import type { ExchangeRecord, WebRecord } from './record.ts';

/** The server whose logs are written. */
export interface WebServer {
  /** `EX-SE-01`. */
  readonly name: string;
  /** With its domain. */
  readonly fqdn: string;
  readonly version: { readonly major: number; readonly minor: number; readonly majorBuild: number; readonly minorBuild: number };
}

/** What a log kept by a server's software looks like. */
export interface WebLog {
  /** The lines that begin a file. */
  head(server: WebServer, at: number): string;
  /** The line of an exchange, or undefined where the server would have none. */
  line(server: WebServer, record: LoggedExchange): string | undefined;
}

/** What is read of an exchange to write it down. */
export type LoggedExchange = Omit<ExchangeRecord, 'error'>;

/** A request that a web server has answered. */
export interface WebExchange extends LoggedExchange {
  readonly web: WebRecord;
  readonly status: number;
}

/**
 * Whether a web server has a line of an exchange: it was asked and has answered. What ended on the way to it (a fault rule
 * at the door: `operation` is what a service notes first) it has never seen, nor what a device in front of it was asked.
 */
export function isWebExchange(record: LoggedExchange): record is WebExchange {
  const { service, direction, web, status, outcome, operation } = record;
  return (
    direction === 'incoming' && service !== 'perimeter' && web !== null && status !== null && !(outcome === 'fault' && operation === null)
  );
}

/** Method, path and query of a request; the query with its question mark, or ''. */
export function targetOf(target: string): { readonly method: string; readonly stem: string; readonly query: string } {
  const blank = target.indexOf(' ');
  const url = target.slice(blank + 1);
  const mark = url.indexOf('?');
  return { method: target.slice(0, blank), stem: mark < 0 ? url : url.slice(0, mark), query: mark < 0 ? '' : url.slice(mark) };
}

/** The address in `address:port`; an IPv4 address that is written as an IPv6 one reads as what it is. */
export function addressOf(peer: string): string {
  return peer
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/^::ffff:(?=\d+\.)/i, '');
}
