import { lackingIn, onPremisesOf, serverAt } from '../topology.ts';
import { found, onPremises } from './looking.ts';
import type { Misconfiguration } from './misconfiguration.ts';
import { autodiscoverRecord, recordAsEver } from './steps.ts';

export const adWrongDns: Misconfiguration = {
  id: 'ad-wrong-dns',
  title: 'The name of Autodiscover leads to somebody else',
  symptom: 'Could not establish trust relationship for the SSL/TLS secure channel; silence in the own log',
  codes: ['ErrorAutoDiscoverFailed'],
  source: 'Microsoft: Troubleshoot free/busy issues',
  notice: 'Resolve-DnsName of the name gives the address, or the alias, of other servers.',
  remedy: 'Correct the record; who has the old one keeps it for its time to live.',
  variants: {
    alias: {
      how: 'the name of Autodiscover leads to the servers of somebody else',
      play(topology) {
        const ours = onPremisesOf(topology);
        const other = topology.organizations.find(({ name, kind }) => kind === 'on-premises' && name !== ours.name);
        if (other === undefined) lackingIn('no other organisation on-premises');
        return {
          broken: [
            { at: ours.name, line: `Remove-DnsServerResourceRecord ${autodiscoverRecord(ours)} -RRType A -Force` },
            { at: ours.name, line: `Add-DnsServerResourceRecord ${autodiscoverRecord(ours)} -CName -HostNameAlias ${other.hosts.web}` },
          ],
          mended: [
            { at: ours.name, line: `Remove-DnsServerResourceRecord ${autodiscoverRecord(ours)} -RRType CName -Force` },
            ...recordAsEver(topology, ours),
          ],
        };
      },
    },
  },
  lint: (topology) =>
    onPremises(topology).flatMap((organization) => {
      const { autodiscover } = organization.hosts;
      const server = serverAt(topology, autodiscover);
      return server === undefined || server.owner.name === organization.name
        ? []
        : [found(organization, autodiscover, `the name leads to the servers of ${server.owner.name}`)];
    }),
};
