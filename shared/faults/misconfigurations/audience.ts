import { perimeterOf } from '../../domain/organization/perimeter-devices.ts';
import { serverFqdn } from '../../domain/organization/servers.ts';
import { onPremisesOf } from '../topology.ts';
import { found, onPremises } from './looking.ts';
import { between, type Misconfiguration, onTheWire, quoted, set } from './misconfiguration.ts';
import { resolveFreeBusy } from './steps.ts';

export const audience: Misconfiguration = {
  id: 'audience',
  title: 'A token is for another host than the one that is asked',
  symptom: '401: The hostname component of the audience claim value \'...\' is invalid;error_category="invalid_resource"',
  codes: ['ErrorAutoDiscoverFailed', 'ErrorProxyRequestProcessingFailed', 'LID: 43532'],
  source: resolveFreeBusy,
  notice: 'coexist explain shows token.audience-host: the Host that came is not the one that was asked for.',
  remedy: 'Let the device in front pass the Host on as it came.',
  variants: {
    'host-rewritten': {
      how: "a reverse proxy writes the server's own name into the request",
      unseen: onTheWire,
      play(topology) {
        const ours = onPremisesOf(topology);
        return between({ match: { svc: 'ews', host: ours.hosts.web }, effect: { kind: 'host', host: serverFqdn(ours) } });
      },
    },
    device: {
      how: 'the device in front does',
      also: ['extended-protection-bridge'],
      play(topology) {
        const ours = onPremisesOf(topology);
        const { Enabled, RewriteHost } = perimeterOf(topology.settings(ours.name));
        return set(
          ours.name,
          'Set-PerimeterDevice',
          `-Enabled $true -RewriteHost ${serverFqdn(ours)}`,
          `-Enabled $${Enabled} -RewriteHost ${quoted(RewriteHost)}`,
        );
      },
    },
  },
  lint: (topology) =>
    onPremises(topology).flatMap((organization) => {
      const { Enabled, RewriteHost } = perimeterOf(topology.settings(organization.name));
      const names = [organization.hosts.web, organization.hosts.autodiscover].map((name) => name.toLowerCase());
      return Enabled && RewriteHost !== '' && !names.every((name) => name === RewriteHost.toLowerCase())
        ? [found(organization, 'perimeter device', `it tells the servers that ${RewriteHost} was asked for`)]
        : [];
    }),
};
