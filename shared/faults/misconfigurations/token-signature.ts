import { authServers } from '../../domain/trust/auth-servers.ts';
import { hybridOf, lackingIn } from '../topology.ts';
import { activeKey, found, onPremises } from './looking.ts';
import type { Misconfiguration } from './misconfiguration.ts';
import { readAuthServers, readGateway, resolveFreeBusy, rolledKeys } from './steps.ts';

export const tokenSignature: Misconfiguration = {
  id: 'token-signature',
  title: 'The metadata of the auth server are stale',
  symptom: '401 with 2000000;reason="The token has an invalid signature.";error_category="invalid_signature"',
  codes: ['ErrorAutoDiscoverFailed'],
  source: resolveFreeBusy,
  notice: 'Test-OAuthConnectivity fails with an invalid signature; the keys of Get-AuthServer are others than the issuer publishes.',
  remedy: 'Get-AuthServer | Set-AuthServer -RefreshAuthMetadata.',
  variants: {
    'keys-rolled': {
      watched: ['FederationTrust', 'AuthServer', 'SigningKey'],
      how: 'the metadata of the auth server are stale',
      play(topology) {
        const { ours } = hybridOf(topology);
        if (authServers.all(topology.settings(ours.name)).length === 0) lackingIn(`no auth server at ${ours.name}`);
        return { broken: [rolledKeys, ...readGateway(topology)], mended: readAuthServers(topology) };
      },
    },
  },
  lint(topology) {
    const current = activeKey(topology);
    return onPremises(topology).flatMap((organization) =>
      authServers
        .all(topology.settings(organization.name))
        .filter(({ keys }) => !keys.some(({ x5t }) => x5t === current?.x5t))
        .map(({ Name }) => found(organization, `auth server ${Name}`, 'it has not the key by which the issuer signs')),
    );
  },
};
