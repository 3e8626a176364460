import { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { isOutOfService } from '../../shared/domain/organization/client-access.ts';
import { realSpellings } from '../../shared/domain/organization/host-map.ts';
import { certificateNames, type Organization } from '../../shared/domain/organization/organization.ts';
import { frontEndOf, serverFqdn, serversOf } from '../../shared/domain/organization/servers.ts';
import type { Settings } from '../../shared/domain/organization/settings.ts';
import { flaggedDirectories, requiresCertificate } from '../../shared/domain/organization/ssl-flags.ts';
import { allowsCertificates } from '../../shared/domain/organization/virtual-directories.ts';
import { webCertificate } from '../../shared/domain/trust/exchange-certificates.ts';
import { parseAuthority } from '../../shared/service/authority.ts';
import { answer, openVisit, passRequestSeam, type Visit } from '../../shared/service/http-door.ts';
import { createHttpsDoor, type HttpsDoor, type HttpsDoorOptions } from '../../shared/service/https-door.ts';
import { dispatch, type LocalApp } from '../../shared/service/local-app.ts';
import { type Route, routeOf } from './routes.ts';

export interface FrontendOptions extends HttpsDoorOptions {
  /** Whom this listener answers for. */
  readonly organizations: readonly Organization[];
  /** Who answers a client that came by `localhost`, an address or an unknown name; absent: nobody, 404. */
  readonly defaultOrganization?: string | undefined;
  /** The services that run, by name. */
  readonly apps: ReadonlyMap<string, LocalApp>;
  /** The configuration objects of an organisation; absent: as Setup leaves them. */
  readonly settings?: (organization: string) => Promise<Settings>;
}

/**
 * The client access front end of one organisation, or of several that share a listener: TLS, virtual hosts, and the
 * table path -> service. It works on raw requests and has no Fastify of its own, because a request must be able to go
 * on unread: to the Fastify instance of a local service, which reads body and headers itself. It does not listen yet.
 */
export async function createFrontend(options: FrontendOptions): Promise<HttpsDoor> {
  const { organizations, apps } = options;
  const hosts = hostTable(organizations);
  const byDefault = organizations.find(({ name }) => name === options.defaultOrganization);
  return createHttpsDoor(options, {
    // One certificate per organisation: its names and Microsoft's spellings of them.
    certificateNames: organizations.map(shownNames),
    usualNames: byDefault === undefined ? undefined : shownNames(byDefault),
    ...(options.settings === undefined ? {} : { presented: webContexts(hosts, options.settings) }),
    ...(options.settings === undefined ? {} : { asksForCertificate: certificateAsker(organizations, options.settings) }),
    isHost: (name) => hosts.has(name),
    broken: { service: 'frontend', organizationOf: (host) => (hosts.get(host) ?? byDefault)?.name },
    receive(raw, authority, path) {
      const organization = hosts.get(authority.host) ?? hosts.get(raw.connection.serverName) ?? byDefault;
      const route = routeOf(path);
      const service = route.kind === 'dispatch' ? route.to.service : 'frontend';
      const visit = openVisit(options, raw, { protocol: 'https', service, organization, host: authority.host });
      passRequestSeam(options.seams, visit, (asked = authority) => {
        if (organization === undefined) answer(visit, 404, {});
        else if (route.kind === 'health') void answerHealth(options, visit, route.service, organization);
        else if (route.kind !== 'dispatch') answerHere(visit, route, organization);
        else {
          const app = apps.get(service);
          if (app === undefined) answer(visit, 503, text, `The service ${service} is not running.\r\n`);
          else dispatch(app, visit, { organization, authority: asked });
        }
      });
    },
  });
}

const text = { 'content-type': 'text/plain; charset=utf-8' };

function answerHere(visit: Visit, route: Exclude<Route, { kind: 'dispatch' | 'health' }>, organization: Organization): void {
  switch (route.kind) {
    case 'front-page': {
      // As in life, also though nothing is found there: clients and probes look for the redirection.
      const { host } = visit.request.headers;
      answer(visit, 302, { location: `https://${parseAuthority(host) === undefined ? organization.hosts.web : host}/owa/` });
      return;
    }
    case 'absent':
      answer(visit, 404, text, `${route.title} is not part of this simulation.\r\n`);
      return;
    case 'unknown':
      answer(visit, 404, {});
  }
}

/** 503 while the service does not run and while the server is taken out of service: load balancers then pass it by. */
async function answerHealth({ apps, settings }: FrontendOptions, visit: Visit, service: string, organization: Organization): Promise<void> {
  const server = frontEndOf(organization, visit.connection.ordinal);
  try {
    const isOut = settings !== undefined && isOutOfService(await settings(organization.name), server);
    const isFit = apps.has(service) && !isOut;
    const body = isFit ? `200 OK<br/>${serverFqdn(organization, server)}` : '';
    answer(visit, isFit ? 200 : 503, { 'content-type': 'text/html' }, body);
  } catch (error) {
    visit.exchange.conclude('defect', error);
    answer(visit, 500, {});
  }
}

/** The certificate that is enabled for IIS in the organisation of a host, ready for its listener. */
function webContexts(
  hosts: ReadonlyMap<string, Organization>,
  settingsOf: NonNullable<FrontendOptions['settings']>,
): (host: string) => Promise<SecureContext | undefined> {
  const made = new Map<string, { readonly thumbprint: string; readonly context: SecureContext }>();
  return async (host) => {
    const organization = hosts.get(host)?.name;
    const certificate = organization === undefined ? undefined : webCertificate(await settingsOf(organization));
    if (organization === undefined || certificate === undefined) return undefined;
    const { Thumbprint: thumbprint, privateKey: key } = certificate;
    const known = made.get(organization);
    if (known?.thumbprint === thumbprint) return known.context;
    const cert = new X509Certificate(Buffer.from(certificate.certificate, 'base64')).toString();
    const context = createSecureContext({ cert, key });
    made.set(organization, { thumbprint, context });
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

function shownNames(organization: Organization): readonly string[] {
  return [...certificateNames(organization), ...realSpellings(organization)];
}

/** Which organisation answers for a host; Microsoft's spellings, the names missing from the certificate and those of servers, which devices in front write, included. */
function hostTable(organizations: readonly Organization[]): ReadonlyMap<string, Organization> {
  const table = new Map<string, Organization>();
  for (const organization of organizations) {
    const servers = serversOf(organization).map((server) => serverFqdn(organization, server));
    for (const name of [...shownNames(organization), ...organization.hosts.redirectOnly, ...servers]) {
      const taken = table.get(name.toLowerCase());
      if (taken !== undefined && taken !== organization) throw new Error(`defect: ${taken.name} and ${organization.name} claim ${name}`);
      table.set(name.toLowerCase(), organization);
    }
  }
  return table;
}
