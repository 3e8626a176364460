import { exchangeCertificates } from '../../domain/trust/exchange-certificates.ts';
import { federationTrusts } from '../../domain/trust/federation-trusts.ts';
import { askerOf, federatedOf } from '../topology.ts';
import { day, found, onPremises } from './looking.ts';
import type { Misconfiguration } from './misconfiguration.ts';

export const fedCertExpired: Misconfiguration = {
  id: 'fed-cert-expired',
  title: 'The federation certificate has expired',
  symptom: 'The signing certificate is not valid at this time; Test-FederationTrust: an error at OrganizationCertificate',
  codes: ['ErrorAutoDiscoverFailed'],
  source: 'The sentence of the call is ours; that a trust ends with its certificate: Microsoft, "Free/busy lookups stop working"',
  notice: 'Test-FederationTrustCertificate; NotAfter of the certificate that Get-FederationTrust shows as OrgPrivCertificate.',
  remedy:
    'Stage another certificate before that: New-ExchangeCertificate, Set-FederationTrust -Thumbprint, the TXT records anew, -PublishFederationCertificate. Afterwards the trust has to be made anew.',
  variants: {
    expired: {
      how: 'the years of the certificate are over',
      play(topology) {
        const { asker } = askerOf(topology);
        const { trust } = federatedOf(topology, asker.name);
        return { broken: [{ outside: 'let-certificate-expire', of: asker.name, thumbprint: trust.OrgCertificate }], mended: [] };
      },
    },
  },
  lint: (topology) =>
    onPremises(topology).flatMap((organization) =>
      federationTrusts.all(topology.settings(organization.name)).flatMap(({ Name, OrgCertificate }) => {
        const held = exchangeCertificates.get(topology.settings(organization.name), OrgCertificate);
        return held === undefined || topology.now(organization.name) < held.NotAfter
          ? []
          : [found(organization, `federation trust ${Name}`, `its certificate ${OrgCertificate} expired on ${day(held.NotAfter)}`)];
      }),
    ),
};
