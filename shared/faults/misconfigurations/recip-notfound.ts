import { hybridOf, somebody } from '../topology.ts';
import { bothWays, found, holderOf, isAt } from './looking.ts';
import { type Misconfiguration, set } from './misconfiguration.ts';
import { value } from './steps.ts';

export const recipNotfound: Misconfiguration = {
  id: 'recip-notfound',
  title: 'A target address leads to nobody',
  symptom:
    '550 5.1.10 RESOLVER.ADR.RecipientNotFound (550 5.1.1 RESOLVER.ADR.RecipNotFound); 550 5.4.1 Recipient address rejected: Access denied',
  source: 'Microsoft: lists of non-delivery reports in Exchange Online',
  notice: 'ExternalEmailAddress of Get-MailUser, RemoteRoutingAddress of Get-RemoteMailbox: Get-Recipient finds it not at the other side.',
  remedy: 'Set-MailUser -ExternalEmailAddress, Set-RemoteMailbox -RemoteRoutingAddress with an address that the other side has.',
  variants: {
    'mail-user': {
      how: "the tenant's user has another address on-premises",
      play(topology) {
        const { ours, tenant } = hybridOf(topology);
        const { primaryAddress, targetAddress } = somebody(
          topology,
          tenant.name,
          (one) => one.type === 'MailUser' && isAt(ours, one.targetAddress),
        );
        return set(
          tenant.name,
          `Set-MailUser ${primaryAddress} -ExternalEmailAddress`,
          primaryAddress.replace('@', '.gone@'),
          value(targetAddress ?? ''),
        );
      },
    },
    'remote-mailbox': {
      how: 'the remote mailbox leads to an address that the tenant does not have: its edge says so',
      play(topology) {
        const { ours, tenant } = hybridOf(topology);
        const { primaryAddress, targetAddress } = somebody(
          topology,
          ours.name,
          (one) => one.type === 'RemoteUserMailbox' && isAt(tenant, one.targetAddress),
        );
        return set(
          ours.name,
          `Set-RemoteMailbox ${primaryAddress} -RemoteRoutingAddress`,
          (targetAddress ?? '').replace('@', '.gone@'),
          value(targetAddress ?? ''),
        );
      },
    },
  },
  lint: (topology) =>
    bothWays(topology).flatMap(([from, to]) =>
      topology
        .recipients(from.name)
        .flatMap(({ primaryAddress, targetAddress, type }) =>
          targetAddress === null ||
          !(type === 'MailUser' || type.startsWith('Remote')) ||
          !isAt(to, targetAddress) ||
          holderOf(topology, to.name, targetAddress) !== undefined
            ? []
            : [found(from, primaryAddress, `its target address ${targetAddress} is nobody's at ${to.name}`)],
        ),
    ),
};
