import { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import { type SchannelVersion, schannelVersions, takenVersions } from '../../shared/domain/organization/schannel-protocols.ts';
import type { Settings } from '../../shared/domain/organization/settings.ts';
import { flaggedDirectories, requiresCertificate } from '../../shared/domain/organization/ssl-flags.ts';
import { allowsCertificates } from '../../shared/domain/organization/virtual-directories.ts';
import { webCertificate } from '../../shared/domain/trust/exchange-certificates.ts';
import { createHttpsDoor, type HttpsDoor, type HttpsDoorOptions, type HttpsDoorPlan } from '../../shared/service/https-door.ts';
import { hostTable, shownNames } from './hosts.ts';
import { type LetInOptions, letIn } from './let-in.ts';

export interface FrontendOptions extends HttpsDoorOptions, LetInOptions {
  /** Whom this listener answers for. */
  readonly organizations: readonly Organization[];
  /** Who answers a client that came by `localhost`, an address or an unknown name; absent: nobody, 404. */
  readonly defaultOrganization?: string | undefined;
}

/**
 * The client access front end of one organisation, or of several that share a listener: TLS, virtual hosts, and the
 * table path -> service. It works on raw requests and has no Fastify of its own, because a request must be able to go
 * on unread: to the Fastify instance of a local service, which reads body and headers itself. It does not listen yet.
 */
export async function createFrontend(options: FrontendOptions): Promise<HttpsDoor> {
  const { organizations } = options;
  const hosts = hostTable(organizations);
  const byDefault = organizations.find(({ name }) => name === options.defaultOrganization);
  return createHttpsDoor(options, {
    // One certificate per organisation: its names and Microsoft's spellings of them.
    certificateNames: organizations.map(shownNames),
    usualNames: byDefault === undefined ? undefined : shownNames(byDefault),
    ...(options.settings === undefined ? {} : configured(hosts, organizations, options.settings)),
    isHost: (name) => hosts.has(name),
    broken: { service: 'frontend', organizationOf: (host) => (hosts.get(host) ?? byDefault)?.name },
    receive(raw, authority, path) {
      const organization = hosts.get(authority.host) ?? hosts.get(raw.connection.serverName) ?? byDefault;
      letIn(options, { raw, organization, authority, path });
    },
  });
}

/** What the organisations' configuration says of a listener's TLS. */
function configured(
  hosts: ReadonlyMap<string, Organization>,
  organizations: readonly Organization[],
  settingsOf: NonNullable<FrontendOptions['settings']>,
): Pick<HttpsDoorPlan, 'presented' | 'takenVersions' | 'asksForCertificate'> {
  return {
    presented: webContexts(hosts, settingsOf),
    takenVersions: () => versionsTaken(organizations, settingsOf),
    asksForCertificate: certificateAsker(organizations, settingsOf),
  };
}

/** What the registry leaves alone. */
const usualVersions = ['TLS 1.2', 'TLS 1.3'] as const;

/** The versions that the registry of the servers says; of several organisations behind a listener, those that any of them takes. */
async function versionsTaken(
  organizations: readonly Organization[],
  settingsOf: NonNullable<FrontendOptions['settings']>,
): Promise<readonly SchannelVersion[] | undefined> {
  const told = await Promise.all(organizations.map(async ({ name }) => takenVersions(await settingsOf(name), usualVersions)));
  if (told.every((one) => one === undefined)) return undefined;
  return schannelVersions.filter((version) => told.some((one) => (one ?? usualVersions).includes(version)));
}

/** The certificate that is enabled for IIS in the organisation of a host, ready for its listener. */
function webContexts(
  hosts: ReadonlyMap<string, Organization>,
  settingsOf: NonNullable<FrontendOptions['settings']>,
): NonNullable<HttpsDoorPlan['presented']> {
  const made = new Map<string, { readonly from: string; readonly context: SecureContext }>();
  return async (host, ciphers) => {
    const organization = hosts.get(host)?.name;
    const certificate = organization === undefined ? undefined : webCertificate(await settingsOf(organization));
    if (organization === undefined || certificate === undefined) return undefined;
    const { Thumbprint: thumbprint, privateKey: key } = certificate;
    const from = `${thumbprint} ${ciphers ?? ''}`;
    const known = made.get(organization);
    if (known?.from === from) return known.context;
    const cert = new X509Certificate(Buffer.from(certificate.certificate, 'base64')).toString();
    const context = createSecureContext({ cert, key, ...(ciphers === undefined ? {} : { ciphers }) });
    made.set(organization, { from, context });
    return context;
  };
}

/** Clients are asked for a certificate as long as a virtual directory of any organisation behind the listener takes one. */
function certificateAsker(
  organizations: readonly Organization[],
  settingsOf: NonNullable<FrontendOptions['settings']>,
): () => Promise<boolean> {
  return async () => {
    for (const organization of organizations) if (asksIn(organization, await settingsOf(organization.name))) return true;
    return false;
  };
}

function asksIn(organization: Organization, settings: Settings): boolean {
  return (
    allowsCertificates(organization, settings, 'WebServicesVirtualDirectory') ||
    flaggedDirectories.some((door) => requiresCertificate(organization, settings, door))
  );
}
