import { initialDomain, routingDomain } from '../../domain/organization/organization.ts';
import { organizationRelationships } from '../../domain/trust/organization-relationships.ts';
import { askerOf, hybridOf, hybrids, isOf, lackingIn, onPremisesOf, routingDomainOf, towards } from '../topology.ts';
import { connectorTo, found, pairs } from './looking.ts';
import { type Misconfiguration, quoted, set } from './misconfiguration.ts';
import { resolveFreeBusy } from './steps.ts';

export const orgrelDomainMissing: Misconfiguration = {
  id: 'orgrel-domain-missing',
  title: 'A relationship lacks a domain',
  symptom: 'Configuration information for forest/domain ... could not be found in Active Directory.',
  codes: ['ErrorAutoDiscoverFailed', 'ErrorAvailabilityConfigNotFound', 'LID: 47932'],
  source: resolveFreeBusy,
  notice: 'DomainNames of Get-OrganizationRelationship lacks the routing domain, or a vanity domain of those who ask.',
  remedy: "Set-OrganizationRelationship -DomainNames @{Add='<domain>'}.",
  variants: {
    theirs: {
      how: 'the other side has no relationship with the domain of those who ask',
      play(topology) {
        const ours = onPremisesOf(topology);
        const { asker } = askerOf(topology);
        const [mine] = towards(topology, ours, asker);
        if (mine === undefined) lackingIn(`no relationship of ${ours.name} with ${asker.name}`);
        const { Name, DomainNames } = mine.relationship;
        return set(
          ours.name,
          `Set-OrganizationRelationship ${quoted(Name)} -DomainNames`,
          `${(DomainNames[0] ?? '').replace(/\.[^.]+$/, '')}.example`,
          DomainNames.join(','),
        );
      },
    },
    own: {
      how: "one's own has not the domain of the target addresses",
      also: ['ioc-disabled'],
      play(topology) {
        const hybrid = hybridOf(topology);
        const { ours, tenant } = hybrid;
        const [mine] = towards(topology, ours, tenant);
        const routing = routingDomainOf(hybrid);
        const initial = initialDomain(tenant);
        if (mine === undefined || initial === undefined) lackingIn(`no relationship of ${ours.name} with ${tenant.name}`);
        const connector = connectorTo(topology, ours, tenant);
        const line = `Set-OrganizationRelationship ${quoted(mine.relationship.Name)} -DomainNames`;
        const domains = mine.relationship.DomainNames;
        const left = domains.filter((domain) => domain !== routing);
        return {
          broken: [
            { at: ours.name, line: `Set-IntraOrganizationConnector ${quoted(connector.Name)} -Enabled $false` },
            { at: ours.name, line: `${line} ${(left.length === 0 ? [initial] : left).join(',')}` },
          ],
          mended: [
            { at: ours.name, line: `${line} ${domains.join(',')}` },
            { at: ours.name, line: `Set-IntraOrganizationConnector ${quoted(connector.Name)} -Enabled $true` },
          ],
        };
      },
    },
  },
  lint: (topology) => [
    ...hybrids(topology).flatMap(({ ours, tenant }) => {
      const routing = routingDomain(tenant);
      return towards(topology, ours, tenant)
        .filter(({ relationship }) => routing !== undefined && !relationship.DomainNames.includes(routing))
        .map(({ relationship }) =>
          found(ours, `organization relationship ${relationship.Name}`, `DomainNames lacks ${routing}, to which target addresses lead`),
        );
    }),
    ...pairs(topology).flatMap(([asker, asked]) => {
      const all = organizationRelationships.all(topology.settings(asked.name));
      const knows = all.some(({ DomainNames }) => DomainNames.some((domain) => isOf(topology, asker, domain)));
      return towards(topology, asker, asked).length === 0 || all.length === 0 || knows
        ? []
        : [found(asked, 'organization relationships', `none has a domain of ${asker.name}, which has one with ${asked.name}`)];
    }),
  ],
};
