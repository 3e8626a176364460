import { nearest } from '../../kernel/nearest.ts';
import type { OrganizationDefinition } from './definition.ts';
import type { DraftRecipient } from './recipients.ts';
import { authenticationHosts, authenticationService } from './vocabulary.ts';
import type { WorldOrganization, WorldRecipient } from './world.ts';

/** Reports that the value at a path does not fit the rest of the world. */
export type Complain = (path: readonly PropertyKey[], message: string) => void;

/** What an organisation's own values must keep to among themselves. */
export function checkOrganization(
  organization: WorldOrganization,
  definition: OrganizationDefinition,
  recipients: readonly DraftRecipient[],
  complain: Complain,
): void {
  const { name, kind, product } = organization;
  const at = (key: string) => ['organizations', name, key];
  if (name === authenticationService) complain(['organizations', name], `organizations.${name}: the authentication service has this name`);
  if ((product === 'exchange-online') !== (kind === 'cloud'))
    complain(at('product'), `organizations.${name}.product: ${product} does not run ${kind}`);
  if (kind !== 'cloud') {
    for (const key of ['era', 'tenantId'] as const) {
      if (definition[key] !== undefined) complain(at(key), `organizations.${name}.${key}: only a cloud organisation has one`);
    }
  }
  const { servers = [] } = organization;
  for (const [index, server] of servers.entries()) {
    if (servers.indexOf(server) < index) complain([...at('servers'), index], `organizations.${name}.servers: ${server} is there twice`);
  }
  for (const { path, recipient } of recipients) {
    const domain = recipient.mail.slice(recipient.mail.indexOf('@') + 1);
    if (!organization.domains.includes(domain)) {
      complain([...path, 'mail'], `${recipient.mail}: ${domain} is not a domain of ${name}${meant(domain, organization.domains)}`);
    }
    if (recipient.account?.enabled === true && recipient.account.password === null) {
      complain(path, `${recipient.mail} has no password: give it one, or give the world one`);
    }
  }
  checkUnique(name, recipients, complain);
}

/** Hosts lead to one organisation each; a refused name leads to none. */
export function checkHosts(organizations: readonly WorldOrganization[], refused: readonly string[], complain: Complain): void {
  const owners = new Map(authenticationHosts.map((host) => [host, authenticationService]));
  for (const { name, hosts } of organizations) {
    const named = new Set([hosts.web, hosts.autodiscover, ...(hosts.smtp === null ? [] : [hosts.smtp])]);
    for (const host of [...named, ...hosts.redirectOnly]) {
      const owner = owners.get(host);
      const path = ['organizations', name, 'hosts'];
      if (owner !== undefined && owner !== name) complain(path, `organizations.${name}.hosts: ${host} already leads to ${owner}`);
      if (refused.includes(host)) complain(path, `organizations.${name}.hosts: ${host} is among dns.refused`);
      owners.set(host, name);
    }
    for (const host of hosts.redirectOnly) {
      if (named.has(host))
        complain(
          ['organizations', name, 'hosts', 'redirectOnly'],
          `organizations.${name}.hosts.redirectOnly: ${host} is also a host of its own`,
        );
    }
  }
}

/** Replaces the names of group members and of users with full access by their primary addresses. */
export function resolveNames(organization: string, drafts: readonly DraftRecipient[], complain: Complain): readonly WorldRecipient[] {
  const byName = new Map<string, WorldRecipient>();
  for (const { recipient } of drafts) {
    for (const name of [recipient.alias, recipient.mail, ...recipient.addresses]) byName.set(name.toLowerCase(), recipient);
  }
  return drafts.map(({ path, recipient }) => {
    const resolve = (list: 'members' | 'fullAccess') =>
      recipient[list].map((name, index) => {
        const found = byName.get(name.toLowerCase());
        const at = [...path, list, index];
        if (found === undefined) complain(at, `"${name}" is not a recipient of ${organization}${meant(name, byName.keys())}`);
        else if (found === recipient) complain(at, `${recipient.mail} names itself`);
        else if (list === 'fullAccess' && found.account === null) complain(at, `${found.mail} has no account that could be given access`);
        return found?.mail ?? name;
      });
    return { ...recipient, members: resolve('members'), fullAccess: resolve('fullAccess') };
  });
}

function checkUnique(organization: string, drafts: readonly DraftRecipient[], complain: Complain): void {
  const taken = new Map<string, string>();
  for (const { path, recipient } of drafts) {
    const claims: readonly (readonly [string, string, string])[] = [
      ...[recipient.mail, ...recipient.addresses].map((address) => ['address', address, 'mail'] as const),
      ['alias', recipient.alias, 'alias'],
      ...(recipient.account === null
        ? []
        : ([
            ['userPrincipalName', recipient.account.userPrincipalName, 'userPrincipalName'],
            ['samAccountName', recipient.account.samAccountName, 'samAccountName'],
          ] as const)),
    ];
    for (const [kind, value, key] of claims) {
      const claim = `${kind} ${value.toLowerCase()}`;
      const owner = taken.get(claim);
      if (owner !== undefined) complain([...path, key], `${kind} ${value} is already taken by ${owner} in ${organization}`);
      taken.set(claim, recipient.mail);
    }
  }
}

function meant(word: string, candidates: Iterable<string>): string {
  const near = nearest(word, candidates);
  return near === undefined ? '' : `; did you mean "${near}"?`;
}
