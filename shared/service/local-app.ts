import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authority } from '../domain/organization/advertised-urls.ts';
import type { Organization } from '../domain/organization/organization.ts';
import { answerDefect, type Visit } from './http-door.ts';
import { attachVisit } from './http-exchange.ts';

/** What a service offers to a listener of the same process: a Fastify instance that is ready. */
export interface LocalApp {
  routing(request: IncomingMessage, response: ServerResponse): void;
}

/** Hands a request on, unread, with all that is known of it. */
export function dispatch(
  app: LocalApp,
  visit: Visit,
  facts: { readonly organization: Organization | undefined; readonly authority: Authority },
): void {
  const { request, response, connection, exchange, instant, commonHeaders } = visit;
  const { peer, tls } = connection;
  attachVisit(request, { ...facts, instant, exchange, peer, tls, connection, commonHeaders });
  try {
    app.routing(request, response);
  } catch (error) {
    answerDefect(visit, error);
  }
}
