import type { Organization } from '../domain/organization/organization.ts';
import {
  type AuthenticationSwitches,
  findVirtualDirectories,
  setAuthentication,
  type VirtualDirectory,
  type VirtualDirectoryKind,
  virtualDirectoryIdentity,
  virtualDirectoryNames,
} from '../domain/organization/virtual-directories.ts';
import type { Cmdlet, CmdletObject } from './cmdlet.ts';
import { objectNotFound } from './config-object.ts';

/**
 * `Get-<kind>` and `Set-<kind>`. The identity of a virtual directory is its name, with its server
 * (`EX01\EWS (Default Web Site)`) or without. Exchange Online has neither cmdlet: its front end is not the tenant's.
 */
export function virtualDirectoryCmdlets(kind: VirtualDirectoryKind): { readonly get: Cmdlet; readonly set: Cmdlet } {
  return {
    get: {
      kinds: ['on-premises'],
      positional: 'Identity',
      parameters: { Identity: 'text' },
      required: [],
      async run({ transaction, organization }, { Identity }) {
        const identity = Identity === undefined ? undefined : String(Identity);
        const found = await transaction((tx) => findVirtualDirectories(tx, organization, kind, identity));
        if (found.length === 0 && identity !== undefined) throw notFound(organization, kind, identity);
        return found.map(shown);
      },
    },
    set: {
      kinds: ['on-premises'],
      positional: 'Identity',
      parameters: { Identity: 'text', ...Object.fromEntries(switches.map((name) => [name, 'boolean' as const])) },
      required: ['Identity'],
      async run({ transaction, organization, at }, { Identity, ...given }) {
        const identity = String(Identity);
        const change: AuthenticationSwitches = Object.fromEntries(
          switches.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name] === true] as const])),
        );
        const found = await transaction((tx) => setAuthentication(tx, organization, kind, identity, change, at));
        if (!found) throw notFound(organization, kind, identity);
        return [];
      },
    },
  };
}

const switches = ['BasicAuthentication', 'OAuthAuthentication', 'WSSecurityAuthentication'] as const;

/** What is kept of a virtual directory, in the order of Exchange's own list. */
function shown(directory: VirtualDirectory): CmdletObject {
  const { Name, BasicAuthentication, OAuthAuthentication, WSSecurityAuthentication, Server } = directory;
  return {
    Name,
    WSSecurityAuthentication: WSSecurityAuthentication !== false,
    BasicAuthentication,
    OAuthAuthentication: OAuthAuthentication !== false,
    Server,
    Identity: virtualDirectoryIdentity(directory),
  };
}

/** Says which one there is. */
function notFound(organization: Organization, kind: VirtualDirectoryKind, identity: string): Error {
  return objectNotFound(organization, identity, `The ${kind} of ${organization.name} is "${virtualDirectoryNames[kind]}".`);
}
