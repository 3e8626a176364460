import { onPremisesOf } from '../topology.ts';
import { between, type Misconfiguration, onTheWire } from './misconfiguration.ts';
import { resolveFreeBusy } from './steps.ts';

export const ad404: Misconfiguration = {
  id: 'ad-404',
  title: 'Autodiscover is not where it is looked for',
  symptom: 'Autodiscover failed for email address ... The request failed with HTTP status 404 Not Found.',
  codes: ['ErrorAutoDiscoverFailed'],
  source: resolveFreeBusy,
  notice: 'Open the address that the relationship or the connector names: IIS says 404.',
  remedy: 'Bring the virtual directory back (Remove- and New-AutodiscoverVirtualDirectory), or publish its path.',
  variants: {
    autodiscover: {
      how: 'the path of Autodiscover is another one',
      unseen: onTheWire,
      play: (topology) =>
        between({ match: { svc: 'autodiscover', org: onPremisesOf(topology).name }, effect: { kind: 'status', status: 404 } }),
    },
  },
};
