import { onPremisesOf } from '../topology.ts';
import { between, type Misconfiguration, onTheWire } from './misconfiguration.ts';

export const svcHandlerMissing: Misconfiguration = {
  id: 'svc-handler-missing',
  title: 'IIS has no handler for .svc files',
  symptom: '405 Method Not Allowed; Federation information could not be received from the external organization.',
  codes: ['ErrorAutoDiscoverFailed'],
  source: 'Microsoft: KB 2626696, KB 2773628',
  notice: 'Handler mappings of the Autodiscover virtual directory lack svc-Integrated; IIS logs 405.',
  remedy: 'ServiceModelReg.exe -r, or the handler svc-Integrated by hand, then iisreset.',
  variants: {
    autodiscover: {
      how: 'IIS has no handler for svc files any more',
      unseen: onTheWire,
      play: (topology) =>
        between({ match: { svc: 'autodiscover', org: onPremisesOf(topology).name }, effect: { kind: 'status', status: 405 } }),
    },
    mrsproxy: {
      how: 'nor in the directory of EWS: the proxy of moves is gone',
      unseen: onTheWire,
      play: (topology) =>
        between({ match: { svc: 'mrsproxy', org: onPremisesOf(topology).name }, effect: { kind: 'status', status: 405 } }),
    },
  },
};
