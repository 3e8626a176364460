import { microsoftNames } from '../../domain/organization/host-map.ts';
import type { Settings } from '../../domain/organization/settings.ts';
import { type ServicePrincipal, servicePrincipals } from '../../domain/trust/service-principals.ts';
import { parseGuid } from '../../kernel/ids.ts';

/** What a token was asked for. */
export interface Resource {
  readonly principal: ServicePrincipal;
  /** As asked: it becomes the `aud` of the token. */
  readonly audience: string;
  /** Behind the `@` of a server-to-server resource. */
  readonly realm: string | undefined;
}

/** Another name for an authority (`localhost:4443`) that leads to a host of the world; undefined: it is none. */
export type LocalNames = (authority: string) => string | undefined;

const noLocalNames: LocalNames = () => undefined;
const mostCharacters = 1_024;

/**
 * The resource that a text names, in any case: an application id, one of its service principal names, or, with one of
 * its hosts and perhaps a realm, `appid/host@realm` (MS-SPS2SAUTH). Microsoft's and our own spelling of a host
 * are one, a slash at the end does not count. Undefined: no such principal, or the host is none of its own.
 */
export function resolveResource(settings: Settings, text: string, localNames: LocalNames = noLocalNames): Resource | undefined {
  if (text.length > mostCharacters) return undefined;
  const { names } = indexOf(settings);
  const [, id = '', host, realm] = serverResource.exec(text) ?? [];
  const appId = parseGuid(id);
  if (appId !== undefined) {
    const principal = servicePrincipals.get(settings, appId);
    if (principal === undefined) return undefined;
    const known = host === undefined || names.get(`https://${hostName(host, localNames)}`) === principal;
    return known ? { principal, audience: text, realm } : undefined;
  }
  const principal = names.get(resourceName(text, localNames));
  return principal === undefined ? undefined : { principal, audience: text, realm: undefined };
}

/** `appid`, `appid/host`, `appid@realm` and `appid/host@realm`. */
const serverResource = /^([0-9a-f-]{36})(?:\/([^/@\s]{1,255}))?(?:@([^/@\s]{1,255}))?$/i;

interface Index {
  readonly names: ReadonlyMap<string, ServicePrincipal>;
}

/** By the settings that they were made from, which are replaced when anything in them changes. */
const indexes = new WeakMap<Settings, Index>();

function indexOf(settings: Settings): Index {
  const known = indexes.get(settings) ?? { names: principalNames(settings) };
  indexes.set(settings, known);
  return known;
}

function principalNames(settings: Settings): ReadonlyMap<string, ServicePrincipal> {
  const names = new Map<string, ServicePrincipal>();
  for (const principal of servicePrincipals.all(settings)) {
    names.set(`api://${principal.appId}`, principal);
    for (const name of principal.servicePrincipalNames) {
      const [, , host] = serverResource.exec(name) ?? [];
      names.set(host === undefined ? resourceName(name, noLocalNames) : `https://${hostName(host, noLocalNames)}`, principal);
    }
  }
  return names;
}

/** A name as it is compared. */
function resourceName(text: string, localNames: LocalNames): string {
  const [, authority, path = ''] = /^https:\/\/([^/?#]+)(\/.*)?$/i.exec(text) ?? [];
  if (authority === undefined) return text.toLowerCase().replace(/\/$/, '');
  return `https://${hostName(authority, localNames)}${path.toLowerCase().replace(/\/$/, '')}`;
}

/** A host as it is compared: our own spelling, without the port that goes without saying. */
function hostName(authority: string, localNames: LocalNames): string {
  const folded = authority.toLowerCase().replace(/:443$/, '');
  const named = localNames(folded) ?? folded;
  return microsoftNames[named] ?? named;
}

/** What the `scope` of a v2 request asks for. */
export interface AskedScope {
  /** As written in front of the permissions; undefined: none was named, which means Graph. */
  readonly resource: string | undefined;
  /** Names of permissions; `['.default']` for all that have been granted. */
  readonly permissions: readonly string[];
  /** `openid`, `profile`, `email`, `offline_access`. */
  readonly openId: readonly string[];
}

/** Why a `scope` cannot be granted as it stands. */
export interface ScopeProblem {
  readonly problem: 'several-resources' | 'default-and-others' | 'empty';
  readonly scope: string;
}

const openIdScopes: ReadonlySet<string> = new Set(['openid', 'profile', 'email', 'offline_access']);
export const defaultScope = '.default';

/** Reads a `scope` parameter: permissions of one resource, and those of OpenID Connect. */
export function readScope(text: string): AskedScope | ScopeProblem {
  const openId = new Set<string>();
  const permissions = new Set<string>();
  let resource: string | undefined;
  let compared: string | undefined;
  for (const scope of text.split(/\s+/)) {
    if (scope === '') continue;
    if (openIdScopes.has(scope.toLowerCase())) {
      openId.add(scope.toLowerCase());
      continue;
    }
    const slash = scope.lastIndexOf('/');
    const own = slash <= 0 ? undefined : scope.slice(0, slash);
    const name = own === undefined ? '' : resourceName(own, noLocalNames);
    if (compared !== undefined && compared !== name) return { problem: 'several-resources', scope };
    if (compared === undefined) resource = own;
    compared = name;
    permissions.add(slash < 0 ? scope : scope.slice(slash + 1));
  }
  if (permissions.has(defaultScope) && permissions.size > 1) return { problem: 'default-and-others', scope: text };
  if (permissions.size === 0 && openId.size === 0) return { problem: 'empty', scope: text };
  return { resource, permissions: [...permissions], openId: [...openId] };
}
