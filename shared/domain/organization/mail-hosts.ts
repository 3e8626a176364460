import { certificateNames, type Organization } from './organization.ts';

type MailOrganization = Pick<Organization, 'kind' | 'domains' | 'hosts'>;

/** The zone in which Exchange Online takes mail, as it is called here and by Microsoft. */
export const edgeZone = 'mail.protection.outlook.test';
const realEdgeZone = 'mail.protection.outlook.com';

/** The host that takes a domain's mail in the cloud: `contoso-test.mail.protection.outlook.test`. */
function edgeHost(domain: string): string {
  return `${domain.toLowerCase().replaceAll('.', '-')}.${edgeZone}`;
}

/** The host that a domain's MX record names where the organisation takes its mail; undefined where it takes none. */
export function mailExchanger({ kind, hosts }: MailOrganization, domain: string): string | undefined {
  return kind === 'cloud' ? edgeHost(domain) : hosts.smtp?.toLowerCase();
}

/** Names under which an organisation's port 25 is reached. */
export function mailHosts(organization: MailOrganization): readonly string[] {
  const { kind, domains, hosts } = organization;
  if (kind === 'cloud') return domains.map(edgeHost);
  return hosts.smtp === undefined ? [] : [...new Set([hosts.smtp, hosts.web].map((host) => host.toLowerCase()))];
}

/**
 * The names in the certificate that an organisation's transport shows, as a server and as a client. Those of Exchange Online
 * are Microsoft's own too: connectors name them (`TlsDomain`, `TlsDomainCapabilities`), `outlook.com` those of Exchange 2010's time.
 */
export function mailCertificateNames(organization: Organization): readonly string[] {
  if (organization.kind !== 'cloud') return certificateNames(organization);
  return [edgeZone, `*.${edgeZone}`, realEdgeZone, `*.${realEdgeZone}`, 'outlook.com'];
}

/** What the certificate authority must be told that it may vouch for. */
export const mailNamesOutsideTest: readonly string[] = [realEdgeZone, 'outlook.com'];

/**
 * The address from which an organisation's transport connects to others, by which connectors know it. On a machine that has
 * all of 127.0.0.0/8, as Linux does, each has one of its own.
 *
 * @param addresses under which the listeners are reached
 */
export function egressAddress(
  organizations: readonly Pick<Organization, 'name'>[],
  name: string,
  [address = '127.0.0.1']: readonly string[],
): string {
  const position = organizations.findIndex((organization) => organization.name === name);
  const hasOwn = process.platform === 'linux' && address === '127.0.0.1' && position >= 0 && position < 250;
  return hasOwn ? `127.0.1.${position + 1}` : address;
}
