import type { FastifyReply, FastifyRequest } from 'fastify';
import { localMailbox } from '../../shared/domain/directory/recipient.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import { profileOf } from '../../shared/domain/organization/profiles.ts';
import { databaseOf, frontEndOf, homeServerOf, serverFqdn, serversOf } from '../../shared/domain/organization/servers.ts';
import type { Instant } from '../../shared/kernel/clock.ts';
import {
  cookieIn,
  decodeDatabaseCookie,
  decodeServerCookie,
  encodeDatabaseCookie,
  encodeServerCookie,
  serverVersionNumber,
} from '../../shared/protocols/ews/affinity-cookies.ts';
import { exchangeOf } from '../../shared/service/http-exchange.ts';
import type { Admitted } from './access.ts';
import type { EwsContext } from './context.ts';

const yearMs = 365 * 86_400_000;
/** As in the sample on Microsoft's page. */
const routeMs = 10 * 60_000;

/**
 * Finds the server that a request is for and gives its full name; names it in the answer, and gives the cookies by which
 * clients stay with it: `exchangecookie` to whoever has none, `X-BackEndOverrideCookie`, which counts with
 * `X-PreferServerAffinity: true` alone, where that asks for it and none that is good is sent
 * (learn.microsoft.com "Maintain affinity between a group of subscriptions and the Mailbox server in Exchange").
 */
export async function tellServer(
  context: EwsContext,
  request: FastifyRequest,
  reply: FastifyReply,
  admitted: Pick<Admitted, 'organization' | 'principal'>,
): Promise<string> {
  const { organization } = admitted;
  const { instant, exchange } = exchangeOf(request);
  const sent = request.headers.cookie ?? '';
  const isAffine = request.headers['x-preferserveraffinity']?.toString().toLowerCase() === 'true';
  const preferred = isAffine ? preferredServer(organization, cookieIn(sent, overrideCookie)) : undefined;
  const [only, ...others] = serversOf(organization);
  const routed = others.length === 0 ? only : await routedServer(context, request, reply, admitted);
  const server = preferred ?? routed;
  const fqdn = serverFqdn(organization, server);
  exchange.note({ backEnd: fqdn });
  reply.header('x-targetbeserver', fqdn).header('x-diaginfo', server);
  if (cookieIn(sent, 'exchangecookie') === undefined) {
    const named = context.identifiers.guid().replaceAll('-', '');
    reply.header('set-cookie', `exchangecookie=${named}; expires=${dateOf(instant + yearMs)}; path=/; HttpOnly`);
  }
  if (isAffine && preferred === undefined) {
    const value = encodeServerCookie({ server: fqdn, version: serverVersionNumber(profileOf(organization.product).version) });
    reply.header('set-cookie', `${overrideCookie}=${value}; path=/; secure; HttpOnly`);
  }
  return fqdn;
}

/** The date of a cookie. That of a second is kept: writing one costs more than all else that is done here. */
function dateOf(at: Instant): string {
  const second = Math.floor(at / 1_000);
  if (second !== dated.second) dated = { second, text: new Date(at).toUTCString() };
  return dated.text;
}

let dated = { second: Number.NaN, text: '' };

const overrideCookie = 'X-BackEndOverrideCookie';
const routeCookie = 'X-BackEndCookie';

/** The server that the cookie names, if it is one of the organisation's: by the same page it goes before the anchor mailbox. */
function preferredServer(organization: Organization, cookie: string | undefined): string | undefined {
  const named = decodeServerCookie(cookie ?? '')?.server.toLowerCase();
  return named === undefined ? undefined : serversOf(organization).find((one) => serverFqdn(organization, one).toLowerCase() === named);
}

/**
 * The server of the anchor mailbox, else of the caller's own; who has none is served where he came in (inferred). Where there
 * are several, `X-BackEndCookie` tells the client for ten minutes what was found. It is not read for the way: nothing moves.
 */
async function routedServer(
  context: EwsContext,
  request: FastifyRequest,
  reply: FastifyReply,
  { organization, principal }: Pick<Admitted, 'organization' | 'principal'>,
): Promise<string> {
  const { instant, connection } = exchangeOf(request);
  const directory = context.directory(organization.name);
  const asked = request.headers['x-anchormailbox']?.toString().trim() ?? '';
  const anchor = asked === '' ? undefined : await directory.byAddress(asked);
  const anchored = anchor === undefined ? null : localMailbox(anchor);
  const caller = principal.is === 'user' ? principal.caller : principal.linkedAccount;
  const mailbox = anchored ?? caller?.mailbox ?? null;
  if (mailbox === null) return frontEndOf(organization, connection.ordinal);
  const server = homeServerOf(organization, mailbox);
  const own = caller === null ? undefined : await directory.byGuid(caller.recipient);
  const identity = (anchored === null ? own?.sid : anchor?.primaryAddress) ?? '';
  setRoute(request, reply, { identity, database: databaseOf(organization, server), forest: organization.domains[0] ?? '' }, instant);
  return server;
}

function setRoute(
  request: FastifyRequest,
  reply: FastifyReply,
  found: Omit<NonNullable<ReturnType<typeof decodeDatabaseCookie>>, 'expires'>,
  instant: Instant,
): void {
  const known = decodeDatabaseCookie(cookieIn(request.headers.cookie ?? '', routeCookie) ?? '');
  if (known?.identity === found.identity && known.database === found.database && known.expires > instant) return;
  const expires = instant + routeMs;
  const value = encodeDatabaseCookie({ ...found, expires });
  reply.header('set-cookie', `${routeCookie}=${value}; expires=${dateOf(expires)}; path=/EWS; secure; HttpOnly`);
}
