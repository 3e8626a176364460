import { federatedOf, onPremisesOf } from '../topology.ts';
import { missingFederationCertificates } from './looking.ts';
import { type Misconfiguration, quoted } from './misconfiguration.ts';

export const fedNextCertMissing: Misconfiguration = {
  id: 'fed-next-cert-missing',
  title: 'The next federation certificate is not on the server',
  symptom: 'Federation certificate with the thumbprint "..." cannot be found.',
  source: 'Microsoft: KB 2810692',
  notice: 'Get-FederationTrust names OrgNextPrivCertificate, Get-ExchangeCertificate does not show it.',
  remedy: 'Import it, or stage one that is there: New-ExchangeCertificate, Set-FederationTrust -Thumbprint.',
  variants: {
    deleted: {
      watched: ['FederationTrust', 'ExchangeCertificate', 'DelegationPartner'],
      how: 'somebody deletes the certificate that is to follow',
      play(topology) {
        const { name } = onPremisesOf(topology);
        const { trust } = federatedOf(topology, name);
        const made = "New-ExchangeCertificate -SubjectName 'CN=Federation' -FriendlyName 'Next federation'";
        const staged = (keeps: string): string => `Set-FederationTrust ${quoted(trust.Name)} -Thumbprint {{${keeps}.Thumbprint}}`;
        return {
          broken: [
            { at: name, line: made, keeps: 'next' },
            { at: name, line: staged('next') },
            { outside: 'delete-certificate', of: name, thumbprint: '{{next.Thumbprint}}' },
          ],
          mended: [
            { at: name, line: made, keeps: 'another' },
            { at: name, line: staged('another') },
          ],
        };
      },
    },
  },
  lint: (topology) => missingFederationCertificates(topology, 'OrgNextCertificate'),
};
