import type { IncomingMessage } from 'node:http';
import type { Authority } from '../domain/organization/advertised-urls.ts';
import type { Organization } from '../domain/organization/organization.ts';
import { present } from '../kernel/assert.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Connection, TlsFacts } from './connection.ts';
import type { TrackedExchange } from './tracked-exchange.ts';

/** What the front end knows of a request when it hands it to a service. */
export interface HttpExchange {
  readonly organization: Organization;
  /** World time of the organisation, read once. */
  readonly instant: Instant;
  readonly exchange: TrackedExchange;
  readonly authority: Authority;
  /** `address:port` of the client. */
  readonly peer: string;
  readonly tls: TlsFacts | undefined;
  readonly connection: Connection;
  /** Headers of every answer, names in lower case. */
  readonly commonHeaders: Readonly<Record<string, string>>;
}

/** A property, not a WeakMap: measured, the map costs each request more than its whole routing. */
const attached = Symbol('exchange');
type Attached = IncomingMessage & { [attached]?: HttpExchange };

/** Ties a request to its exchange; the front end does so before it hands the request on. */
export function attachExchange(request: IncomingMessage, exchange: HttpExchange): void {
  (request as Attached)[attached] = exchange;
}

/** The exchange of a request. That there is none is a defect: requests reach services through the front end alone. */
export function exchangeOf(request: { readonly raw: IncomingMessage }): HttpExchange {
  return present((request.raw as Attached)[attached], 'the exchange of a request');
}
