import { exchangeAppId } from '../../domain/trust/well-known.ts';
import { hybridOf, hybrids, lackingIn } from '../topology.ts';
import { authCertificate, authCertificateOf, disabledConnectors, enabledConnectors, exchangePrincipal, found } from './looking.ts';
import type { Misconfiguration } from './misconfiguration.ts';
import { resolveFreeBusy } from './steps.ts';

export const authCertUnpublished: Misconfiguration = {
  id: 'auth-cert-unpublished',
  title: 'The tenant has not the Auth certificate',
  symptom: "Error code: 'invalid_client'. AADSTS50012: Client assertion contains an invalid signature. The key was not found.",
  codes: ['ErrorAutoDiscoverFailed'],
  source: resolveFreeBusy,
  notice: 'Get-MsolServicePrincipalCredential of Exchange has no key of the certificate that Get-AuthConfig names.',
  remedy: 'Upload it: New-MsolServicePrincipalCredential -Type Asymmetric, or Update-HybridConfiguration.',
  variants: {
    removed: {
      watched: ['AuthServer'],
      how: 'the tenant has not the key of the Auth certificate',
      play(topology) {
        const { ours, tenant } = hybridOf(topology);
        const { certificate } = authCertificateOf(topology, ours);
        const keys = exchangePrincipal(topology, tenant)?.keyCredentials.filter((key) => key.certificate === certificate) ?? [];
        if (keys.length === 0) lackingIn(`no Auth certificate of ${ours.name} at ${tenant.name} that could be taken away`);
        return {
          broken: keys.map(({ keyId }) => ({
            at: tenant.name,
            line: `Remove-MsolServicePrincipalCredential -AppPrincipalId ${exchangeAppId} -KeyIds ${keyId}`,
          })),
          mended: [{ at: ours.name, line: 'Update-HybridConfiguration' }],
        };
      },
    },
  },
  lint: (topology) =>
    hybrids(topology).flatMap(({ ours, tenant }) => {
      const { held } = authCertificate(topology, ours);
      const hasWay = disabledConnectors(topology, ours, tenant).length + enabledConnectors(topology, ours, tenant).length > 0;
      return !hasWay ||
        held === undefined ||
        held.NotAfter <= topology.now(ours.name) ||
        exchangePrincipal(topology, tenant)?.keyCredentials.some(({ certificate }) => certificate === held.certificate) === true
        ? []
        : [found(ours, 'authorization configuration', `${tenant.name} has not its certificate ${held.Thumbprint}`)];
    }),
};
