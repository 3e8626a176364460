import { clientAccessServiceOf, clientAccessServices } from '../../domain/organization/client-access.ts';
import { serverNameOf, serversOf } from '../../domain/organization/servers.ts';
import { onPremisesOf } from '../topology.ts';
import { found, onPremises } from './looking.ts';
import { type Misconfiguration, set } from './misconfiguration.ts';
import { value } from './steps.ts';

export const scpNetbios: Misconfiguration = {
  id: 'scp-netbios',
  title: "The service connection point names a server by its computer's name",
  symptom: 'The name on the security certificate is invalid or does not match the name of the site.',
  source: 'Blogs of administrators, "The name on the security certificate is invalid"; the sentence is Outlook\'s',
  notice: 'Get-ClientAccessService shows AutoDiscoverServiceInternalUri https://<computer>/Autodiscover/Autodiscover.xml.',
  remedy:
    'Set-ClientAccessService -AutoDiscoverServiceInternalUri with a name that the certificate has; InternalUrl of the virtual directories likewise.',
  variants: {
    netbios: {
      how: 'AutoDiscoverServiceInternalUri has the NetBIOS name',
      play(topology) {
        const ours = onPremisesOf(topology);
        const server = serverNameOf(ours);
        const { AutoDiscoverServiceInternalUri: before } = clientAccessServiceOf(
          ours,
          clientAccessServices.get(topology.settings(ours.name), server),
        );
        return set(
          ours.name,
          `Set-ClientAccessService ${server} -AutoDiscoverServiceInternalUri`,
          `https://${server}/Autodiscover/Autodiscover.xml`,
          value(before),
        );
      },
    },
  },
  lint: (topology) =>
    onPremises(topology).flatMap((organization) =>
      serversOf(organization).flatMap((server) => {
        const { AutoDiscoverServiceInternalUri: address } = clientAccessServiceOf(
          organization,
          clientAccessServices.get(topology.settings(organization.name), server),
        );
        return URL.canParse(address) && !new URL(address).hostname.includes('.')
          ? [found(organization, server, `AutoDiscoverServiceInternalUri ${address} has a name that no certificate has`)]
          : [];
      }),
    ),
};
