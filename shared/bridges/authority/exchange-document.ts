import type { Organization } from '../../domain/organization/organization.ts';
import type { Settings } from '../../domain/organization/settings.ts';
import { authConfigName, authConfigs } from '../../domain/trust/auth-config.ts';
import { exchangeCertificates } from '../../domain/trust/exchange-certificates.ts';
import { writeAuthMetadata } from '../../protocols/oauth/metadata.ts';

/**
 * What an organisation publishes of itself as an issuer (its members are not published): its name and the certificates by which
 * it signs, signed or will sign. Undefined where it has none of them.
 */
export function exchangeDocument(organization: Organization, settings: Settings): string | undefined {
  const config = authConfigs.get(settings, authConfigName);
  if (config === undefined) return undefined;
  const { ServiceName, CurrentCertificateThumbprint, PreviousCertificateThumbprint, NextCertificateThumbprint } = config;
  const thumbprints = new Set([CurrentCertificateThumbprint, PreviousCertificateThumbprint, NextCertificateThumbprint]);
  const keys = [...thumbprints].flatMap((thumbprint) => {
    const found = thumbprint === '' ? undefined : exchangeCertificates.get(settings, thumbprint);
    return found === undefined ? [] : [{ x5t: Buffer.from(thumbprint, 'hex').toString('base64url'), certificate: found.certificate }];
  });
  if (keys.length === 0) return undefined;
  const realm = config.Realm || (organization.domains[0] ?? '');
  const issuer = `${ServiceName}@${realm}`;
  const metadata = { issuer, realm, serviceName: ServiceName, name: 'Exchange', allowedAudiences: [issuer], keys, endpoints: [] };
  return writeAuthMetadata(metadata, 'exchange');
}
