import { exchangeCertificates } from '../../domain/trust/exchange-certificates.ts';
import { onPremisesOf } from '../topology.ts';
import { found, isTrusted, onPremises } from './looking.ts';
import type { Misconfiguration } from './misconfiguration.ts';
import { mailHostOf, retryQueue } from './steps.ts';

const friendlyName = 'Company';

export const smtpUntrustedRoot: Misconfiguration = {
  id: 'smtp-untrusted-root',
  title: 'The certificate of SMTP is from an authority that nobody else trusts',
  symptom: '454 4.7.0 Failed to establish appropriate TLS channel: UntrustedRoot; 450 4.7.320 Certificate validation failed',
  source: 'Microsoft: KB 2888788',
  notice: "Get-ExchangeCertificate: of two certificates with SMTP the newer one is the company's own; Get-Queue shows UntrustedRoot.",
  remedy: 'Take SMTP or the certificate away (Remove-ExchangeCertificate), or name the right one: Set-SendConnector -TlsCertificateName.',
  variants: {
    'company-authority': {
      how: 'two certificates are enabled for SMTP, and the newer one is from an authority that nobody trusts',
      play(topology) {
        const ours = onPremisesOf(topology);
        const those = `Get-ExchangeCertificate | Where-Object {$_.FriendlyName -eq '${friendlyName}'}`;
        return {
          broken: [
            { outside: 'import-company-certificate', of: ours.name, host: mailHostOf(ours), friendlyName },
            { at: ours.name, line: `${those} | Enable-ExchangeCertificate -Services SMTP` },
          ],
          mended: [{ at: ours.name, line: `${those} | Remove-ExchangeCertificate` }, retryQueue(ours), { passes: '1h' }],
        };
      },
    },
  },
  lint: (topology) =>
    onPremises(topology).flatMap((organization) =>
      exchangeCertificates
        .all(topology.settings(organization.name))
        .filter((certificate) => certificate.Services?.includes('SMTP') === true && !isTrusted(topology, certificate))
        .map(({ Thumbprint, Subject }) =>
          found(organization, `certificate ${Thumbprint}`, `it is enabled for SMTP, and nobody else trusts its authority: ${Subject}`),
        ),
    ),
};
