import { hybridOf } from '../topology.ts';
import { authCertificate, authCertificateOf, found, onPremises } from './looking.ts';
import type { Misconfiguration } from './misconfiguration.ts';
import { resolveFreeBusy } from './steps.ts';

export const authCertMissing: Misconfiguration = {
  id: 'auth-cert-missing',
  title: 'The Auth certificate is gone',
  symptom: "Missing signing certificate; couldn't find the authorization certificate with thumbprint",
  codes: ['ErrorAutoDiscoverFailed'],
  source: `${resolveFreeBusy}; KB 3089171`,
  notice: 'Get-AuthConfig names a thumbprint that Get-ExchangeCertificate does not show.',
  remedy:
    'New-ExchangeCertificate, Set-AuthConfig -NewCertificateThumbprint, -PublishCertificate, and tell the tenant (Update-HybridConfiguration).',
  variants: {
    deleted: {
      how: 'somebody deletes the certificate',
      play(topology) {
        const { ours } = hybridOf(topology);
        const thumbprint = authCertificateOf(topology, ours).Thumbprint;
        return { broken: [{ outside: 'delete-certificate', of: ours.name, thumbprint }], mended: [] };
      },
    },
  },
  lint: (topology) =>
    onPremises(topology).flatMap((organization) => {
      const { current, held } = authCertificate(topology, organization);
      return current === '' || held !== undefined
        ? []
        : [found(organization, 'authorization configuration', `its certificate ${current} is not on the servers`)];
    }),
};
