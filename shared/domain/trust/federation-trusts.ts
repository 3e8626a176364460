import type { Instant } from '../../kernel/clock.ts';
import { configKind } from '../organization/config-kind.ts';

/**
 * What an organisation and the federation gateway know of each other, as `Get-FederationTrust` shows it. What the metadata
 * said is kept until it is read again: that is how a rollover at the gateway becomes a stale key here.
 */
export interface FederationTrust {
  readonly Name: string;
  /** AppId at the gateway; '' until the account namespace has been set. */
  readonly ApplicationIdentifier: string;
  /** `FYDIBOHF25SPDLT.contoso.test`, in the cloud `outlook.com`; '' like ApplicationIdentifier. */
  readonly ApplicationUri: string;
  /** Thumbprints among the organisation's Exchange certificates; '' : none. Requests are signed by the current one. */
  readonly OrgCertificate: string;
  readonly OrgNextCertificate: string;
  /** Tokens encrypted to it are still read. */
  readonly OrgPrevCertificate: string;
  readonly TokenIssuerUri: string;
  readonly TokenIssuerEpr: string;
  readonly TokenIssuerMetadataEpr: string;
  readonly WebRequestorRedirectEpr: string;
  readonly ManageDelegationEpr: string;
  /** DER, base64: tokens are signed by one of these two. */
  readonly TokenIssuerCertificate: string;
  /** '' : none. */
  readonly TokenIssuerPrevCertificate: string;
  /** When the metadata was read. */
  readonly refreshed: Instant;
}

/** By name. An organisation on-premises has at most one; Exchange Online has one for each instance of the gateway. */
export const federationTrusts = configKind<FederationTrust>('FederationTrust');

/** Subject and friendly name of the certificate that `New-FederationTrust` makes. */
export const federationCertificate = { subject: 'CN=Federation', friendlyName: 'Exchange Delegation Federation' } as const;
