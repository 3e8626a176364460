import type { FastifyRequest } from 'fastify';
import { authenticateBearer } from '../../shared/bridges/access/bearer.ts';
import type { Principal } from '../../shared/bridges/access/principal.ts';
import type { Directory } from '../../shared/domain/directory/directory.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import type { Organizations } from '../../shared/domain/organization/registry.ts';
import type { Settings } from '../../shared/domain/organization/settings.ts';
import { readJwt } from '../../shared/protocols/oauth/jwt.ts';
import { visitOf } from '../../shared/service/http-exchange.ts';
import { accessDenied, invalidToken } from './refusal.ts';

export interface GraphAccessContext {
  readonly organizations: () => Promise<Organizations>;
  readonly settings: (organization: string) => Promise<Settings>;
  readonly directory: (organization: string) => Directory;
}

/** Who calls, and whose tenant it is. */
export interface GraphCaller {
  readonly tenant: Organization;
  readonly principal: Principal;
}

/**
 * Lets in whoever brings a token of a tenant for Graph with a permission to read calendars; every check that was made is in the
 * exchange's verdict. Refuses with a `GraphRefusal`: 401 for a token that is none, 403 for one without the permission.
 */
export async function admitByToken(context: GraphAccessContext, request: FastifyRequest): Promise<GraphCaller> {
  const { exchange, authority, instant: at } = visitOf(request);
  const { authorization = '' } = request.headers;
  const text = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  // Observed in many a question: the sentence of an empty header.
  if (text === undefined) throw invalidToken('Access token is empty.');
  const organizations = await context.organizations();
  const tenant = tenantNamedBy(organizations, text);
  if (tenant === undefined) throw invalidToken('Access token validation failure.');
  exchange.note({ organization: tenant.name });
  const { verdict, userName, ...outcome } = await authenticateBearer(`Bearer ${text}`, {
    point: { organization: tenant, settings: await context.settings(tenant.name), virtualDirectory: 'Graph', host: authority.host },
    organizations,
    settings: await context.settings(tenant.name),
    directory: context.directory(tenant.name),
    requestAuthority: authority.host,
    byName: true,
    at,
  });
  exchange.judged(verdict);
  if ('principal' in outcome) {
    const { principal } = outcome;
    exchange.note({ caller: principal.is === 'user' ? principal.caller.primarySmtpAddress : principal.application.appId });
    return { tenant, principal };
  }
  if (userName !== null) exchange.note({ caller: userName });
  const { code, detail = '' } = outcome.refusal;
  throw permissionCodes.has(code) ? accessDenied(detail) : invalidToken(sentences[code] ?? 'Access token validation failure.', detail);
}

const permissionCodes: ReadonlySet<string> = new Set(['scope-missing', 'scope-insufficient']);

/** Observed in answers of Graph. */
const sentences: Readonly<Record<string, string>> = {
  'audience-invalid': 'Access token validation failure. Invalid audience.',
  'invalid-signature': 'Access token validation failure.',
  'token-expired': 'Access token has expired or is not yet valid.',
};

/** The tenant that a token says it is of; whether it is true is judged by that tenant's settings. */
function tenantNamedBy({ all }: Organizations, text: string): Organization | undefined {
  const token = readJwt(text);
  if ('problem' in token) return undefined;
  const { tid } = token.claims;
  return all.find(({ kind, tenantId }) => kind === 'cloud' && typeof tid === 'string' && tenantId === tid.toLowerCase());
}
