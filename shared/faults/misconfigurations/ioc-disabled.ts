import { hybridOf, towards } from '../topology.ts';
import { bothWays, connectorsOff, connectorTo, found } from './looking.ts';
import { type Misconfiguration, quoted, set } from './misconfiguration.ts';

export const iocDisabled: Misconfiguration = {
  id: 'ioc-disabled',
  title: 'The intra-organization connector is disabled',
  symptom: 'Nothing fails: the request goes by a delegation token (DAuth), where there is a relationship',
  source: 'Microsoft: the choice is made by configuration; Hybrid Configuration wizard, HCW8064, leaves it disabled',
  notice: 'Get-IntraOrganizationConnector shows Enabled False; the log of IIS has /WSSecurity where there should be Bearer.',
  remedy: 'Set-IntraOrganizationConnector -Enabled $true.',
  variants: {
    tenant: {
      how: 'the tenant asks by a delegation token again',
      play(topology) {
        const { ours, tenant } = hybridOf(topology);
        const { Name } = connectorTo(topology, tenant, ours);
        return set(tenant.name, `Set-IntraOrganizationConnector ${quoted(Name)}`, '-Enabled $false', '-Enabled $true');
      },
    },
    'on-premises': {
      how: 'the servers ask by a delegation token again',
      play(topology) {
        const { ours, tenant } = hybridOf(topology);
        const { Name } = connectorTo(topology, ours, tenant);
        return set(ours.name, `Set-IntraOrganizationConnector ${quoted(Name)}`, '-Enabled $false', '-Enabled $true');
      },
    },
  },
  lint: (topology) =>
    bothWays(topology).flatMap(([asker, asked]) => {
      const off = towards(topology, asker, asked).length === 0 ? 'none' : connectorsOff(topology, asker, asked);
      const says = 'the relationship is used, with a delegation token';
      if (off === 'none') return [];
      if (off === 'removed') return [found(asker, `the way to ${asked.name}`, `there is no intra-organization connector: ${says}`)];
      return off.map(({ Name }) => found(asker, `intra-organization connector ${Name}`, `it is disabled: ${says}`));
    }),
};
