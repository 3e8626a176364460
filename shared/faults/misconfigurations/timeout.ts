import { onPremisesOf } from '../topology.ts';
import { between, type Misconfiguration, onTheWire, type Variant } from './misconfiguration.ts';
import { resolveFreeBusy } from './steps.ts';

function slow(how: string, svc: string): Variant {
  return {
    how,
    unseen: onTheWire,
    play: (topology) => between({ match: { svc, org: onPremisesOf(topology).name }, effect: { kind: 'latency', delayMs: 600_000 } }),
  };
}

export const timeout: Misconfiguration = {
  id: 'timeout',
  title: 'Everything is slow',
  symptom: "Request could not be processed in time. Timeout occurred during 'Waiting-For-Request-Completion'.",
  codes: ['ErrorTimeoutExpired', 'LID: 43404', 'ErrorAutoDiscoverFailed'],
  source: resolveFreeBusy,
  notice: 'time-taken in the log of IIS; the application pool, the network in between.',
  remedy: 'Find what is slow: network, device in front, or the application pool of EWS.',
  variants: {
    ews: slow('EWS takes longer than a minute', 'ews'),
    autodiscover: slow('Autodiscover takes longer than ten seconds', 'autodiscover'),
  },
};
