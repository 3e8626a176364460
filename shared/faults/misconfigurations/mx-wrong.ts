import { leadsTo, onPremisesOf, zonesOf } from '../topology.ts';
import { found } from './looking.ts';
import type { Misconfiguration } from './misconfiguration.ts';
import { partnerOf, retryQueue } from './steps.ts';

export const mxWrong: Misconfiguration = {
  id: 'mx-wrong',
  title: 'The MX record names a host that is not there',
  symptom: '451 4.4.0 DNS query failed',
  source: 'Microsoft: lists of non-delivery reports in Exchange',
  notice: 'Resolve-DnsName -Type MX, then the name that it gives.',
  remedy: 'Let the MX record name a host that takes the mail.',
  variants: {
    'unknown-host': {
      how: 'the MX record names a host that is not there',
      play(topology) {
        const { name, domains } = partnerOf(topology);
        const record = `-ZoneName ${domains[0]} -Name '@'`;
        return {
          broken: [{ at: name, line: `Add-DnsServerResourceRecord ${record} -MX -MailExchange gone.${domains[0]} -Preference 10` }],
          mended: [
            { at: name, line: `Remove-DnsServerResourceRecord ${record} -RRType Mx -Force` },
            { passes: '1h' },
            retryQueue(onPremisesOf(topology)),
          ],
        };
      },
    },
  },
  lint: (topology) =>
    topology.organizations.flatMap((organization) =>
      organization.domains.flatMap((domain) => {
        const exchangers = zonesOf(topology)
          .at(domain.toLowerCase())
          .flatMap((record) => (record.type === 'MX' ? [record.exchange] : []));
        return exchangers
          .filter((host) => leadsTo(topology, host) === undefined)
          .map((host) => found(organization, `MX of ${domain}`, `it names ${host}, which has no address`));
      }),
    ),
};
