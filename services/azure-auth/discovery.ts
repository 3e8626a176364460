import type { FastifyReply, FastifyRequest } from 'fastify';
import { authorityDocument } from '../../shared/bridges/authority/documents.ts';
import { authenticationNames, microsoftNames } from '../../shared/domain/organization/host-map.ts';
import { judgeSegment } from './accounts.ts';
import { type BrowserVisit, judged, openBrowserVisit, parametersOf, required, sendErrorBody } from './browser-visit.ts';
import type { AzureAuthContext } from './context.ts';
import { authorityKeys } from './signer.ts';

/** Metadata, configuration and key documents; anybody may read them, from a page of any origin. */
export function getDocument(context: AzureAuthContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const visit = openBrowserVisit(context, request, reply, 'metadata');
  return judged(visit, () => document(visit), sendErrorBody);
}

async function document(visit: BrowserVisit): Promise<FastifyReply> {
  const { context, request, judgement, exchange, reply, origin } = visit;
  const organizations = await context.organizations();
  const keys = await authorityKeys(context);
  const found = authorityDocument(new URL(pathOf(request), origin), { organizations, keys });
  const { tenant } = request.params as { tenant?: string };
  if (found === undefined) {
    await judgeSegment(context, judgement, tenant ?? '');
    // The segment is one, and still there is nothing: server-to-server metadata of `common`.
    return judgement.refuse('tenant.known', { actual: tenant ?? 'nothing' }, '900023', { tenant: tenant ?? '' });
  }
  exchange.note({ operation: found.operation });
  return reply.headers({ ...anyOrigin, 'content-type': found.contentType }).send(found.body);
}

/** `GET` or `POST /{tenant}/discovery/instance`: whether an authority is one of the cloud, and by what other names. */
export function instanceDiscovery(context: AzureAuthContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const visit = openBrowserVisit(context, request, reply, 'instance-discovery');
  return judged(visit, async () => instance(visit), sendErrorBody);
}

function instance(visit: BrowserVisit): FastifyReply {
  const { judgement, reply } = visit;
  const asked = required(visit, parametersOf(visit), 'authorization_endpoint');
  const url = URL.canParse(asked) ? new URL(asked) : undefined;
  const [, tenant = '', version = ''] = /^\/([^/]+)\/oauth2(\/v2\.0)?\/authorize\/?$/i.exec(url?.pathname ?? '') ?? [];
  if (url?.protocol !== 'https:' || tenant === '' || !isInstance(visit, url))
    return judgement.refuse('instance.known', { expected: authenticationNames.join(' '), actual: asked }, '50049');
  judgement.pass('instance.known', { actual: url.host });
  const isReal = Object.hasOwn(microsoftNames, url.host);
  const own = { preferred_network: url.host, preferred_cache: url.host, aliases: [url.host] };
  const body = {
    tenant_discovery_endpoint: `${url.origin}/${tenant}${version}/.well-known/openid-configuration`,
    'api-version': '1.1',
    // An entry of its own: with Microsoft's names in one entry a client would go on to talk to those.
    metadata: [worldwide, ...(isReal ? [] : [own])],
  };
  return reply.headers({ ...anyOrigin, 'content-type': 'application/json; charset=utf-8' }).send(JSON.stringify(body));
}

/** The names of Microsoft's worldwide cloud, as its service lists them (tests of AzureAD/microsoft-authentication-library-for-python). */
const worldwide = {
  preferred_network: 'login.microsoftonline.com',
  preferred_cache: 'login.windows.net',
  aliases: ['login.microsoftonline.com', 'login.windows.net', 'login.microsoft.com', 'sts.windows.net'],
};

/** A name of ours, the authority that this request came by, or this machine. */
function isInstance({ origin }: BrowserVisit, url: URL): boolean {
  const hasUsualPort = url.port === '';
  return (
    (authenticationNames.includes(url.hostname) && hasUsualPort) ||
    url.origin === origin ||
    /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname)
  );
}

/** Unauthenticated documents of Entra may be read by pages of any origin. */
const anyOrigin = { 'access-control-allow-origin': '*' };

/** The path with its query, brought into a form that does not begin with two slashes. */
function pathOf({ raw }: FastifyRequest): string {
  return (raw.url ?? '/').replace(/^\/+/, '/');
}
