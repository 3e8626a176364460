import { hybridOf, onPremisesOf, type Topology } from '../topology.ts';
import { between, type Misconfiguration, onTheWire, type Variant } from './misconfiguration.ts';
import { askerName, mailHostOf, partnerOf, resolveFreeBusy, tenantName } from './steps.ts';

const refuse = { kind: 'refuse' } as const;

function blocked(how: string, from: (topology: Topology) => string, host: (topology: Topology) => string): Variant {
  return {
    how,
    unseen: onTheWire,
    play: (topology) => between({ match: { org: from(topology), host: host(topology) }, seam: 'dial', effect: refuse }),
  };
}

export const fwBlockIn: Misconfiguration = {
  id: 'fw-block-in',
  title: 'A firewall lets nobody in',
  symptom:
    'Proxy web request failed. System.Net.WebException: Unable to connect to the remote server; mail waits with 450 4.4.316 Connection refused',
  codes: ['ErrorProxyRequestProcessingFailed', 'ErrorAutoDiscoverFailed'],
  source: resolveFreeBusy,
  notice: 'Nothing of it stands in the log of those who are asked; the remote connectivity analyzer does not reach the name.',
  remedy:
    'Open port 443, for mail port 25, from the addresses of Exchange Online ("Office 365 URLs and IP address ranges") to the published names.',
  variants: {
    ews: blocked('a firewall lets nobody in', tenantName, (topology) => hybridOf(topology).ours.hosts.web),
    autodiscover: blocked('nor to Autodiscover', askerName, (topology) => onPremisesOf(topology).hosts.autodiscover),
    mail: blocked('a firewall lets no mail of the tenant in', tenantName, (topology) => mailHostOf(hybridOf(topology).ours)),
    'mail-out': blocked(
      'nor of servers',
      (topology) => onPremisesOf(topology).name,
      (topology) => mailHostOf(partnerOf(topology)),
    ),
  },
};
