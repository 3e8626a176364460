import { authServers } from '../../domain/trust/auth-servers.ts';
import { partnerApplications } from '../../domain/trust/partner-applications.ts';
import { hybridOf } from '../topology.ts';
import { found, onPremises } from './looking.ts';
import { type Misconfiguration, set } from './misconfiguration.ts';

export const issuerNotTrusted: Misconfiguration = {
  id: 'issuer-not-trusted',
  title: 'No auth server is known that the other side trusts',
  symptom: "The trusted issuers contained the following entries '...'. None of them are configured locally.",
  codes: ['ErrorAutoDiscoverFailed'],
  source: 'Microsoft: Configure OAuth authentication; known from interoperability',
  notice: 'Get-AuthServer shows no enabled server of the type MicrosoftACS.',
  remedy: 'Set-AuthServer -Enabled $true, or New-AuthServer -AuthMetadataUrl.',
  variants: {
    disabled: {
      how: 'no auth server is known that the tenant trusts',
      play(topology) {
        const { name } = hybridOf(topology).ours;
        const those = "Get-AuthServer | Where-Object {$_.Type -eq 'MicrosoftACS'} | Set-AuthServer";
        return set(name, those, '-Enabled $false', '-Enabled $true');
      },
    },
  },
  lint: (topology) =>
    onPremises(topology).flatMap((organization) => {
      const all = authServers.all(topology.settings(organization.name)).filter(({ Type }) => Type === 'MicrosoftACS');
      const isWanted = all.length > 0 || partnerApplications.all(topology.settings(organization.name)).length > 0;
      return isWanted && all.every(({ Enabled }) => !Enabled)
        ? [found(organization, 'auth servers', 'none of the type MicrosoftACS is enabled')]
        : [];
    }),
};
