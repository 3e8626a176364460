import { present } from '../../kernel/assert.ts';
import type { Organization } from './organization.ts';
import type { Settings } from './settings.ts';
import { virtualDirectoryOf } from './virtual-directories.ts';

/** The host and port that a client asked for. */
export interface Authority {
  /** Lower case, without brackets. */
  readonly host: string;
  /** As written in the `Host` header; undefined when it named none. */
  readonly port: number | undefined;
  /** True when the host is a virtual host of the world, false for `localhost`, an address or any other name. */
  readonly byName: boolean;
}

/** The addresses of an organisation's Autodiscover service. */
export interface AutodiscoverUrls {
  readonly autodiscoverPox: string;
  readonly autodiscoverSoap: string;
  readonly autodiscoverJson: string;
}

/** The addresses of an organisation's other services, as its virtual directories have them; undefined where they have none. */
export interface ClientAccessUrls {
  readonly ews: string | undefined;
  readonly ecp: string | undefined;
  readonly owa: string | undefined;
  /** Of the virtual directory; the offline address book itself lies below it. */
  readonly oab: string | undefined;
  readonly activeSync: string | undefined;
}

/** The addresses that an organisation's services give out. */
export interface AdvertisedUrls extends AutodiscoverUrls {
  readonly internal: ClientAccessUrls;
  readonly external: ClientAccessUrls;
}

/** How a virtual host is called in addresses that are given out. */
export type Spelling = (host: string) => string;

/** As the world calls it. */
export const asItIs: Spelling = (host) => host;

/** How a client came, which decides what it can reach. */
export interface Approach {
  /** The authority of the request and the organisation that answers it. */
  readonly asked: { readonly authority: Authority; readonly organization: string };
  /** The port under which clients reach each organisation's https listener, by organisation. */
  readonly publishedPorts: ReadonlyMap<string, number>;
  /** The name to give out for a virtual host. */
  readonly spell: Spelling;
}

/**
 * The addresses of `organization` as the asking client can reach them. A client that came by virtual-host name gets
 * named addresses: with the port it used when that was not 443 (for another organisation: the port published for that
 * one), else without a port. Any other client gets `https://localhost:<published port>`. An address that names a host
 * which is none of the organisation's own, or a port, is given out as it was written.
 */
export function advertisedUrls(organization: Organization, settings: Settings, approach: Approach): AdvertisedUrls {
  const urls = (side: 'InternalUrl' | 'ExternalUrl'): ClientAccessUrls => {
    const url = (kind: Parameters<typeof virtualDirectoryOf>[2]): string | undefined =>
      asReached(organization, virtualDirectoryOf(organization, settings, kind)[side], approach);
    return {
      ews: url('WebServicesVirtualDirectory'),
      ecp: url('EcpVirtualDirectory'),
      owa: url('OwaVirtualDirectory'),
      oab: url('OabVirtualDirectory'),
      activeSync: url('ActiveSyncVirtualDirectory'),
    };
  };
  return { ...autodiscoverUrls(organization, approach), internal: urls('InternalUrl'), external: urls('ExternalUrl') };
}

/** The addresses of the Autodiscover service of `organization`, as {@link advertisedUrls} gives them. */
export function autodiscoverUrls(organization: Organization, approach: Approach): AutodiscoverUrls {
  const base = `https://${advertisedAuthority(organization, organization.hosts.autodiscover, approach)}/autodiscover`;
  return {
    autodiscoverPox: `${base}/autodiscover.xml`,
    autodiscoverSoap: `${base}/autodiscover.svc`,
    autodiscoverJson: `${base}/autodiscover.json`,
  };
}

/** The name and port by which clients reach a host of `organization`; another host's stay as they are. */
export function advertisedHost(organization: Organization, host: string, approach: Approach): string {
  return isOwn(organization, host) ? advertisedAuthority(organization, host.toLowerCase(), approach) : host;
}

function asReached(organization: Organization, url: string, approach: Approach): string | undefined {
  if (url === '') return undefined;
  const { protocol, host } = new URL(url);
  if (protocol !== 'https:' || !isOwn(organization, host)) return url;
  // What follows the authority stays as it was written, letter by letter.
  const rest = url.slice(url.indexOf('//') + 2).replace(/^[^/?#]*/, '');
  return `https://${advertisedAuthority(organization, host, approach)}${rest}`;
}

function isOwn({ hosts }: Organization, host: string): boolean {
  return [hosts.web, hosts.autodiscover].some((own) => own.toLowerCase() === host.toLowerCase());
}

function advertisedAuthority({ name }: Organization, host: string, { asked, publishedPorts, spell }: Approach): string {
  const published = (): number => present(publishedPorts.get(name), `the published https port of ${name}`);
  const { authority } = asked;
  if (!authority.byName) return `localhost:${published()}`;
  const spelled = spell(host);
  if (authority.port === undefined || authority.port === 443) return spelled;
  const port = asked.organization === name ? authority.port : published();
  return port === 443 ? spelled : `${spelled}:${port}`;
}
