import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { missesCertificate, type ShownCertificate } from '../bridges/access/client-certificate.ts';
import { DigestNonces } from '../bridges/access/digest-nonces.ts';
import type { Principal } from '../bridges/access/principal.ts';
import { signIn } from '../bridges/access/sign-in.ts';
import type { Directory } from '../domain/directory/directory.ts';
import type { Organization } from '../domain/organization/organization.ts';
import type { Organizations } from '../domain/organization/registry.ts';
import type { Settings } from '../domain/organization/settings.ts';
import { requiresCertificate } from '../domain/organization/ssl-flags.ts';
import type { SignInDoor } from '../domain/organization/virtual-directories.ts';
import { present } from '../kernel/assert.ts';
import type { Store } from '../store/database.ts';
import type { TlsFacts } from './connection.ts';
import { countAttempt } from './count-attempt.ts';
import { exchangeOf } from './http-exchange.ts';

/** What a service needs from outside to let somebody in. */
export interface AdmissionContext {
  readonly organizations: () => Promise<Organizations>;
  /** The configuration objects of an organisation. */
  readonly settings: (organization: string) => Promise<Settings>;
  /** The directory of an organisation, by its name. */
  readonly directory: (organization: string) => Directory;
  /** Where wrong passwords are counted, if the domain does. */
  readonly store: Store;
  /** The port under which clients reach each organisation's https listener, by organisation. */
  readonly publishedPorts: () => ReadonlyMap<string, number>;
}

/** A request to an organisation: the organisation and its settings as they are now. */
export interface Visited {
  readonly organization: Organization;
  readonly settings: Settings;
}

/** Whose virtual directory a request came to. The listener's own record of it may be older than its era. */
export async function visited(context: AdmissionContext, request: FastifyRequest): Promise<Visited & { organizations: Organizations }> {
  const { name } = exchangeOf(request).organization;
  const settings = await context.settings(name);
  const organizations = await context.organizations();
  return { organization: present(organizations.byName(name), `the organisation ${name}`), organizations, settings };
}

/** How logs name a caller: as typed where there was a password, servers with a token by their application, as Exchange's do. */
function accountOf(principal: Principal, userName: string | null): string {
  if (principal.is === 'user' && principal.by !== 'Bearer') return userName ?? principal.caller.userPrincipalName;
  if (principal.is === 'user' && principal.application?.token !== 's2s-act-as') return principal.caller.userPrincipalName;
  return `S2S~${principal.application?.appId ?? ''}`;
}

// Each process gives its own: a nonce of another one is stale.
const nonces = new WeakMap<Store, DigestNonces>();

function noncesOf(store: Store): DigestNonces {
  const given = nonces.get(store) ?? new DigestNonces();
  nonces.set(store, given);
  return given;
}

function shownIn(tls: TlsFacts | undefined): ShownCertificate | undefined {
  const { clientCertificate: certificate, authority } = tls ?? {};
  return certificate === undefined || authority === undefined ? undefined : { certificate, authority };
}

/** Whether a virtual directory requires a certificate and the client has shown no good one: that is 403, and the journal is told. */
export function lacksCertificate(request: FastifyRequest, { organization, settings }: Visited, door: SignInDoor): false | Promise<boolean> {
  return requiresCertificate(organization, settings, door) && lacksRequired(request);
}

async function lacksRequired(request: FastifyRequest): Promise<boolean> {
  const { tls, instant, exchange } = exchangeOf(request);
  const missed = await missesCertificate(shownIn(tls), instant);
  if (missed === undefined) return false;
  exchange.judged(missed.verdict);
  exchange.note({ code: missed.refusal.code, detail: missed.refusal.detail ?? '' });
  exchange.conclude('refused');
  return true;
}

/**
 * Signs the caller in and tells the journal. Undefined: the answer, a 401 with its challenges as a rule, has been sent;
 * it has the headers that `further` makes.
 */
export async function admit(
  context: AdmissionContext,
  request: FastifyRequest,
  reply: FastifyReply,
  virtualDirectory: Exclude<SignInDoor, 'SmtpSubmission'>,
  further: (visit: Visited) => Readonly<Record<string, string>> = () => ({}),
): Promise<(Visited & { readonly principal: Principal }) | undefined> {
  const { authority, exchange, instant, connection, tls } = exchangeOf(request);
  const { organization, organizations, settings } = await visited(context, request);
  const lacking = lacksCertificate(request, { organization, settings }, virtualDirectory);
  if (lacking !== false && (await lacking)) {
    reply.code(403).send();
    return undefined;
  }
  const outcome = await signIn(request.headers.authorization, {
    point: { organization, settings, virtualDirectory, host: authority.host },
    organizations,
    directory: context.directory(organization.name),
    authority,
    publishedPort: context.publishedPorts().get(organization.name),
    at: instant,
    connection: connection.signIn,
    certificateHash: tls?.certificateHash,
    shown: shownIn(tls),
    // What came by way of a proxy (RFC 9110 section 7.6.3) may share its connection with what others send.
    isShared: request.headers.via !== undefined,
    newChallenge: () => randomBytes(8),
    digest: { nonces: noncesOf(context.store), method: request.method, target: request.url },
  });
  const { verdict, userName, attempt } = outcome;
  exchange.judged(verdict);
  await countAttempt(context.store, organization, settings, attempt, instant);
  if (outcome.principal !== undefined) {
    const { principal, headers = {} } = outcome;
    reply.headers(headers);
    exchange.note({
      caller: principal.is === 'user' ? principal.caller.primarySmtpAddress : principal.application.appId,
      account: accountOf(principal, userName),
    });
    return { organization, settings, principal };
  }
  const { refusal, status, headers } = outcome;
  exchange.note({
    ...(userName === null ? {} : { caller: userName, account: userName }),
    code: refusal.code,
    detail: refusal.detail ?? '',
  });
  exchange.conclude(refusal.code === 'ntlm-handshake' ? 'answered' : 'refused');
  reply.code(status).headers({ ...headers, ...further({ organization, settings }) });
  reply.send();
  return undefined;
}
