import { entraEndpoints } from '../bridges/authority/urls.ts';
import type { AuthServer, TrustedKey } from '../domain/trust/auth-servers.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { DialRefusal } from '../net/dial-refusals.ts';
import { type AuthMetadata, readAuthMetadata, readFederationMetadata } from '../protocols/oauth/metadata.ts';
import { type CmdletScope, cmdletRefusal } from './cmdlet.ts';

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

async function download(scope: CmdletScope, url: string): Promise<string> {
  const address = URL.parse(url);
  if (address?.protocol !== 'https:' || address.username !== '' || address.password !== '') {
    throw cmdletRefusal('bad-parameter', `-AuthMetadataUrl takes an https address here, not ${JSON.stringify(url)}.`);
  }
  try {
    const { organization, trace } = scope;
    const limits = { timeoutMs: 10_000, maxBytes: 1_048_576 };
    const call = { url, method: 'GET', service: 'cmdlets', organization: organization.name, parent: trace };
    const { status, body } = await scope.dialer.https({ ...call, ...limits });
    if (status === 200) return body.toString('utf8');
    const reason = reasons[status];
    throw notAcquired(url, `The remote server returned an error: (${status})${reason === undefined ? '' : ` ${reason}`}.`);
  } catch (error) {
    const words = error instanceof Refusal ? dialTexts[error.code as DialRefusal] : undefined;
    throw words === undefined ? error : notAcquired(url, words(address.hostname));
  }
}

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

/**
 * What .NET says when a call fails, which administrators then read in the sentence above (dotnet/runtime
 * src/libraries/System.Net.Requests/src/Resources/Strings.resx and the WebException texts of the .NET Framework); the
 * last two are ours.
 */
const dialTexts: Readonly<Record<DialRefusal, (host: string) => string>> = {
  NameNotFound: (host) => `The remote name could not be resolved: '${host}'`,
  ConnectionRefused: () => 'Unable to connect to the remote server',
  ConnectionReset: () => 'The underlying connection was closed: An unexpected error occurred on a receive.',
  ConnectTimeout: () => 'The operation has timed out',
  Timeout: () => 'The operation has timed out',
  CertificateRefused: () => 'The underlying connection was closed: Could not establish trust relationship for the SSL/TLS secure channel.',
  TlsFailed: () => 'The request was aborted: Could not create SSL/TLS secure channel.',
  AnswerTooLarge: () => 'The document is longer than 1 MiB.',
  AnswerMalformed: () => 'The answer is not HTTP.',
};

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Server Unavailable',
  504: 'Gateway Timeout',
};
