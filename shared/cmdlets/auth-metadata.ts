import { entraEndpoints } from '../bridges/authority/urls.ts';
import type { AuthServer, TrustedKey } from '../domain/trust/auth-servers.ts';
import { Refusal } from '../kernel/refusal.ts';
import { type AuthMetadata, readAuthMetadata, readFederationMetadata } from '../protocols/oauth/metadata.ts';
import { type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { downloadText } from './download.ts';

/** What an auth server's object keeps of its metadata document. */
export type AuthServerMetadata = Pick<
  AuthServer,
  'AuthMetadataUrl' | 'IssuerIdentifier' | 'Realm' | 'TokenIssuingEndpoint' | 'AuthorizationEndpoint' | 'keys' | 'refreshed'
>;

/** Reads the metadata of an auth server of either type. Refuses with `bad-parameter` or `operation-failed`. */
export async function readAuthServerMetadata(scope: CmdletScope, url: string, type: AuthServer['Type']): Promise<AuthServerMetadata> {
  const text = await download(scope, url);
  const known = { AuthMetadataUrl: url, refreshed: scope.at };
  if (type === 'AzureAD') {
    const { issuer, keys, authorizationEndpoint } = parsed(url, text, readFederationMetadata);
    const tenant = /^https:\/\/[^/]+\/([^/]+)\/$/.exec(issuer)?.[1] ?? '';
    requireWhole(url, issuer, keys);
    const endpoints = entraEndpoints(new URL(url).origin, tenant === '' ? 'common' : tenant, 1);
    return {
      ...known,
      IssuerIdentifier: issuer,
      Realm: tenant,
      TokenIssuingEndpoint: endpoints.token,
      AuthorizationEndpoint: authorizationEndpoint ?? endpoints.authorization,
      keys: kept(keys),
    };
  }
  const metadata = parsed(url, text, readAuthMetadata);
  requireWhole(url, metadata.serviceName, metadata.keys);
  const issuing = metadata.endpoints.find(({ protocol, usage }) => protocol === 'OAuth2' && usage === 'issuance');
  return {
    ...known,
    IssuerIdentifier: metadata.serviceName,
    Realm: metadata.realm,
    TokenIssuingEndpoint: issuing?.location ?? '',
    AuthorizationEndpoint: '',
    keys: kept(metadata.keys),
  };
}

/** Reads the metadata of an application that signs its tokens itself. Refuses like {@link readAuthServerMetadata}. */
export async function readApplicationMetadata(
  scope: CmdletScope,
  url: string,
): Promise<Pick<AuthMetadata, 'serviceName' | 'realm'> & { readonly keys: readonly TrustedKey[] }> {
  const { serviceName, realm, keys } = parsed(url, await download(scope, url), readAuthMetadata);
  requireWhole(url, serviceName, keys);
  return { serviceName, realm, keys: kept(keys) };
}

const download = (scope: CmdletScope, url: string): Promise<string> =>
  downloadText(scope, url, { parameter: 'AuthMetadataUrl', notAcquired });

function parsed<T>(url: string, text: string, read: (text: string) => T): T {
  try {
    return read(text);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'MalformedMetadata') throw notAcquired(url, error.detail ?? 'it cannot be read.');
    throw error;
  }
}

function requireWhole(url: string, issuer: unknown, keys: readonly unknown[]): void {
  if (typeof issuer !== 'string' || issuer === '') throw notAcquired(url, 'The document names no issuer.');
  if (keys.length === 0) throw notAcquired(url, 'The document has no signing key.');
}

function kept(keys: readonly TrustedKey[]): readonly TrustedKey[] {
  return keys.map(({ x5t, certificate }) => ({ x5t, certificate }));
}

/** Observed: learn.microsoft.com/exchange/troubleshoot/calendars "Resolve free/busy sharing issues in a hybrid Exchange environment". */
function notAcquired(url: string, error: string): Error {
  return cmdletRefusal('operation-failed', `Cannot acquire auth metadata document from '${url}'. Error: ${error}`);
}
