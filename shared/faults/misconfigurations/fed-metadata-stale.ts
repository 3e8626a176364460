import { federationTrusts } from '../../domain/trust/federation-trusts.ts';
import { lackingIn } from '../topology.ts';
import { activeKey, found, onPremises } from './looking.ts';
import type { Misconfiguration } from './misconfiguration.ts';
import { readAuthServers, readGateway, resolveFreeBusy, rolledKeys } from './steps.ts';

export const fedMetadataStale: Misconfiguration = {
  id: 'fed-metadata-stale',
  title: 'The metadata of the federation gateway are stale',
  symptom:
    'An error occurred when processing the security tokens in the message (ErrorProxyRequestProcessingFailed); Test-FederationTrust: Failed to validate delegation token.',
  codes: ['ErrorProxyRequestProcessingFailed', 'LID: 59916', 'ErrorAutoDiscoverFailed'],
  source: resolveFreeBusy,
  notice:
    'Test-FederationTrust fails at TokenValidation; TokenIssuerCertificate of Get-FederationTrust is another one than the gateway publishes.',
  remedy: 'Set-FederationTrust -RefreshMetadata, twice, so that the previous certificate is another one too.',
  variants: {
    'keys-rolled': {
      watched: ['FederationTrust', 'AuthServer', 'SigningKey'],
      how: 'the gateway has new keys, and nobody has read its metadata again',
      play(topology) {
        const federated = onPremises(topology).filter(({ name }) => federationTrusts.all(topology.settings(name)).length > 0);
        if (federated.length === 0) lackingIn('no organisation on-premises that is federated (New-FederationTrust)');
        return { broken: [rolledKeys, ...readAuthServers(topology)], mended: readGateway(topology) };
      },
    },
  },
  lint(topology) {
    const current = activeKey(topology);
    return onPremises(topology).flatMap((organization) =>
      federationTrusts
        .all(topology.settings(organization.name))
        .filter(({ TokenIssuerCertificate }) => TokenIssuerCertificate !== current?.certificate)
        .map(({ Name }) =>
          found(organization, `federation trust ${Name}`, 'TokenIssuerCertificate is not the one by which the gateway signs'),
        ),
    );
  },
};
