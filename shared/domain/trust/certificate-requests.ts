import type { Instant } from '../../kernel/clock.ts';
import { configKind } from '../organization/config-kind.ts';

/** A request for a certificate that has not come yet, as `Get-ExchangeCertificate` shows it. */
export interface ExchangeCertificateRequest {
  /** SHA-1 of the request, 40 hexadecimal digits in capitals. */
  readonly Thumbprint: string;
  readonly Subject: string;
  readonly FriendlyName: string;
  readonly CertificateDomains: readonly string[];
  readonly made: Instant;
  /** PKCS #10, DER, base64. */
  readonly request: string;
  /** PKCS #8, PEM. */
  readonly privateKey: string;
}

/** By thumbprint. */
export const certificateRequests = configKind<ExchangeCertificateRequest>('ExchangeCertificateRequest');
