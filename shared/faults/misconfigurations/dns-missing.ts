import { leadsTo, onPremisesOf } from '../topology.ts';
import { found } from './looking.ts';
import type { Misconfiguration } from './misconfiguration.ts';
import { autodiscoverRecord, recordAsEver, resolveFreeBusy } from './steps.ts';

export const dnsMissing: Misconfiguration = {
  id: 'dns-missing',
  title: 'A published name is in no zone',
  symptom: "The remote name could not be resolved: 'autodiscover.contoso.com'",
  codes: ['ErrorAutoDiscoverFailed'],
  source: resolveFreeBusy,
  notice: 'Resolve-DnsName from outside: the name does not exist.',
  remedy: 'Add the record to the zone that the internet sees.',
  variants: {
    autodiscover: {
      how: 'the name of Autodiscover is in no zone',
      play(topology) {
        const ours = onPremisesOf(topology);
        return {
          broken: [{ at: ours.name, line: `Remove-DnsServerResourceRecord ${autodiscoverRecord(ours)} -RRType A -Force` }],
          mended: recordAsEver(topology, ours),
        };
      },
    },
  },
  lint: (topology) =>
    topology.organizations.flatMap((organization) =>
      [organization.hosts.web, organization.hosts.autodiscover]
        .filter((host) => leadsTo(topology, host) === undefined)
        .map((host) => found(organization, host, 'the name has no address')),
    ),
};
