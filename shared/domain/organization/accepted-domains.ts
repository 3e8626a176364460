import type { Instant } from '../../kernel/clock.ts';
import type { Executor } from '../../store/database.ts';
import { configKind } from './config-kind.ts';
import type { Organization } from './organization.ts';
import { readOrganization, setDomains } from './registry.ts';
import type { Settings } from './settings.ts';

export const domainTypes = ['Authoritative', 'InternalRelay', 'ExternalRelay'] as const;

/** What is said of an accepted domain; which there are, and which is the default, stands in the organisation's record. */
export interface AcceptedDomain {
  readonly Name: string;
  readonly DomainName: string;
  readonly DomainType: (typeof domainTypes)[number];
}

const described = configKind<AcceptedDomain>('AcceptedDomain');

/** What kind of accepted domain one is, from what a registry keeps in memory; undefined: it is nobody's here. */
export function domainTypeOf(
  { domains }: Pick<Organization, 'domains'>,
  settings: Settings,
  domain: string,
): AcceptedDomain['DomainType'] | undefined {
  const known = domains.find((one) => one.toLowerCase() === domain.toLowerCase());
  return known === undefined ? undefined : (described.get(settings, known)?.DomainType ?? 'Authoritative');
}

/** The accepted domains of an organisation, the default first. One of which nothing was said is authoritative and has its own name. */
export async function listAcceptedDomains(executor: Executor, organization: string): Promise<readonly AcceptedDomain[]> {
  const { domains } = await readOrganization(executor, organization);
  const known = new Map((await described.list(executor, organization)).map(({ value }) => [value.DomainName, value]));
  return domains.map((domain) => known.get(domain) ?? { Name: domain, DomainName: domain, DomainType: 'Authoritative' });
}

/** Writes all accepted domains of an organisation, the default first. */
export async function writeAcceptedDomains(
  tx: Executor,
  organization: string,
  domains: readonly AcceptedDomain[],
  at: Instant,
): Promise<void> {
  const names = domains.map(({ DomainName }) => DomainName);
  const { domains: current } = await readOrganization(tx, organization);
  if (names.join() !== current.join()) await setDomains(tx, organization, names, at);
  const before = new Map((await described.list(tx, organization)).map((stored) => [stored.value.DomainName, stored]));
  for (const [name, stored] of before) if (!names.includes(name)) await described.remove(tx, stored, at);
  for (const domain of domains) {
    const stored = before.get(domain.DomainName);
    if (stored === undefined) await described.create(tx, organization, domain.DomainName, domain, at);
    else if (JSON.stringify(stored.value) !== JSON.stringify(domain)) await described.replace(tx, stored, domain, at);
  }
}
