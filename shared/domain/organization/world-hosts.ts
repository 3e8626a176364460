import type { World } from '../world/world.ts';
import { authenticationNames, microsoftNames } from './host-map.ts';
import { mailHosts } from './mail-hosts.ts';

/** Every name of a world under which something listens, lower case, Microsoft's own spellings included: what a network must lead to it. */
export function worldHosts({ organizations }: Pick<World, 'organizations'>): readonly string[] {
  const own = organizations.flatMap(({ kind, domains, hosts }) => {
    const { web, autodiscover, smtp, redirectOnly } = hosts;
    const named = [web, autodiscover, ...(smtp === null ? [] : [smtp]), ...redirectOnly].map((name) => name.toLowerCase());
    return [...named, ...mailHosts({ kind, domains, hosts: { web, autodiscover, redirectOnly, ...(smtp === null ? {} : { smtp }) } })];
  });
  const names = new Set([...own, ...authenticationNames]);
  for (const [real, ours] of Object.entries(microsoftNames)) if (names.has(ours)) names.add(real);
  return [...names];
}
