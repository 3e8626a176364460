import { askerOf, onPremisesOf } from '../topology.ts';
import { wrongAddresses } from './looking.ts';
import { type Misconfiguration, quoted, set } from './misconfiguration.ts';
import { resolveFreeBusy, value } from './steps.ts';

export const targetAutodiscoverEprWrong: Misconfiguration = {
  id: 'target-autodiscover-epr-wrong',
  title: 'TargetAutodiscoverEpr is wrong',
  symptom: 'Autodiscover failed for email address ... The request failed with HTTP status 404 Not Found.',
  codes: ['ErrorAutoDiscoverFailed'],
  source: resolveFreeBusy,
  notice: 'Get-OrganizationRelationship: TargetAutodiscoverEpr is not what Get-FederationInformation of the domain says.',
  remedy: 'Get-FederationInformation -DomainName <domain> | Set-OrganizationRelationship, or the address by hand.',
  variants: {
    path: {
      how: 'a path where nothing is',
      play(topology) {
        const { asker, relationship } = askerOf(topology);
        return set(
          asker.name,
          `Set-OrganizationRelationship ${quoted(relationship.Name)}`,
          `-TargetAutodiscoverEpr https://${onPremisesOf(topology).hosts.web}/nothing`,
          `-TargetAutodiscoverEpr ${value(relationship.TargetAutodiscoverEpr)}`,
        );
      },
    },
  },
  lint: (topology) =>
    (['unknown-host', 'own', 'path'] as const).flatMap((fault) =>
      wrongAddresses(
        topology,
        fault,
        { 'unknown-host': 'names a host that nobody has', own: "is one's own", path: 'is not that of Autodiscover' }[fault],
        'TargetAutodiscoverEpr',
        'DiscoveryEndpoint',
      ),
    ),
};
