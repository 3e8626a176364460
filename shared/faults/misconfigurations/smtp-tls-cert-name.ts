import { receiveConnectors, sendConnectors } from '../../domain/mailflow/connectors.ts';
import { isCertificateFor, subjectOf } from '../../domain/mailflow/tls-names.ts';
import { mailCertificateNames } from '../../domain/organization/mail-hosts.ts';
import { exchangeCertificates } from '../../domain/trust/exchange-certificates.ts';
import { hybridOf, onPremisesOf, type Topology } from '../topology.ts';
import { found, onPremises, textOf } from './looking.ts';
import { frontendOf, sendConnectorTo } from './looking-at-mail.ts';
import { type Misconfiguration, quoted, type Step, set, type Variant } from './misconfiguration.ts';
import { retryQueue, value } from './steps.ts';

const gone = '"<I>CN=coexist CA<S>CN=old.contoso.invalid"';

function staleName(
  how: string,
  cmdlet: (topology: Topology) => readonly [line: string, before: string],
  then: readonly Step[] | ((topology: Topology) => readonly Step[]),
): Variant {
  return {
    how,
    play(topology) {
      const [line, before] = cmdlet(topology);
      const played = set(onPremisesOf(topology).name, `${line} -TlsCertificateName`, gone, value(before));
      return { ...played, mended: [...played.mended, ...(typeof then === 'function' ? then(topology) : then)] };
    },
  };
}

export const smtpTlsCertName: Misconfiguration = {
  id: 'smtp-tls-cert-name',
  title: 'A connector names a certificate that is not there any more',
  symptom:
    '451 5.7.3 STARTTLS is required to send mail; 454 4.7.5 The certificate specified in TlsCertificateName of the SendConnector could not be found.',
  source: 'Microsoft: KB 2989382; the second sentence is known from the queues of administrators',
  notice: 'TlsCertificateName of Get-ReceiveConnector and Get-SendConnector is no <I>issuer<S>subject of Get-ExchangeCertificate.',
  remedy: 'Set-ReceiveConnector and Set-SendConnector -TlsCertificateName with the certificate that is enabled for SMTP, or $null.',
  variants: {
    receive: staleName(
      'TlsCertificateName of the receive connector names a certificate that is not there any more',
      (topology) => {
        const { Name, ...connector } = frontendOf(topology, onPremisesOf(topology));
        return [`Set-ReceiveConnector ${quoted(Name)}`, textOf(connector['TlsCertificateName'])];
      },
      [{ passes: '1h' }],
    ),
    send: staleName(
      'TlsCertificateName of the send connector does',
      (topology) => {
        const { Name, ...connector } = sendConnectorTo(topology, hybridOf(topology));
        return [`Set-SendConnector ${quoted(Name)}`, textOf(connector['TlsCertificateName'])];
      },
      (topology) => [retryQueue(onPremisesOf(topology))],
    ),
  },
  lint: (topology) =>
    onPremises(topology).flatMap((organization) => {
      const settings = topology.settings(organization.name);
      const names = [
        ...mailCertificateNames(organization),
        ...exchangeCertificates.all(settings).map(({ Subject }) => subjectOf(`<S>${Subject}`)),
      ];
      return [...receiveConnectors.all(settings), ...sendConnectors.all(settings)].flatMap((connector) => {
        const wanted = textOf(connector['TlsCertificateName']);
        return wanted === '' || isCertificateFor(names, wanted)
          ? []
          : [found(organization, `connector ${connector.Name}`, `TlsCertificateName ${wanted} is no certificate of the servers`)];
      });
    }),
};
