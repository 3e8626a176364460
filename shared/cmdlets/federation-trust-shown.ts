import { X509Certificate } from 'node:crypto';
import type { ExchangeCertificate } from '../domain/trust/exchange-certificates.ts';
import type { FederationTrust } from '../domain/trust/federation-trusts.ts';
import { federatedPolicy } from '../protocols/wstrust/request.ts';
import type { CmdletObject } from './cmdlet.ts';

/**
 * A federation trust as the shell shows it. Names and order of the properties: a public inventory of what Get-FederationTrust
 * answers in Exchange Online; those that only Active Directory knows, and those whose values are not public, are left out.
 */
export function shownTrust(trust: FederationTrust, certificates: readonly ExchangeCertificate[]): CmdletObject {
  const own = (thumbprint: string): string | null => {
    const found = certificates.find(({ Thumbprint }) => Thumbprint === thumbprint);
    return found === undefined ? null : certificateText(found.certificate);
  };
  const { OrgCertificate, OrgNextCertificate, OrgPrevCertificate, TokenIssuerCertificate, TokenIssuerPrevCertificate } = trust;
  return {
    ApplicationIdentifier: trust.ApplicationIdentifier,
    ApplicationUri: trust.ApplicationUri,
    OrgCertificate: own(OrgCertificate),
    OrgNextCertificate: own(OrgNextCertificate),
    OrgPrevCertificate: own(OrgPrevCertificate),
    OrgPrivCertificate: OrgCertificate,
    OrgNextPrivCertificate: OrgNextCertificate,
    OrgPrevPrivCertificate: OrgPrevCertificate,
    TokenIssuerCertificate: certificateText(TokenIssuerCertificate),
    TokenIssuerPrevCertificate: TokenIssuerPrevCertificate === '' ? null : certificateText(TokenIssuerPrevCertificate),
    PolicyReferenceUri: federatedPolicy,
    TokenIssuerMetadataEpr: trust.TokenIssuerMetadataEpr,
    TokenIssuerUri: trust.TokenIssuerUri,
    TokenIssuerEpr: trust.TokenIssuerEpr,
    WebRequestorRedirectEpr: trust.WebRequestorRedirectEpr,
    Name: trust.Name,
    Identity: trust.Name,
  };
}

/** A certificate (DER, base64) in the form in which .NET writes it out (documentation of `X509Certificate2.ToString`). */
function certificateText(certificate: string): string {
  const read = new X509Certificate(Buffer.from(certificate, 'base64'));
  const inOneLine = (name: string): string => name.split('\n').join(', ');
  const parts = {
    Subject: inOneLine(read.subject),
    Issuer: inOneLine(read.issuer),
    'Serial Number': read.serialNumber,
    'Not Before': read.validFromDate.toISOString(),
    'Not After': read.validToDate.toISOString(),
    Thumbprint: read.fingerprint.replaceAll(':', ''),
  };
  return Object.entries(parts)
    .map(([name, value]) => `[${name}]\n  ${value}\n`)
    .join('\n');
}
