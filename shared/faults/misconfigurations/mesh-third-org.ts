import { askerOf, hybridOf, hybrids, lackingIn, towards } from '../topology.ts';
import { addressFault, found } from './looking.ts';
import type { Misconfiguration } from './misconfiguration.ts';
import { resolveFreeBusy, sharingEpr } from './steps.ts';

export const meshThirdOrg: Misconfiguration = {
  id: 'mesh-third-org',
  title: 'A third organisation asks on-premises for mailboxes of the tenant',
  symptom:
    'CrossOrganizationProxyNotAllowedForExternalOrganization: The cross-organization request for mailbox ... is not allowed because the requester is from a different organization.',
  codes: ['ErrorProxyRequestNotAllowed', 'LID: 39660'],
  source: resolveFreeBusy,
  notice: 'The relationship of the third organisation names EWS on-premises for a domain whose mailboxes are in the tenant too.',
  remedy: 'Give the third organisation a relationship with the tenant for the routing domain, and let it find mailboxes by Autodiscover.',
  variants: {
    direct: {
      how: 'a partner asks on-premises for somebody in the tenant',
      play(topology) {
        const { asker, relationship } = askerOf(topology);
        if (asker.kind === 'cloud') lackingIn('no third organisation with a relationship');
        return sharingEpr(asker, relationship, `https://${hybridOf(topology).ours.hosts.web}/EWS/Exchange.asmx`);
      },
    },
  },
  lint: (topology) =>
    hybrids(topology).flatMap(({ ours, tenant }) =>
      topology.recipients(ours.name).some(({ type }) => type.startsWith('Remote'))
        ? topology.organizations
            .filter((asker) => asker !== ours && asker !== tenant)
            .flatMap((asker) => towards(topology, asker, ours))
            .filter(
              ({ asker, relationship: { TargetSharingEpr } }) =>
                TargetSharingEpr !== '' && addressFault(topology, asker, TargetSharingEpr, 'ews') === undefined,
            )
            .map(({ asker, relationship }) =>
              found(
                asker,
                `organization relationship ${relationship.Name}`,
                `it asks ${ours.name} alone, some of whose people are at ${tenant.name}`,
              ),
            )
        : [],
    ),
};
