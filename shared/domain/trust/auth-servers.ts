import type { Instant } from '../../kernel/clock.ts';
import { configKind } from '../organization/config-kind.ts';

/** A key that metadata told of, as its reader keeps it. */
export interface TrustedKey {
  /** SHA-1 of the certificate, base64url without padding. */
  readonly x5t: string;
  /** DER, base64. */
  readonly certificate: string;
}

/**
 * An issuer of tokens that an organisation trusts, as `Get-AuthServer` shows it. What the metadata said is kept until it
 * is read again: that is how a rollover at the issuer becomes a stale key here.
 */
export interface AuthServer {
  readonly Name: string;
  readonly Type: 'MicrosoftACS' | 'AzureAD';
  /** The ACS application id, or `https://sts.windows.net/<tenant>/`. */
  readonly IssuerIdentifier: string;
  /** The tenant id; '' : the realm is the one that a token names. */
  readonly Realm: string;
  readonly AuthMetadataUrl: string;
  readonly TokenIssuingEndpoint: string;
  readonly AuthorizationEndpoint: string;
  readonly DomainName: readonly string[];
  readonly IsDefaultAuthorizationEndpoint: boolean;
  /** The dedicated hybrid application that this organisation is at the issuer; '' where it is the shared principal. */
  readonly ApplicationIdentifier: string;
  /** Where Microsoft Graph is; '' or absent: where everybody has it. */
  readonly GraphBaseUrl?: string;
  readonly Enabled: boolean;
  readonly keys: readonly TrustedKey[];
  readonly refreshed: Instant;
}

/** By name. */
export const authServers = configKind<AuthServer>('AuthServer');
