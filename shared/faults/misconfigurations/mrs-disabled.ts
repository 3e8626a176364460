import { virtualDirectoryOf } from '../../domain/organization/virtual-directories.ts';
import { hybridOf, hybrids, towards } from '../topology.ts';
import { found } from './looking.ts';
import { type Misconfiguration, set } from './misconfiguration.ts';

export const mrsDisabled: Misconfiguration = {
  id: 'mrs-disabled',
  title: 'MRSProxy is disabled',
  symptom: "(403) Forbidden with client authentication scheme 'Negotiate'",
  source: 'Microsoft: KB 3063913, KB 2975731',
  notice: 'Get-WebServicesVirtualDirectory shows MRSProxyEnabled False; Test-MigrationServerAvailability fails.',
  remedy: 'Set-WebServicesVirtualDirectory -MRSProxyEnabled $true.',
  variants: {
    disabled: {
      how: 'MRSProxyEnabled is off',
      play: (topology) =>
        set(
          hybridOf(topology).ours.name,
          'Get-WebServicesVirtualDirectory | Set-WebServicesVirtualDirectory',
          '-MRSProxyEnabled $false',
          '-MRSProxyEnabled $true',
        ),
    },
  },
  // Before the wizard it is off everywhere, and nobody misses it.
  lint: (topology) =>
    hybrids(topology).flatMap(({ ours, tenant }) => {
      const settings = topology.settings(ours.name);
      const directory = virtualDirectoryOf(ours, settings, 'WebServicesVirtualDirectory');
      return towards(topology, ours, tenant).some(({ relationship }) => relationship.MailboxMoveEnabled) &&
        directory['MRSProxyEnabled'] !== true
        ? [found(ours, directory.Name, 'MRSProxyEnabled is off: mailboxes cannot be moved')]
        : [];
    }),
};
