import { type Connector, outboundConnectors, sendConnectors } from '../../../shared/domain/mailflow/connectors.ts';
import { mailCertificateNames } from '../../../shared/domain/organization/mail-hosts.ts';
import { serverFqdn } from '../../../shared/domain/organization/servers.ts';
import type { SmtpCall, SmtpTls } from '../../../shared/net/smtp-dial.ts';
import { chosenCertificate } from '../transport/tls-certificate.ts';
import type { Transport } from './context.ts';

/** How a queue's mail is sent: its connector, read. */
export interface Terms {
  readonly connector: string;
  /** What this side calls itself. */
  readonly name: string;
  readonly protocolLog: boolean;
  readonly port: number;
  readonly tls: SmtpTls;
  /** TlsCertificateName names a certificate that is not there. */
  readonly lacksCertificate: boolean;
  /** Whom smart hosts are told that the mail is from; `impossible`: by a mechanism that is not here. */
  readonly signIn: NonNullable<SmtpCall['signIn']> | 'impossible' | undefined;
  readonly messagesPerConnection: number;
  readonly idleMs: number;
  /** The mail goes to the other side of the hybrid deployment: XOORG, and headers as cross-premises ones. */
  readonly crossPremises: boolean;
  readonly originatorOrganization: string | undefined;
  /** Which failures are taken for passing ones, or for permanent ones (ErrorPolicies). */
  readonly errorPolicies: ReadonlySet<string>;
}

/** The domain in the certificates of Exchange Online before 2013; afterwards connectors say CloudServicesMailEnabled. */
const cloudOf2010 = /^outlook\.(com|test)$/i;

/** Reads the connector of a queue; `domain` is where its mail goes. A connector that is gone leaves what needs none. */
export async function termsOf(transport: Transport, connectorName: string, domain: string): Promise<Terms> {
  const { organization, settings } = transport;
  const isTenant = organization.kind === 'cloud';
  const kind = isTenant ? outboundConnectors : sendConnectors;
  const connector: Connector = (connectorName === '' ? undefined : kind.get(settings, connectorName)) ?? { Name: connectorName };
  const tlsDomain = text(connector, 'TlsDomain');
  const certificate = await shownCertificate(transport, connector);
  const crossPremises = connector['CloudServicesMailEnabled'] === true || (!isTenant && cloudOf2010.test(tlsDomain));
  return {
    connector: connectorName,
    name: text(connector, 'Fqdn') || serverFqdn(organization),
    protocolLog: text(connector, 'ProtocolLoggingLevel') === 'Verbose',
    port: Number(connector['Port'] ?? 25),
    tls: { ...wanted(connector, isTenant), domain: tlsDomain || domain, certificate },
    lacksCertificate: certificate === undefined,
    signIn: signInOf(connector),
    messagesPerConnection: Number(connector['SmtpMaxMessagesPerConnection'] ?? 20),
    idleMs: Number(connector['ConnectionInactivityTimeOut'] ?? 600) * 1_000,
    crossPremises,
    originatorOrganization: crossPremises ? organization.domains[0] : undefined,
    errorPolicies: new Set(policiesOf(connector)),
  };
}

/**
 * On-premises RequireTLS with TlsAuthLevel, in a tenant TlsSettings, which is TLS or nothing where it is set
 * (Set-SendConnector, New-OutboundConnector). Without either TLS is used where it is offered.
 */
function wanted(connector: Connector, isTenant: boolean): Pick<SmtpTls, 'use' | 'level'> {
  const level = levelOf(text(connector, isTenant ? 'TlsSettings' : 'TlsAuthLevel'));
  if (isTenant) return { use: level === undefined ? 'opportunistic' : 'required', level: level ?? 'EncryptionOnly' };
  const isForPassword = hasSmartHosts(connector) && connector['SmartHostAuthMechanism'] === 'BasicAuthRequireTLS';
  if (connector['RequireTLS'] === true || connector['DomainSecureEnabled'] === true || isForPassword)
    return { use: 'required', level: connector['DomainSecureEnabled'] === true ? 'DomainValidation' : (level ?? 'EncryptionOnly') };
  return { use: connector['IgnoreSTARTTLS'] === true ? 'never' : 'opportunistic', level: 'EncryptionOnly' };
}

/** SmartHostAuthMechanism and AuthenticationCredential (page of Set-SendConnector); for smart hosts alone. */
function signInOf(connector: Connector): Terms['signIn'] {
  const mechanism = text(connector, 'SmartHostAuthMechanism');
  if (!hasSmartHosts(connector)) return undefined;
  if (mechanism === 'ExchangeServer') return 'impossible';
  const stored = connector['AuthenticationCredential'];
  const [userName, password = ''] = Array.isArray(stored) ? stored : [];
  return mechanism.startsWith('BasicAuth') && userName !== undefined ? { userName, password } : undefined;
}

function policiesOf({ ErrorPolicies: set }: Connector): readonly string[] {
  if (Array.isArray(set)) return set;
  return typeof set === 'string' ? [set] : [];
}

function hasSmartHosts({ SmartHosts }: Connector): boolean {
  return Array.isArray(SmartHosts) && SmartHosts.length > 0;
}

function levelOf(written: string): SmtpTls['level'] | undefined {
  return (['EncryptionOnly', 'CertificateValidation', 'DomainValidation'] as const).find((level) => level === written);
}

/** The certificate that a server is shown; undefined where TlsCertificateName names one that is not there. */
async function shownCertificate({ parts, organization, settings, now }: Transport, connector: Connector): Promise<SmtpTls['certificate']> {
  const { certPem, chain, keyPem } = await parts.certificates.leafFor(mailCertificateNames(organization));
  const fqdn = text(connector, 'Fqdn') || serverFqdn(organization);
  const choice = { name: text(connector, 'TlsCertificateName'), fqdn, at: now() };
  return chosenCertificate(choice, settings, { cert: [certPem, ...chain].join(''), key: keyPem });
}

function text(connector: Connector, property: string): string {
  const value = connector[property];
  return typeof value === 'string' ? value : '';
}
