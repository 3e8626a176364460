import { configKind } from './config-kind.ts';
import type { Organization } from './organization.ts';
import { serversOf } from './servers.ts';
import type { Settings } from './settings.ts';

export const clientAuthenticationMethods = ['Basic', 'Ntlm', 'Negotiate'] as const;
type ClientAuthenticationMethod = (typeof clientAuthenticationMethods)[number];

/** The virtual directory by which Outlook reaches a server over HTTP, as `Get-OutlookAnywhere` shows it. */
export interface OutlookAnywhere {
  /** False once Disable-OutlookAnywhere has removed the virtual directory. */
  readonly isEnabled: boolean;
  /** '': outside clients are told of none. */
  readonly ExternalHostname: string;
  readonly InternalHostname: string;
  readonly ExternalClientAuthenticationMethod: ClientAuthenticationMethod;
  readonly InternalClientAuthenticationMethod: ClientAuthenticationMethod;
  readonly IISAuthenticationMethods: readonly ClientAuthenticationMethod[];
  readonly SSLOffloading: boolean;
  readonly ExternalClientsRequireSsl: boolean;
  readonly InternalClientsRequireSsl: boolean;
}

export const outlookAnywheres = configKind<Partial<OutlookAnywhere>>('OutlookAnywhere');

/** The name that Setup gives the virtual directory; there is one of it. */
export const outlookAnywhereName = 'Rpc (Default Web Site)';

/** What is stored is what differs from Setup's. */
export function outlookAnywhereOf({ hosts }: Organization, stored: Partial<OutlookAnywhere> = {}): OutlookAnywhere {
  return {
    isEnabled: true,
    ExternalHostname: hosts.web,
    InternalHostname: hosts.web,
    // Setup's is Negotiate, which nothing here answers.
    ExternalClientAuthenticationMethod: 'Basic',
    InternalClientAuthenticationMethod: 'Basic',
    IISAuthenticationMethods: ['Basic'],
    SSLOffloading: true,
    ExternalClientsRequireSsl: true,
    InternalClientsRequireSsl: true,
    ...stored,
  };
}

/** Outlook Anywhere as an organisation's settings have it. */
export function outlookAnywhere(organization: Organization, settings: Settings): OutlookAnywhere {
  return outlookAnywhereOf(organization, outlookAnywheres.get(settings, outlookAnywhereName));
}

/** The client access service of a server, as `Get-ClientAccessService` shows it. */
export interface ClientAccessService {
  /** Where the service connection point leads members of the domain, the organisation's own servers among them; '': there is none. */
  readonly AutoDiscoverServiceInternalUri: string;
  readonly AutoDiscoverSiteScope: readonly string[];
  /** Load balancers and other servers are to pass it by: its health pages answer 503. */
  readonly IsOutOfService: boolean;
}

/** By the name of the server. */
export const clientAccessServices = configKind<Partial<ClientAccessService>>('ClientAccessService');

/** The Active Directory site that a new forest has. */
export const defaultSite = 'Default-First-Site-Name';

/** What is stored is what differs from Setup's. */
export function clientAccessServiceOf({ hosts }: Organization, stored: Partial<ClientAccessService> = {}): ClientAccessService {
  return {
    AutoDiscoverServiceInternalUri: `https://${hosts.autodiscover}/Autodiscover/Autodiscover.xml`,
    AutoDiscoverSiteScope: [defaultSite],
    IsOutOfService: false,
    ...stored,
  };
}

/**
 * Where the service connection points of an organisation lead a member of its domain who looks for the Autodiscover of one: the
 * SOAP service behind the address of the first server that has one. Only for its own accepted domains; a tenant has none.
 */
export function serviceConnectionPoint(organization: Organization, settings: Settings, domain: string): string | undefined {
  if (organization.kind === 'cloud' || !organization.domains.some((own) => own.toLowerCase() === domain.toLowerCase())) return undefined;
  const addresses = serversOf(organization).map(
    (server) => clientAccessServiceOf(organization, clientAccessServices.get(settings, server)).AutoDiscoverServiceInternalUri,
  );
  const found = addresses.find((address) => address !== '');
  return found === undefined ? undefined : new URL('/autodiscover/autodiscover.svc', found).href;
}

/** Whether a server is taken out of service. */
export function isOutOfService(settings: Settings, server: string): boolean {
  return clientAccessServices.get(settings, server)?.IsOutOfService === true;
}
