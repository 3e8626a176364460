import { hybridOf, hybrids, somebody } from '../topology.ts';
import { found, holderOf, isMailbox, smtpOf } from './looking.ts';
import type { Misconfiguration } from './misconfiguration.ts';

export const duplicateProxyAddress: Misconfiguration = {
  id: 'duplicate-proxy-address',
  title: 'Two objects of the two sides have one address',
  symptom:
    'Unable to update this object because the following attributes associated with this object have values that may already be associated with another object',
  source: 'Microsoft: mail "Identity synchronization Error Report", KB 2647098',
  notice: 'Get-MsolDirSyncProvisioningError -ErrorCategory PropertyConflict.',
  remedy: 'Take the address away from one of them, and synchronise.',
  variants: {
    address: {
      how: 'somebody on-premises gets an address that another object of the tenant has',
      play(topology) {
        const { ours, tenant } = hybridOf(topology);
        const { primaryAddress } = somebody(topology, ours.name, isMailbox);
        const taken = `duplicate@${ours.domains[0]}`;
        const line = `Set-Mailbox ${primaryAddress} -EmailAddresses`;
        return {
          broken: [
            { at: tenant.name, line: `New-DistributionGroup -Name Duplicate -PrimarySmtpAddress ${taken}` },
            { at: ours.name, line: `${line} @{Add='smtp:${taken}'}` },
          ],
          mended: [
            { at: ours.name, line: `${line} @{Remove='smtp:${taken}'}` },
            { at: tenant.name, line: `Remove-DistributionGroup ${taken} -Confirm:$false` },
          ],
        };
      },
    },
  },
  lint: (topology) =>
    hybrids(topology).flatMap(({ ours, tenant }) =>
      topology.recipients(ours.name).flatMap((one) => {
        const twin = holderOf(topology, tenant.name, one.primaryAddress);
        if (twin === undefined) return [];
        return smtpOf(one).flatMap((address) => {
          const holder = holderOf(topology, tenant.name, address);
          return holder === undefined || holder === twin
            ? []
            : [found(ours, one.primaryAddress, `it has ${address}, which ${holder.primaryAddress} has at ${tenant.name}`)];
        });
      }),
    ),
};
