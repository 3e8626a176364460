import { serviceConnectionPoint } from '../../domain/organization/client-access.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import { serverNameOf } from '../../domain/organization/servers.ts';
import { availabilityAddressSpaces } from '../../domain/trust/availability-address-spaces.ts';
import { hybridOf, lackingIn, routingDomainOf, somebody, type Topology } from '../topology.ts';
import { connectorTo, found, isMailbox, onPremises } from './looking.ts';
import { type Misconfiguration, type Played, quoted, type Step } from './misconfiguration.ts';
import { waysOff } from './steps.ts';

function bySpace(topology: Topology, more: (ours: Organization) => readonly Step[]): Played {
  const hybrid = hybridOf(topology);
  const { ours, tenant } = hybrid;
  connectorTo(topology, ours, tenant);
  const space = routingDomainOf(hybrid);
  const { userPrincipalName, primaryAddress } = somebody(topology, tenant.name, isMailbox);
  const password = topology.password(tenant.name, primaryAddress) ?? lackingIn(`nobody's password for ${primaryAddress}`);
  const credentials = `@{UserName=${quoted(userPrincipalName ?? primaryAddress)}; Password=${quoted(password)}}`;
  return {
    broken: [
      ...waysOff(topology, hybrid),
      { at: ours.name, line: `Add-AvailabilityAddressSpace -ForestName ${space} -AccessMethod OrgWideFB -Credentials ${credentials}` },
      ...more(ours),
    ],
    mended: [
      {
        at: ours.name,
        line: `Set-AvailabilityAddressSpace ${space} -TargetAutodiscoverEpr https://${tenant.hosts.autodiscover}/autodiscover/autodiscover.svc`,
      },
    ],
  };
}

export const scpFirst: Misconfiguration = {
  id: 'scp-first',
  title: "The servers find their own forest's connection point first",
  symptom:
    "The response from the Autodiscover service failed due to an error in user setting 'ExternalEwsUrl'. Error message: RedirectUrl.",
  codes: ['ErrorAutoDiscoverFailed', 'LID: 33676'],
  source: 'Microsoft: KB 3137323',
  notice: 'Get-AvailabilityAddressSpace has no TargetAutodiscoverEpr, and its ForestName is an accepted domain of the own organisation.',
  remedy: 'Set-AvailabilityAddressSpace -TargetAutodiscoverEpr https://autodiscover-s.outlook.com/autodiscover/autodiscover.svc.',
  variants: {
    own: {
      how: "the servers find their own forest's connection point, where the domain is one of theirs",
      also: ['ioc-missing'],
      play: (topology) => bySpace(topology, () => []),
    },
    nowhere: {
      how: 'it leads nowhere: a hop for nothing before DNS is asked',
      also: ['ioc-missing'],
      play: (topology) =>
        bySpace(topology, (ours) => {
          const address = `https://nowhere.${ours.domains[0]}/Autodiscover/Autodiscover.xml`;
          return [{ at: ours.name, line: `Set-ClientAccessService ${serverNameOf(ours)} -AutoDiscoverServiceInternalUri ${address}` }];
        }),
    },
  },
  lint: (topology) =>
    onPremises(topology).flatMap((organization) =>
      availabilityAddressSpaces
        .all(topology.settings(organization.name))
        .filter(
          ({ ForestName, TargetAutodiscoverEpr }) =>
            TargetAutodiscoverEpr === '' &&
            serviceConnectionPoint(organization, topology.settings(organization.name), ForestName) !== undefined,
        )
        .map(({ ForestName }) =>
          found(
            organization,
            `availability address space ${ForestName}`,
            'it names no Autodiscover, and the domain is an own one: the servers ask themselves',
          ),
        ),
    ),
};
