import { onPremisesOf } from '../topology.ts';
import { between, type Misconfiguration, onTheWire, type Variant } from './misconfiguration.ts';
import { resolveFreeBusy } from './steps.ts';

function answering(how: string, status: number): Variant {
  return {
    how,
    unseen: onTheWire,
    play: (topology) => between({ match: { svc: 'ews', org: onPremisesOf(topology).name }, effect: { kind: 'status', status } }),
  };
}

export const gateway: Misconfiguration = {
  id: 'gateway',
  title: 'A load balancer answers in the place of servers',
  symptom: 'The request failed with HTTP status 503: Service Unavailable; 504: Gateway Timeout',
  codes: ['ErrorProxyRequestProcessingFailed', 'LID: 43532'],
  source: resolveFreeBusy,
  notice: 'The servers have no line of the request; the load balancer has no server that is well.',
  remedy: 'Look at the health checks of the load balancer, then at the application pools of the servers.',
  variants: { '503': answering('a load balancer without servers', 503), '504': answering('a load balancer that waits too long', 504) },
};
