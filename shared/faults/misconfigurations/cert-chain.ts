import { webCertificate } from '../../domain/trust/exchange-certificates.ts';
import { onPremisesOf } from '../topology.ts';
import { found, isTrusted, onPremises } from './looking.ts';
import type { Misconfiguration } from './misconfiguration.ts';

export const certChain: Misconfiguration = {
  id: 'cert-chain',
  title: 'IIS shows a certificate that nobody trusts',
  symptom: 'The underlying connection was closed: Could not establish trust relationship for the SSL/TLS secure channel.',
  codes: ['ErrorAutoDiscoverFailed'],
  source: "Microsoft: Exchange hybrid deployment prerequisites ask for a certificate of a public authority; the sentence is .NET's",
  notice: 'Get-ExchangeCertificate: IIS is at a certificate with IsSelfSigned True; a browser outside warns.',
  remedy: 'Enable a certificate of a public authority: Enable-ExchangeCertificate -Services IIS.',
  variants: {
    'self-signed': {
      how: 'IIS shows a certificate that nobody trusts',
      play(topology) {
        const { name, hosts } = onPremisesOf(topology);
        const those = "Get-ExchangeCertificate | Where-Object {$_.FriendlyName -eq 'Untrusted'}";
        return {
          broken: [
            { at: name, line: `New-ExchangeCertificate -SubjectName CN=${hosts.web} -FriendlyName Untrusted` },
            { at: name, line: `${those} | Enable-ExchangeCertificate -Services IIS` },
          ],
          mended: [{ at: name, line: `${those} | Remove-ExchangeCertificate` }],
        };
      },
    },
  },
  lint: (topology) =>
    onPremises(topology).flatMap((organization) => {
      const shown = webCertificate(topology.settings(organization.name));
      return shown === undefined || isTrusted(topology, shown)
        ? []
        : [
            found(
              organization,
              `certificate ${shown.Thumbprint}`,
              `IIS shows it, and no authority that others trust has issued it: ${shown.Subject}`,
            ),
          ];
    }),
};
