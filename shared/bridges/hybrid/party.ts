import type { Organization } from '../../domain/organization/organization.ts';
import { profileOf } from '../../domain/organization/profiles.ts';
import type { Settings } from '../../domain/organization/settings.ts';
import { authConfigAt, authConfigName, authConfigs } from '../../domain/trust/auth-config.ts';
import { type ExchangeCertificate, exchangeCertificates } from '../../domain/trust/exchange-certificates.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { OpenExchange } from '../../kernel/exchange.ts';
import type { Identifiers } from '../../kernel/ids.ts';
import type { TimeLimits } from '../../kernel/time-limit.ts';
import type { Dialer } from '../../net/dialer.ts';
import { dottedServerVersion } from '../../protocols/autodiscover/server-version.ts';
import type { TokenAnswer } from '../../protocols/oauth/client.ts';
import { hybridRefusal } from './refusals.ts';
import type { TokenCache } from './token-cache.ts';

/** An organisation that calls another one, at one moment. */
export interface OutboundParty {
  readonly organization: Organization;
  readonly settings: Settings;
  readonly at: Instant;
  readonly dialer: Pick<Dialer, 'https'>;
  readonly identifiers: Pick<Identifiers, 'guid'>;
  readonly tokens: TokenCache;
  /** The service that calls, for the journal. */
  readonly service: string;
  readonly parent: Pick<OpenExchange, 'traceId' | 'spanId'> | undefined;
  /** Ends whatever call is under way when it aborts. */
  readonly signal?: AbortSignal;
  /** By the clock that bounds single calls; without it the machine's time alone does. */
  readonly limits?: TimeLimits;
  /** Hears each step in words, as Exchange's outbound log tells them. */
  readonly tell?: (step: string) => void;
}

/** What a call to another organisation carries. */
export interface OutboundCredential {
  /** Value of the `Authorization` header. */
  readonly authorization: string;
  /** Whom the token is for: `appid/host@realm`, or `https://host` of an application's token. */
  readonly resource: string;
  /** Whether the organisation's token was at hand: then the issuer was not asked. */
  readonly fromCache: boolean;
  /** Address of the user who must stand in `ExchangeImpersonation`, because the token names none. */
  readonly impersonate?: string;
}

/** How an organisation proves itself: by its Auth certificate, under the application id of its AuthConfig. */
export interface Signer {
  readonly certificate: ExchangeCertificate;
  readonly serviceName: string;
}

/** The certificate by which an organisation proves itself at the moment. Refuses with {@link HybridRefusalCode}. */
export function signingCertificate(party: OutboundParty): Signer {
  const config = authConfigs.get(party.settings, authConfigName);
  if (config === undefined) throw hybridRefusal('oauth-not-configured', 'Unable to load OAuth configuration.');
  const certificate = certificateInForce(party, authConfigAt(config, party.at).CurrentCertificateThumbprint);
  return { certificate, serviceName: config.ServiceName };
}

/** The certificate with a thumbprint, if the organisation has it and it is valid at the moment. Refuses with {@link HybridRefusalCode}. */
export function certificateInForce({ settings, at }: OutboundParty, thumbprint: string): ExchangeCertificate {
  const certificate = exchangeCertificates.get(settings, thumbprint);
  if (certificate === undefined) throw hybridRefusal('signing-certificate-missing', 'Missing signing certificate.');
  if (at < certificate.NotBefore || at > certificate.NotAfter) {
    throw hybridRefusal('signing-certificate-unfit', `The signing certificate ${certificate.Thumbprint} is not valid at this time.`);
  }
  return certificate;
}

/** The token in an answer. Refuses with `token-refused` or `issuer-unreadable`. */
export function tokenOf(answer: TokenAnswer, endpoint: string): TokenAnswer & { readonly is: 'token' } {
  if (answer.is === 'token') return answer;
  if (answer.is === 'unreadable')
    throw hybridRefusal('issuer-unreadable', `The Auth Server at ${endpoint} answered ${answer.status} without a token.`);
  const text = `Unable to get token from Auth Server. Error code: '${answer.error}'. Description: '${answer.description}'.`;
  throw hybridRefusal('token-refused', text);
}

/** Build of the servers that call, as their user agents have it: `15.20.9115.17`. */
export function serverVersion({ organization }: OutboundParty): string {
  return dottedServerVersion(profileOf(organization.product).version);
}

/** What the dialer wants to know of a party. */
export function dialing({ service, organization, parent, signal }: OutboundParty): {
  service: string;
  organization: string;
  parent: OutboundParty['parent'];
  signal: AbortSignal | undefined;
} {
  return { service, organization: organization.name, parent, signal };
}
