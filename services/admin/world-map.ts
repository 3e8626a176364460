import type { Organization } from '../../shared/domain/organization/organization.ts';
import { authenticationService } from '../../shared/domain/world/vocabulary.ts';
import type { Finding, Misconfiguration, Step } from '../../shared/faults/misconfigurations/misconfiguration.ts';
import type { RememberedBreak } from '../../shared/faults/remembered-breaks.ts';
import type { Topology } from '../../shared/faults/topology.ts';
import type { TallyRow } from '../../shared/journal/tally.ts';
import type { EndpointsDocument } from '../../shared/service/endpoints-document.ts';
import type { ServiceState } from './context.ts';
import { linksOf, type MapLink } from './map-links.ts';
import { administratorOf } from './topology-ground.ts';

/** What the map is drawn from. */
export interface MapGround {
  readonly topology: Topology;
  readonly findings: readonly (Finding & { readonly misconfiguration: Pick<Misconfiguration, 'id'> })[];
  readonly broken: readonly Pick<RememberedBreak, 'id' | 'steps'>[];
  readonly endpoints: EndpointsDocument;
  readonly tally: readonly TallyRow[];
  readonly services: readonly ServiceState[];
}

/** The world as it is drawn: who is there, what joins them, and where it is red. JSON-safe. */
export interface WorldMap {
  readonly organizations: readonly MapOrganization[];
  readonly authority: { readonly name: string; readonly up: boolean; readonly exchanges: Counts };
  readonly links: readonly MapLink[];
  /** What was broken with `coexist topology break`, and which organizations its steps name. */
  readonly broken: readonly { readonly id: string; readonly at: readonly string[] }[];
}

export interface MapOrganization {
  readonly name: string;
  readonly title: string;
  readonly kind: string;
  readonly product: string;
  readonly era: string | null;
  readonly domains: readonly string[];
  /** As whom lines are run there. */
  readonly administrator: string;
  readonly hosts: readonly MapHost[];
  readonly exchanges: Counts;
  /** What lint finds of it that belongs to no link. */
  readonly wrong: readonly { readonly id: string; readonly object: string; readonly says: string }[];
}

export interface MapHost {
  readonly name: string;
  readonly service: 'web' | 'autodiscover' | 'smtp' | 'redirect';
  /** `address:port`; null: nothing listens for it. */
  readonly address: string | null;
  readonly up: boolean;
}

/** Exchanges that have closed since the start, by outcome. */
export type Counts = Readonly<Record<string, number>>;

/** Draws up the map; pure. */
export function worldMap(ground: MapGround): WorldMap {
  const { topology, findings, broken, tally, services } = ground;
  const found = linksOf(topology);
  const links = found.map(({ object, ...link }) => ({
    ...link,
    wrong: findings.filter((one) => one.organization === link.at && one.object === object).map(({ misconfiguration: { id } }) => id),
  }));
  const objects = new Set(found.map(({ at, object }) => `${at}\n${object}`));
  const left = findings.filter(({ organization, object }) => !objects.has(`${organization}\n${object}`));
  const authority = services.find(({ name }) => name === authenticationService);
  return {
    organizations: topology.organizations.map((organization) => ({
      ...about(organization),
      administrator: administratorOf(topology, organization),
      hosts: hostsOf(organization, ground),
      exchanges: countsOf(tally.filter((row) => row.organization === organization.name)),
      wrong: left
        .filter((one) => one.organization === organization.name)
        .map(({ misconfiguration: { id }, object, says }) => ({ id, object, says })),
    })),
    authority: {
      name: authenticationService,
      up: authority?.state === 'running',
      exchanges: countsOf(tally.filter(({ service }) => service === authenticationService)),
    },
    links,
    broken: broken.map(({ id, steps }) => ({ id, at: [...new Set(steps.flatMap((step) => placesOf(step, topology)))] })),
  };
}

function about({
  name,
  title,
  kind,
  product,
  era,
  domains,
}: Organization): Omit<MapOrganization, 'administrator' | 'hosts' | 'exchanges' | 'wrong'> {
  return { name, title: title ?? name, kind, product, era: era ?? null, domains };
}

function hostsOf({ name, hosts }: Organization, { endpoints, services }: MapGround): readonly MapHost[] {
  const isUp = services.every(({ state }) => state === 'running');
  const listed = (host: string | undefined, service: MapHost['service'], address: string | null | undefined): readonly MapHost[] =>
    host === undefined ? [] : [{ name: host, service, address: address ?? null, up: isUp && typeof address === 'string' }];
  const https = (host: string): string | undefined => endpoints.hosts[host.toLowerCase()];
  return [
    ...listed(hosts.web, 'web', https(hosts.web)),
    ...(hosts.autodiscover === hosts.web ? [] : listed(hosts.autodiscover, 'autodiscover', https(hosts.autodiscover))),
    ...listed(hosts.smtp, 'smtp', endpoints.organizations[name]?.smtp),
    ...hosts.redirectOnly.flatMap((host) => listed(host, 'redirect', endpoints.http)),
  ];
}

function countsOf(rows: readonly TallyRow[]): Counts {
  const counts: Record<string, number> = {};
  for (const { outcome, count } of rows) counts[outcome] = (counts[outcome] ?? 0) + count;
  return counts;
}

/** Where a step acts; what stands in between is at whoever's host it is. */
function placesOf(step: Step, { organizations }: Topology): readonly string[] {
  if (step === 'lift faults' || 'passes' in step) return [];
  if ('line' in step) return [step.at];
  if ('skew' in step) return [step.skew];
  if ('era' in step) return [step.of];
  if ('outside' in step) return ['of' in step ? step.of : authenticationService];
  const { org, host, svc } = step.fault.match;
  const owner = organizations.find(({ hosts }) => [hosts.web, hosts.autodiscover, hosts.smtp, ...hosts.redirectOnly].includes(host));
  if (host !== undefined && owner !== undefined) return [owner.name];
  return org !== undefined ? [org] : svc === authenticationService ? [authenticationService] : [];
}
