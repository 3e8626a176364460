import { X509Certificate } from 'node:crypto';
import type { Organizations } from '../../domain/organization/registry.ts';
import type { SigningKey } from '../../domain/trust/signing-keys.ts';
import { acsAppId } from '../../domain/trust/well-known.ts';
import { writeAuthMetadata, writeFederationMetadata } from '../../protocols/oauth/metadata.ts';
import {
  acsTokenEndpoint,
  type EndpointVersion,
  entraEndpoints,
  entraIssuer,
  findTenant,
  readTenantSegment,
  type TenantSegment,
} from './urls.ts';

/** What the documents tell of: the tenants, and the keys of the service in whatever state. */
export interface AuthorityState {
  readonly organizations: Organizations;
  readonly keys: readonly SigningKey[];
}

/** A document as an anonymous GET answers it. */
export interface AuthorityDocument {
  /** `metadata`, `federationmetadata`, `openid-configuration` or `keys`: its name in the journal. */
  readonly operation: string;
  readonly contentType: string;
  readonly body: string;
}

/**
 * The document at an address of the authentication service; undefined where there is none, an unknown tenant included.
 * Letter case of the path does not count. Addresses in the document have the authority of `url`, issuers have
 * Microsoft's own spelling. Keys are those that are published or active.
 */
export function authorityDocument(url: URL, state: AuthorityState): AuthorityDocument | undefined {
  const path = decoded(url.pathname);
  for (const { operation, contentType, pattern, write } of documents) {
    const match = path === undefined ? null : pattern.exec(path);
    const body = match === null ? undefined : write({ origin: url.origin, segment: match.groups?.['segment'] }, published(state));
    if (body !== undefined) return { operation, contentType, body };
  }
  return undefined;
}

interface Asked {
  /** `https://localhost:4445` */
  readonly origin: string;
  readonly segment: string | undefined;
}

interface DocumentKind extends Omit<AuthorityDocument, 'body'> {
  readonly pattern: RegExp;
  readonly write: (asked: Asked, state: AuthorityState) => string | undefined;
}

const json = 'application/json; charset=utf-8';

/** Every document, by the path that it has. */
const documents: readonly DocumentKind[] = [
  { operation: 'metadata', contentType: json, pattern: /^(?:\/(?<segment>[^/]+))?\/metadata\/json\/1\/?$/i, write: acsMetadata },
  {
    operation: 'federationmetadata',
    contentType: 'application/xml; charset=utf-8',
    pattern: /^\/(?<segment>[^/]+)\/federationmetadata\/2007-06\/federationmetadata\.xml$/i,
    write: federationMetadata,
  },
  {
    operation: 'openid-configuration',
    contentType: json,
    pattern: /^\/(?<segment>[^/]+)\/\.well-known\/openid-configuration$/i,
    write: (asked, state) => openIdConfiguration(asked, state, 1),
  },
  {
    operation: 'openid-configuration',
    contentType: json,
    pattern: /^\/(?<segment>[^/]+)\/v2\.0\/\.well-known\/openid-configuration$/i,
    write: (asked, state) => openIdConfiguration(asked, state, 2),
  },
  {
    operation: 'keys',
    contentType: json,
    pattern: /^\/(?<segment>[^/]+)\/discovery\/keys$/i,
    write: (asked, state) => keySet(asked, state, 1),
  },
  {
    operation: 'keys',
    contentType: json,
    pattern: /^\/(?<segment>[^/]+)\/discovery\/v2\.0\/keys$/i,
    write: (asked, state) => keySet(asked, state, 2),
  },
];

/** The state with the keys that may be told of, the one that signs first. */
function published({ organizations, keys }: AuthorityState): AuthorityState {
  const known = ['active', 'published'].flatMap((wanted) => keys.filter(({ state }) => state === wanted));
  return { organizations, keys: known };
}

function acsMetadata({ origin, segment }: Asked, { organizations, keys }: AuthorityState): string | undefined {
  const realm = segment === undefined ? '' : findTenant(organizations, segment)?.tenantId;
  if (realm === undefined) return undefined;
  const name = 'accounts.accesscontrol.windows.net';
  return writeAuthMetadata(
    {
      issuer: realm === '' ? '' : `${acsAppId}@${realm}`,
      realm,
      serviceName: acsAppId,
      name,
      allowedAudiences: realm === '' ? [] : [`${acsAppId}/${name}@${realm}`],
      keys,
      endpoints: [
        {
          location: realm === '' ? `${origin}/tokens/OAuth/2` : acsTokenEndpoint(origin, realm),
          protocol: 'OAuth2',
          usage: 'issuance',
        },
      ],
    },
    'acs',
  );
}

function federationMetadata({ origin, segment = '' }: Asked, { organizations, keys }: AuthorityState): string | undefined {
  const read = readTenantSegment(organizations, segment);
  if (read === undefined) return undefined;
  return writeFederationMetadata({ entityId: entraIssuer(issuerId(read), 1), passiveEndpoint: `${origin}/${read.text}/wsfed`, keys });
}

/** What stands for the tenant in the issuer: a template where the document is for all of them. */
function issuerId(segment: TenantSegment): string {
  return segment.kind === 'tenant' ? segment.text : '{tenantid}';
}

/** OpenID Connect Discovery 1.0, section 3; the members are those that Entra gives, as far as they are true here. */
function openIdConfiguration(
  { origin, segment = '' }: Asked,
  { organizations }: AuthorityState,
  version: EndpointVersion,
): string | undefined {
  const read = readTenantSegment(organizations, segment);
  if (read === undefined) return undefined;
  const endpoints = entraEndpoints(origin, read.text, version);
  return JSON.stringify({
    token_endpoint: endpoints.token,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: endpoints.keys,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token'],
    scopes_supported: version === 1 ? ['openid'] : ['openid', 'profile', 'email', 'offline_access'],
    issuer: entraIssuer(issuerId(read), version),
    ...(version === 1 ? { microsoft_multi_refresh_token: true } : { request_uri_parameter_supported: false }),
    authorization_endpoint: endpoints.authorization,
    device_authorization_endpoint: endpoints.deviceAuthorization,
    http_logout_supported: true,
    frontchannel_logout_supported: true,
    end_session_endpoint: endpoints.endSession,
    claims_supported: [
      'sub',
      'iss',
      'aud',
      'exp',
      'iat',
      'nbf',
      'auth_time',
      'nonce',
      'preferred_username',
      'name',
      'oid',
      'tid',
      'ver',
      'upn',
    ],
    tenant_region_scope: null,
    cloud_instance_name: 'microsoftonline.com',
  });
}

/** RFC 7517. Entra's newer set names the issuer with each key, which one tenant's clients may insist on. */
function keySet({ segment = '' }: Asked, { organizations, keys }: AuthorityState, version: EndpointVersion): string | undefined {
  const read = readTenantSegment(organizations, segment);
  if (read === undefined) return undefined;
  const more = version === 1 ? {} : { cloud_instance_name: 'microsoftonline.com', issuer: entraIssuer(issuerId(read), 2) };
  return JSON.stringify({ keys: keys.map((key) => ({ ...publicKey(key), ...more })) });
}

const publicKeys = new WeakMap<SigningKey, object>();

/** A key as RFC 7517 has it; reading the certificate again for each request would cost more than all the rest. */
function publicKey(key: SigningKey): object {
  const known = publicKeys.get(key) ?? readPublicKey(key);
  publicKeys.set(key, known);
  return known;
}

function readPublicKey({ x5t, certificate }: SigningKey): object {
  const { n, e } = new X509Certificate(Buffer.from(certificate, 'base64')).publicKey.export({ format: 'jwk' });
  return { kty: 'RSA', use: 'sig', kid: x5t, x5t, n, e, x5c: [certificate] };
}

/** The path without percent-encoding; undefined when it is not well encoded. */
function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
