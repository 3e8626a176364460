import { hybridOf } from '../topology.ts';
import { authCertificate, authCertificateOf, day, found, onPremises } from './looking.ts';
import type { Misconfiguration } from './misconfiguration.ts';

export const authCertExpired: Misconfiguration = {
  id: 'auth-cert-expired',
  title: 'The Auth certificate has expired',
  symptom: 'The signing certificate is not valid at this time; 401 in life, of what is signed by it',
  codes: ['ErrorAutoDiscoverFailed'],
  source: 'microsoft/CSS-Exchange, MonitorExchangeAuthCertificate; the sentence is ours',
  notice: 'NotAfter of the certificate that Get-AuthConfig names.',
  remedy:
    'New-ExchangeCertificate, Set-AuthConfig -NewCertificateThumbprint, -PublishCertificate, and tell the tenant (Update-HybridConfiguration).',
  variants: {
    expired: {
      how: 'the years of the certificate are over',
      play(topology) {
        const { ours } = hybridOf(topology);
        const thumbprint = authCertificateOf(topology, ours).Thumbprint;
        return { broken: [{ outside: 'let-certificate-expire', of: ours.name, thumbprint }], mended: [] };
      },
    },
  },
  lint: (topology) =>
    onPremises(topology).flatMap((organization) => {
      const { held } = authCertificate(topology, organization);
      return held === undefined || topology.now(organization.name) < held.NotAfter
        ? []
        : [found(organization, 'authorization configuration', `its certificate ${held.Thumbprint} expired on ${day(held.NotAfter)}`)];
    }),
};
