import type { ReceiveConnector } from '../../../shared/domain/mailflow/receive-connectors.ts';
import { egressAddress, mailCertificateNames, mailHosts } from '../../../shared/domain/organization/mail-hosts.ts';
import type { Organization } from '../../../shared/domain/organization/organization.ts';
import type { Settings } from '../../../shared/domain/organization/settings.ts';
import type { SmtpProfile, SmtpTlsSettings } from '../../../shared/service/smtp-profile.ts';
import type { SmtpSession } from '../../../shared/service/smtp-session.ts';
import type { TransportParts } from '../context.ts';
import { crowded, words } from '../failures.ts';
import type { Desk, DeskParts } from './desk.ts';
import { openTransportDialogue } from './dialogue.ts';
import { edgeDesk, edgeFeatures, edgeLimits } from './edge.ts';
import { oorg, traceparentParameter } from './envelope-facts.ts';
import { premisesDesk, premisesFeatures, premisesLimits } from './premises.ts';
import { patience } from './tarpit.ts';
import { chosenCertificate } from './tls-certificate.ts';
import { tlsVersions } from './tls-versions.ts';

/** How a receive connector shows itself. */
export async function premisesProfile(
  parts: DeskParts,
  organization: Organization,
  settings: Settings,
  connector: ReceiveConnector,
): Promise<SmtpProfile> {
  const { authMechanisms: mechanisms, tarpitMs } = connector;
  const takesUsers = connector.permissionGroups.has('ExchangeUsers') && mechanisms.has('BasicAuth');
  const certificate = await certificateOf(parts, organization, settings, connector);
  return {
    ...profileOf(parts, premisesDesk(organization, settings, connector), await sendersOf(parts)),
    name: connector.fqdn,
    greeting: () => (connector.banner === '' ? greeting(parts, connector.fqdn, organization) : connector.banner),
    limits: premisesLimits(connector),
    features: premisesFeatures(connector),
    tls: mechanisms.has('Tls') ? certificate : undefined,
    signIn: { mechanisms: takesUsers ? ['LOGIN'] : [], required: false, inPlainText: !mechanisms.has('BasicAuthRequireTLS') },
    ...(tarpitMs > 0 ? { tarpit: () => patience(parts.limits, tarpitMs) } : {}),
  };
}

/** How a tenant's edge shows itself. */
export async function edgeProfile(parts: DeskParts, organization: Organization, settings: Settings, host: string): Promise<SmtpProfile> {
  return {
    ...profileOf(parts, edgeDesk(organization, settings, host), await sendersOf(parts)),
    greeting: () => greeting(parts, host, organization),
    limits: edgeLimits,
    features: edgeFeatures,
    tls: await usualTls(parts, organization, settings),
    signIn: { mechanisms: [], required: false, inPlainText: false },
  };
}

function profileOf(
  parts: DeskParts,
  desk: Desk,
  senders: ReadonlySet<string>,
): Pick<SmtpProfile, 'name' | 'words' | 'crowded' | 'furtherFeatures' | 'mailParameters' | 'patience' | 'open' | 'broken'> {
  const further = ({ peer, tls }: SmtpSession): readonly string[] => {
    const remoteAddress = peer.slice(0, peer.lastIndexOf(':'));
    const { tellsOrganization } = desk.trust({ remoteAddress, tls, isSignedIn: false }, undefined);
    return [...(tellsOrganization ? [oorg] : []), ...(senders.has(remoteAddress) ? [traceparentParameter] : [])];
  };
  return {
    ...{ name: desk.host, words, crowded, furtherFeatures: further, mailParameters: further },
    patience: parts.patience,
    open: (session) => openTransportDialogue(parts, desk, session),
    broken: (session, error) => recordBroken(parts, desk, session, error),
  };
}

/** Addresses that the transports of the world send from: to nobody else is the extension shown that Exchange does not have. */
async function sendersOf({ organizations, network }: TransportParts): Promise<ReadonlySet<string>> {
  const { all } = await organizations();
  return new Set(all.map(({ name }) => egressAddress(all, name, network.egress ?? network.addresses)));
}

/** `EX-SE-01.contoso.test Microsoft ESMTP MAIL Service ready at Sun, 22 Nov 2026 02:00:00 +0000`. */
function greeting({ clock }: TransportParts, host: string, { name }: Organization): string {
  const date = new Date(clock.now(name)).toUTCString().replace('GMT', '+0000');
  return `${host} Microsoft ESMTP MAIL Service ready at ${date}`;
}

async function usualTls(parts: TransportParts, organization: Organization, settings: Settings): Promise<SmtpTlsSettings> {
  const { certificates } = parts;
  const { keyPem, certPem, chain } = await certificates.leafFor(namesOf(organization));
  return {
    certificate: { key: keyPem, cert: [certPem, ...chain].join('') },
    clientAuthority: certificates.caPem,
    handshakes: { options: parts, service: 'smtp', protocol: 'smtp', organizationOf: () => organization.name },
    ...tlsVersions(organization, settings),
  };
}

function namesOf(organization: Organization): readonly string[] {
  return [...new Set([...mailCertificateNames(organization), ...mailHosts(organization)])];
}

/** The connector's certificate; where it names one that is not there, there is no STARTTLS (KB 2989382). */
async function certificateOf(
  parts: TransportParts,
  organization: Organization,
  settings: Settings,
  { tlsCertificateName: name, fqdn }: ReceiveConnector,
): Promise<SmtpTlsSettings | undefined> {
  const usual = await usualTls(parts, organization, settings);
  const certificate = chosenCertificate({ name, fqdn, at: parts.clock.now(organization.name) }, settings, usual.certificate);
  return certificate && { ...usual, certificate };
}

function recordBroken(
  { recorder, clock }: TransportParts,
  { organization: { name: organization } }: Desk,
  { peer, serverName, tls }: SmtpSession,
  error: NodeJS.ErrnoException,
): void {
  const exchange = recorder.open({
    service: 'smtp',
    direction: 'incoming',
    protocol: 'smtp',
    target: tls === undefined ? 'TLS handshake' : 'connection',
    host: serverName,
    organization,
    peer,
    at: clock.now(organization),
  });
  exchange.note({ code: error.code ?? error.name, detail: error.message.trim() });
  exchange.close('aborted', clock.now(organization));
}
