import { onPremisesOf } from '../topology.ts';
import { between, type Misconfiguration, onTheWire } from './misconfiguration.ts';

export const mrsTimeout: Misconfiguration = {
  id: 'mrs-timeout',
  title: 'The way to the proxy of moves is too slow',
  symptom: "The call to '.../EWS/mrsproxy.svc' timed out.",
  source: 'Microsoft: "The operation has timed out" when moving mailboxes; the rest of the text is known from reports of moves',
  notice: 'The report of the move: TimeoutErrorTransientException; the device in front gives up before the proxy answers.',
  remedy: 'Raise the time-out of the device in front for /EWS/mrsproxy.svc; move fewer mailboxes at a time.',
  variants: {
    gateway: {
      how: 'a gateway gives up',
      unseen: onTheWire,
      play: (topology) =>
        between({
          match: { svc: 'mrsproxy', org: onPremisesOf(topology).name },
          seam: 'http.request',
          effect: { kind: 'status', status: 504 },
        }),
    },
  },
};
