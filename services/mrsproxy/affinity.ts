import type { FastifyReply, FastifyRequest } from 'fastify';
import { localMailbox } from '../../shared/domain/directory/recipient.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import { profileOf } from '../../shared/domain/organization/profiles.ts';
import { databaseOf, frontEndOf, homeServerOf, serverFqdn, serversOf } from '../../shared/domain/organization/servers.ts';
import { parseGuid } from '../../shared/kernel/ids.ts';
import { cookieIn, decodeDatabaseCookie, encodeDatabaseCookie } from '../../shared/protocols/ews/affinity-cookies.ts';
import { exchangeOf } from '../../shared/service/http-exchange.ts';
import type { MrsProxyContext } from './context.ts';

const routeCookie = 'X-BackEndCookie';
const routeMs = 10 * 60_000;

/**
 * Full name of the server whose memory holds the session. Exchange 2010 has no front end of its own before the proxy: it is the
 * server that took the connection, and a client that comes by another connection may meet another one. Since 2013 the front end
 * passes requests on: to the server of X-BackEndCookie, which it sets, else to that of the anchor mailbox, else to its own.
 */
export async function serverOf(
  context: MrsProxyContext,
  request: FastifyRequest,
  reply: FastifyReply,
  organization: Organization,
): Promise<string> {
  const { connection, exchange } = exchangeOf(request);
  const taken = frontEndOf(organization, connection.ordinal);
  const server = hasFrontEnds(organization) ? await routed(context, request, reply, organization, taken) : taken;
  const name = serverFqdn(organization, server);
  exchange.note({ backEnd: name });
  return name;
}

function hasFrontEnds({ product }: Organization): boolean {
  return profileOf(product).version.major >= 15;
}

async function routed(
  context: MrsProxyContext,
  request: FastifyRequest,
  reply: FastifyReply,
  organization: Organization,
  taken: string,
): Promise<string> {
  const { instant } = exchangeOf(request);
  const servers = serversOf(organization);
  const sent = decodeDatabaseCookie(cookieIn(request.headers.cookie ?? '', routeCookie) ?? '');
  const kept = sent === undefined ? undefined : servers.find((one) => databaseOf(organization, one) === sent.database);
  if (kept !== undefined && sent !== undefined && sent.expires > instant + routeMs / 2) return kept;
  const server = kept ?? (await anchored(context, request, organization)) ?? taken;
  const expires = instant + routeMs;
  const database = databaseOf(organization, server);
  const value = encodeDatabaseCookie({ identity: `Server~${server}`, database, forest: organization.domains[0] ?? '', expires });
  reply.header('set-cookie', `${routeCookie}=${value}; expires=${new Date(expires).toUTCString()}; path=/EWS; secure; HttpOnly`);
  return server;
}

/** The server of the mailbox that X-AnchorMailbox names by its GUID. */
async function anchored(context: MrsProxyContext, request: FastifyRequest, organization: Organization): Promise<string | undefined> {
  const guid = parseGuid(request.headers['x-anchormailbox']?.toString() ?? '');
  const found = guid === undefined ? undefined : await context.directory(organization.name).byExchangeGuid(guid);
  const mailbox = found === undefined ? null : localMailbox(found);
  return mailbox === null ? undefined : homeServerOf(organization, mailbox);
}
