import { virtualDirectoryOf } from '../../domain/organization/virtual-directories.ts';
import { onPremisesOf } from '../topology.ts';
import { found, onPremises } from './looking.ts';
import { type Misconfiguration, set } from './misconfiguration.ts';
import { resolveFreeBusy, value } from './steps.ts';

export const ewsExturlMissing: Misconfiguration = {
  id: 'ews-exturl-missing',
  title: 'EWS has no ExternalUrl',
  symptom: "The response from the Autodiscover service failed due to an error in user setting 'ExternalEwsUrl'.",
  codes: ['ErrorAutoDiscoverFailed', 'LID: 33676'],
  source: resolveFreeBusy,
  notice: 'Get-WebServicesVirtualDirectory shows no ExternalUrl.',
  remedy: 'Set-WebServicesVirtualDirectory -ExternalUrl https://<published host>/EWS/Exchange.asmx.',
  variants: {
    empty: {
      how: 'EWS has no ExternalUrl',
      play(topology) {
        const ours = onPremisesOf(topology);
        const { ExternalUrl } = virtualDirectoryOf(ours, topology.settings(ours.name), 'WebServicesVirtualDirectory');
        return set(
          ours.name,
          'Get-WebServicesVirtualDirectory | Set-WebServicesVirtualDirectory',
          '-ExternalUrl $null',
          `-ExternalUrl ${value(ExternalUrl)}`,
        );
      },
    },
  },
  lint: (topology) =>
    onPremises(topology).flatMap((organization) => {
      const directory = virtualDirectoryOf(organization, topology.settings(organization.name), 'WebServicesVirtualDirectory');
      return directory.ExternalUrl === ''
        ? [found(organization, directory.Name, 'ExternalUrl is empty: Autodiscover tells nobody outside of EWS')]
        : [];
    }),
};
