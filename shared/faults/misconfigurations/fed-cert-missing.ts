import { federatedOf, onPremisesOf } from '../topology.ts';
import { missingFederationCertificates } from './looking.ts';
import type { Misconfiguration } from './misconfiguration.ts';
import { resolveFreeBusy } from './steps.ts';

export const fedCertMissing: Misconfiguration = {
  id: 'fed-cert-missing',
  title: 'The federation certificate is gone from the servers',
  symptom: 'Missing signing certificate.',
  codes: ['ErrorAutoDiscoverFailed'],
  source: resolveFreeBusy,
  notice: 'Get-FederationTrust names a thumbprint that Get-ExchangeCertificate does not show.',
  remedy: 'Import the certificate with its key; where there is no copy, the trust has to be made anew.',
  variants: {
    deleted: {
      how: 'somebody deletes it in the console of the machine',
      play(topology) {
        const { name } = onPremisesOf(topology);
        const { trust } = federatedOf(topology, name);
        return { broken: [{ outside: 'delete-certificate', of: name, thumbprint: trust.OrgCertificate }], mended: [] };
      },
    },
  },
  lint: (topology) => missingFederationCertificates(topology, 'OrgCertificate'),
};
