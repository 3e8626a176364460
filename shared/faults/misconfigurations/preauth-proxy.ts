import { perimeterOf } from '../../domain/organization/perimeter-devices.ts';
import { globTest } from '../../kernel/glob.ts';
import { onPremisesOf } from '../topology.ts';
import { found, onPremises } from './looking.ts';
import { between, type Misconfiguration, onTheWire, set } from './misconfiguration.ts';
import { resolveFreeBusy } from './steps.ts';

const challenge = { kind: 'status', status: 401 } as const;
/** What servers ask each other without any credentials that a device could look at. */
const asked = ['/EWS/exchange.asmx/wssecurity', '/autodiscover/autodiscover.svc/wssecurity', '/EWS/mrsproxy.svc'];

export const preauthProxy: Misconfiguration = {
  id: 'preauth-proxy',
  title: 'A reverse proxy asks for credentials before the servers do',
  symptom: 'The request failed with HTTP status 401: Unauthorized',
  codes: ['ErrorProxyRequestProcessingFailed', 'LID: 43532', 'ErrorAutoDiscoverFailed'],
  source: `${resolveFreeBusy}; "Troubleshoot free/busy issues": no line with exchange.asmx/wssecurity in the log of IIS`,
  notice: 'The server has no line of the request that was refused; WWW-Authenticate of the 401 is not that of Exchange.',
  remedy:
    'Publish /EWS/*, /autodiscover/* and /EWS/mrsproxy.svc without pre-authentication: Set-PerimeterDevice -PassThroughPaths, or -PreAuthentication None.',
  variants: {
    device: {
      how: 'a device in front publishes with pre-authentication',
      also: ['extended-protection-bridge'],
      play(topology) {
        const { name } = onPremisesOf(topology);
        const { Enabled, PreAuthentication } = perimeterOf(topology.settings(name));
        return set(
          name,
          'Set-PerimeterDevice',
          '-Enabled $true -PreAuthentication Basic',
          `-Enabled $${Enabled} -PreAuthentication ${PreAuthentication}`,
        );
      },
    },
    ews: {
      how: 'a reverse proxy asks for credentials before EWS',
      unseen: onTheWire,
      play: (topology) => between({ match: { svc: 'ews', org: onPremisesOf(topology).name }, effect: challenge }),
    },
    autodiscover: {
      how: 'and before Autodiscover',
      unseen: onTheWire,
      play: (topology) => between({ match: { svc: 'autodiscover', org: onPremisesOf(topology).name }, effect: challenge }),
    },
    mrsproxy: {
      how: 'and before the proxy of mailbox moves',
      unseen: onTheWire,
      play: (topology) => between({ match: { svc: 'mrsproxy', org: onPremisesOf(topology).name }, effect: challenge }),
    },
  },
  lint: (topology) =>
    onPremises(topology).flatMap((organization) => {
      const { Enabled, PreAuthentication, PassThroughPaths } = perimeterOf(topology.settings(organization.name));
      if (!Enabled || PreAuthentication === 'None') return [];
      const stopped = asked.filter((path) => !PassThroughPaths.some((glob) => globTest(glob)(path)));
      return stopped.length === 0
        ? []
        : [
            found(
              organization,
              'perimeter device',
              `pre-authentication ${PreAuthentication} stops what servers ask: ${stopped.join(', ')}`,
            ),
          ];
    }),
};
