import { federatedOrganizations } from '../../domain/trust/federated-organization.ts';
import { federatedOf, onPremisesOf, type Topology } from '../topology.ts';
import { found } from './looking.ts';
import { type Misconfiguration, set, type Variant } from './misconfiguration.ts';
import { askerName, resolveFreeBusy } from './steps.ts';

function off(who: (topology: Topology) => string, how: string): Variant {
  return {
    how,
    play(topology) {
      federatedOf(topology, who(topology));
      return set(who(topology), 'Set-FederatedOrganizationIdentifier', '-Enabled $false', '-Enabled $true');
    },
  };
}

export const federationOff: Misconfiguration = {
  id: 'federation-off',
  title: 'An organisation is not federated any more',
  symptom: 'An error occurred when verifying security for the message; of those who ask: Organization is not federated.',
  codes: ['ErrorAutoDiscoverFailed'],
  source: `${resolveFreeBusy}; the second sentence is ours`,
  notice: 'Get-FederatedOrganizationIdentifier shows Enabled False.',
  remedy: 'Set-FederatedOrganizationIdentifier -Enabled $true.',
  variants: {
    asked: off((topology) => onPremisesOf(topology).name, 'those who are asked are not federated any more'),
    asker: off(askerName, 'those who ask are not'),
  },
  lint: (topology) =>
    topology.organizations.flatMap((organization) =>
      federatedOrganizations
        .all(topology.settings(organization.name))
        .filter(({ Enabled }) => !Enabled)
        .map(() => found(organization, 'federated organization identifier', 'it is disabled')),
    ),
};
