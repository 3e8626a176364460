import { hybridConfigurations } from '../../domain/organization/hybrid-configuration.ts';
import { hybridOf, hybrids, somebody } from '../topology.ts';
import { found, holderOf, isMailbox, twinHas } from './looking.ts';
import { type Misconfiguration, set } from './misconfiguration.ts';

export const x500Missing: Misconfiguration = {
  id: 'x500-missing',
  title: "Somebody's old legacyExchangeDN is nobody's any more",
  symptom: '550 5.1.11 RESOLVER.ADR.ExRecipNotFound; Recipient not found by Exchange Legacy encapsulated email address lookup (IMCEAEX)',
  source: 'Microsoft: lists of non-delivery reports in Exchange Online',
  notice: 'Answers to old messages come back, new ones arrive; EmailAddresses lack X500:<legacyExchangeDN of the other side>.',
  remedy: "Set-MailUser -EmailAddresses @{Add='X500:<legacyExchangeDN>'}, or synchronise again.",
  variants: {
    removed: {
      how: "an old message is answered by its writer's legacyExchangeDN, which nobody has any more",
      play(topology) {
        const { ours, tenant } = hybridOf(topology);
        const { primaryAddress, legacyDn } = somebody(topology, ours.name, (one) => isMailbox(one) && twinHas(topology, tenant, one));
        const line = `Set-MailUser ${primaryAddress}`;
        return set(tenant.name, line, `-EmailAddresses @{Remove="X500:${legacyDn}"}`, `-EmailAddresses @{Add="X500:${legacyDn}"}`);
      },
    },
  },
  lint: (topology) =>
    hybrids(topology).flatMap(({ ours, tenant }) =>
      hybridConfigurations.all(topology.settings(ours.name)).length === 0
        ? []
        : topology
            .recipients(ours.name)
            .filter(
              (one) =>
                isMailbox(one) &&
                holderOf(topology, tenant.name, one.primaryAddress)?.type === 'MailUser' &&
                !twinHas(topology, tenant, one),
            )
            .map(({ primaryAddress, legacyDn }) => found(tenant, primaryAddress, `it has not the address X500:${legacyDn}`)),
    ),
};
