import { perimeterOf } from '../../domain/organization/perimeter-devices.ts';
import { onPremisesOf } from '../topology.ts';
import { found, onPremises } from './looking.ts';
import { type Misconfiguration, set } from './misconfiguration.ts';

/** Forefront Threat Management Gateway's own: requests of an address in a minute. */
const usual = 600;

export const floodMitigation: Misconfiguration = {
  id: 'flood-mitigation',
  title: 'Flood mitigation of the device in front stops mailbox moves',
  symptom: 'CommunicationErrorTransientException: the call to mrsproxy.svc failed; the move stalls again and again',
  source:
    "Administrators who moved mailboxes through Forefront Threat Management Gateway: its limit of requests in a minute; the number is TMG's own",
  notice: 'The device cuts connections of one address once so many requests have come in a minute; coexist explain shows perimeter.rate.',
  remedy: 'Let the addresses of Exchange Online pass without a limit: Set-PerimeterDevice -MaxRequestsPerMinute unlimited.',
  variants: {
    rate: {
      how: 'the device in front lets an address ask so often and no more',
      also: ['extended-protection-bridge'],
      play(topology) {
        const { name } = onPremisesOf(topology);
        const { Enabled, MaxRequestsPerMinute } = perimeterOf(topology.settings(name));
        return set(
          name,
          'Set-PerimeterDevice',
          '-Enabled $true -MaxRequestsPerMinute 2',
          `-Enabled $${Enabled} -MaxRequestsPerMinute ${MaxRequestsPerMinute}`,
        );
      },
    },
  },
  lint: (topology) =>
    onPremises(topology).flatMap((organization) => {
      const { Enabled, MaxRequestsPerMinute: limit } = perimeterOf(topology.settings(organization.name));
      return Enabled && limit !== 'unlimited' && limit <= usual
        ? [found(organization, 'perimeter device', `it takes ${limit} requests of an address in a minute`)]
        : [];
    }),
};
