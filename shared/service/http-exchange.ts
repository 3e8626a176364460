import type { IncomingMessage } from 'node:http';
import type { Authority } from '../domain/organization/advertised-urls.ts';
import type { Organization } from '../domain/organization/organization.ts';
import { present } from '../kernel/assert.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Connection, TlsFacts } from './connection.ts';
import type { TrackedExchange } from './tracked-exchange.ts';

/** What a listener knows of a request when it hands it to a service. */
export interface HttpVisit {
  /** Undefined where the service belongs to no organisation: the authentication service. */
  readonly organization: Organization | undefined;
  /** World time as the servers of the organisation or service see it, read once. */
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

/** A request to an organisation's service. */
export interface HttpExchange extends HttpVisit {
  readonly organization: Organization;
}

/** A property, not a WeakMap: measured, the map costs each request more than its whole routing. */
const attached = Symbol('exchange');
type Attached = IncomingMessage & { [attached]?: HttpVisit };

/** Ties a request to what is known of it; a listener does so before it hands the request on. */
export function attachVisit(request: IncomingMessage, visit: HttpVisit): void {
  (request as Attached)[attached] = visit;
}

/** What is known of a request. That there is nothing is a defect: requests reach services through a listener alone. */
export function visitOf(request: { readonly raw: IncomingMessage }): HttpVisit {
  return present((request.raw as Attached)[attached], 'the exchange of a request');
}

/** The same, for services of organisations. That none of them answers is a defect. */
export function exchangeOf(request: { readonly raw: IncomingMessage }): HttpExchange {
  const visit = visitOf(request);
  present(visit.organization, 'the organisation of a request');
  return visit as HttpExchange;
}
