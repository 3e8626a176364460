import { askerOf, onPremisesOf } from '../topology.ts';
import { wrongAddresses } from './looking.ts';
import type { Misconfiguration } from './misconfiguration.ts';
import { resolveFreeBusy, sharingEpr } from './steps.ts';

export const tls: Misconfiguration = {
  id: 'tls',
  title: 'The address leads to a door that speaks no TLS',
  symptom: 'The request was aborted: Could not create SSL/TLS secure channel.',
  codes: ['ErrorProxyRequestProcessingFailed'],
  source: resolveFreeBusy,
  notice: 'The address has a port of its own, or begins with http.',
  remedy: 'Set-OrganizationRelationship -TargetSharingEpr with https and without a port.',
  variants: {
    'port-80': {
      how: 'a door that speaks no TLS',
      play(topology) {
        const { asker, relationship } = askerOf(topology);
        return sharingEpr(asker, relationship, `https://${onPremisesOf(topology).hosts.web}:80/EWS/Exchange.asmx`);
      },
    },
  },
  lint: (topology) => wrongAddresses(topology, 'no-tls', 'is that of a door without TLS'),
};
