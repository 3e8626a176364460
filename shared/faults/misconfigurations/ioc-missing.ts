import { hybridOf, towards } from '../topology.ts';
import { bothWays, connectorsOff, connectorTo, found } from './looking.ts';
import type { Misconfiguration } from './misconfiguration.ts';
import { resolveFreeBusy, waysOff, waysOn } from './steps.ts';

export const iocMissing: Misconfiguration = {
  id: 'ioc-missing',
  title: 'Nothing leads to the other side: neither connector nor relationship',
  symptom: 'Configuration information for forest/domain ... could not be found in Active Directory.',
  codes: ['ErrorAvailabilityConfigNotFound', 'LID: 47932'],
  source: resolveFreeBusy,
  notice: 'Get-IntraOrganizationConnector and Get-OrganizationRelationship have nothing enabled for the routing domain.',
  remedy: 'Set-IntraOrganizationConnector -Enabled $true, or run the Hybrid Configuration wizard again.',
  variants: {
    disabled: {
      how: 'neither connector nor relationship: nothing leads there',
      play(topology) {
        const hybrid = hybridOf(topology);
        connectorTo(topology, hybrid.ours, hybrid.tenant);
        return { broken: waysOff(topology, hybrid), mended: waysOn(topology, hybrid) };
      },
    },
  },
  lint: (topology) =>
    bothWays(topology).flatMap(([asker, asked]) =>
      connectorsOff(topology, asker, asked) !== 'none' && towards(topology, asker, asked).length === 0
        ? [found(asker, `the way to ${asked.name}`, 'neither a connector nor a relationship is enabled')]
        : [],
    ),
};
