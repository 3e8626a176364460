import { hybridOf, onPremisesOf } from '../topology.ts';
import { between, type Misconfiguration, onTheWire } from './misconfiguration.ts';
import { askerName, mailHostOf, resolveFreeBusy, tenantName } from './steps.ts';

const reset = { kind: 'reset' } as const;

export const fwRst: Misconfiguration = {
  id: 'fw-rst',
  title: 'A firewall resets connections',
  symptom: 'An existing connection was forcibly closed by the remote host; mail waits with 450 4.4.318 Connection was closed abruptly',
  codes: ['ErrorProxyRequestProcessingFailed'],
  source: resolveFreeBusy,
  notice: 'The call fails at once and leaves no line in the log of those who are asked; a network trace shows the reset.',
  remedy: 'Let the firewall leave TLS of Exchange Online and partners alone: no inspection, no limit of its own.',
  variants: {
    ews: {
      how: 'a firewall resets connections',
      unseen: onTheWire,
      play: (topology) =>
        between({ match: { org: askerName(topology), host: onPremisesOf(topology).hosts.web }, seam: 'dial', effect: reset }),
    },
    mail: {
      how: 'a firewall resets connections of mail',
      unseen: onTheWire,
      play: (topology) =>
        between({ match: { org: tenantName(topology), host: mailHostOf(hybridOf(topology).ours) }, seam: 'dial', effect: reset }),
    },
  },
};
