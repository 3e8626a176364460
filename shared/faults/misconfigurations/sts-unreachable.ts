import { between, type Misconfiguration, onTheWire } from './misconfiguration.ts';
import { askerName, resolveFreeBusy } from './steps.ts';

export const stsUnreachable: Misconfiguration = {
  id: 'sts-unreachable',
  title: 'The federation gateway cannot be reached',
  symptom:
    'Failed to communicate with https://login.microsoftonline.com/extSTS.srf., inner exception: Unable to connect to the remote server.',
  codes: ['ErrorAutoDiscoverFailed', 'ErrorProxyRequestProcessingFailed'],
  source: resolveFreeBusy,
  notice: 'Test-FederationTrust fails at TokenRequest; no way out of the servers but by a proxy that Exchange does not know.',
  remedy: 'Let the servers out to the gateway, or name the proxy: Set-ExchangeServer -InternetWebProxy.',
  variants: {
    refused: {
      how: 'no way to the federation gateway',
      unseen: onTheWire,
      play: (topology) =>
        between({ match: { org: askerName(topology), host: 'login.microsoftonline.test' }, seam: 'dial', effect: { kind: 'refuse' } }),
    },
    reset: {
      how: 'the address of EWS is known: the same, of the call itself',
      unseen: onTheWire,
      play: (topology) =>
        between({ match: { org: askerName(topology), host: 'login.microsoftonline.test' }, seam: 'tls', effect: { kind: 'reset' } }),
    },
  },
};
