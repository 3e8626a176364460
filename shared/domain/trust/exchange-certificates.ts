import type { Instant } from '../../kernel/clock.ts';
import { configKind } from '../organization/config-kind.ts';
import type { Settings } from '../organization/settings.ts';

/** What a certificate can be enabled for, in the order in which Exchange lists it. */
export const certificateServices = ['IMAP', 'POP', 'IIS', 'SMTP'] as const;
export type CertificateService = (typeof certificateServices)[number];

/** A certificate with its key in the certificate store of an organisation's servers, as `Get-ExchangeCertificate` shows it. */
export interface ExchangeCertificate {
  /** SHA-1 of the certificate, 40 hexadecimal digits in capitals. */
  readonly Thumbprint: string;
  readonly Subject: string;
  readonly FriendlyName: string;
  /** What uses it; absent: nothing. One certificate at a time has IIS. */
  readonly Services?: readonly CertificateService[];
  readonly NotBefore: Instant;
  readonly NotAfter: Instant;
  /** DER, base64. */
  readonly certificate: string;
  /** PKCS #8, PEM. */
  readonly privateKey: string;
}

/** By thumbprint. */
export const exchangeCertificates = configKind<ExchangeCertificate>('ExchangeCertificate');

/** Subject of the certificate by which an organisation's servers sign assertions (learn.microsoft.com, maintain-oauth-certificate). */
export const authCertificateSubject = 'CN=Microsoft Exchange Server Auth Certificate';

/** The certificate that an organisation's web sites present; undefined where nobody has enabled one for IIS. */
export function webCertificate(settings: Settings): ExchangeCertificate | undefined {
  return exchangeCertificates.all(settings).find(({ Services }) => Services?.includes('IIS') === true);
}
