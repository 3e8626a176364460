import { present } from '../../kernel/assert.ts';
import type { Organization } from './organization.ts';

/** The host and port that a client asked for. */
export interface Authority {
  /** Lower case, without brackets. */
  readonly host: string;
  /** As written in the `Host` header; undefined when it named none. */
  readonly port: number | undefined;
  /** True when the host is a virtual host of the world, false for `localhost`, an address or any other name. */
  readonly byName: boolean;
}

/** The addresses that an organisation's services give out. */
export interface AdvertisedUrls {
  readonly ews: string;
  readonly autodiscoverPox: string;
  readonly autodiscoverSoap: string;
  readonly autodiscoverJson: string;
  readonly mrsProxy: string;
  readonly ecp: string;
  readonly owa: string;
}

/** How a virtual host is called in addresses that are given out. */
export type Spelling = (host: string) => string;

/** As the world calls it. */
export const asItIs: Spelling = (host) => host;

/**
 * The addresses of `organization` as the asking client can reach them. A client that came by virtual-host name gets
 * named addresses: with the port it used when that was not 443 (for another organisation: the port published for that
 * one), else without a port. Any other client gets `https://localhost:<published port>`.
 *
 * @param asked the authority of the request and the organisation that answers it
 * @param publishedPorts the port under which clients reach each organisation's https listener, by organisation
 * @param spell the name to give out for a virtual host
 */
export function advertisedUrls(
  organization: Organization,
  asked: { readonly authority: Authority; readonly organization: string },
  publishedPorts: ReadonlyMap<string, number>,
  spell: Spelling = asItIs,
): AdvertisedUrls {
  const base = (host: string): string => `https://${advertisedAuthority(organization.name, spell(host), asked, publishedPorts)}`;
  const web = base(organization.hosts.web);
  const autodiscover = base(organization.hosts.autodiscover);
  return {
    ews: `${web}/EWS/Exchange.asmx`,
    autodiscoverPox: `${autodiscover}/autodiscover/autodiscover.xml`,
    autodiscoverSoap: `${autodiscover}/autodiscover/autodiscover.svc`,
    autodiscoverJson: `${autodiscover}/autodiscover/autodiscover.json`,
    mrsProxy: `${web}/EWS/mrsproxy.svc`,
    ecp: `${web}/ecp/`,
    owa: `${web}/owa/`,
  };
}

function advertisedAuthority(
  name: string,
  host: string,
  asked: { readonly authority: Authority; readonly organization: string },
  publishedPorts: ReadonlyMap<string, number>,
): string {
  const published = (): number => present(publishedPorts.get(name), `the published https port of ${name}`);
  const { authority } = asked;
  if (!authority.byName) return `localhost:${published()}`;
  if (authority.port === undefined || authority.port === 443) return host;
  const port = asked.organization === name ? authority.port : published();
  return port === 443 ? host : `${host}:${port}`;
}
