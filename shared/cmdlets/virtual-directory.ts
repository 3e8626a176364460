import type { Organization } from '../domain/organization/organization.ts';
import {
  type AuthenticationSwitches,
  findVirtualDirectories,
  setAuthentication,
  tokenCheckings,
  type VirtualDirectory,
  type VirtualDirectoryKind,
  virtualDirectoryIdentity,
  virtualDirectoryNames,
} from '../domain/organization/virtual-directories.ts';
import type { Cmdlet, CmdletObject } from './cmdlet.ts';
import { objectNotFound } from './config-object.ts';
import { choiceGiven } from './given.ts';

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
      parameters: {
        Identity: 'text',
        ExtendedProtectionTokenChecking: 'text',
        ...Object.fromEntries(switches.map((name) => [name, 'boolean' as const])),
      },
      required: ['Identity'],
      async run({ transaction, organization, at }, { Identity, ...given }) {
        const identity = String(Identity);
        const checking = choiceGiven(given, 'ExtendedProtectionTokenChecking', tokenCheckings);
        const change: AuthenticationSwitches = {
          ...Object.fromEntries(switches.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name] === true] as const]))),
          ...(checking === undefined ? {} : { ExtendedProtectionTokenChecking: checking }),
        };
        const found = await transaction((tx) => setAuthentication(tx, organization, kind, identity, change, at));
        if (!found) throw notFound(organization, kind, identity);
        return [];
      },
    },
  };
}

const switches = ['BasicAuthentication', 'OAuthAuthentication', 'WSSecurityAuthentication', 'WindowsAuthentication'] as const;

/** What is kept of a virtual directory, in the order of Exchange's own list. */
function shown(directory: VirtualDirectory): CmdletObject {
  const { Name, BasicAuthentication, OAuthAuthentication, WSSecurityAuthentication, Server } = directory;
  const { WindowsAuthentication, ExtendedProtectionTokenChecking } = directory;
  return {
    Name,
    WSSecurityAuthentication: WSSecurityAuthentication !== false,
    BasicAuthentication,
    WindowsAuthentication: WindowsAuthentication !== false,
    OAuthAuthentication: OAuthAuthentication !== false,
    ExtendedProtectionTokenChecking: ExtendedProtectionTokenChecking ?? 'None',
    Server,
    Identity: virtualDirectoryIdentity(directory),
  };
}

/** Says which one there is. */
function notFound(organization: Organization, kind: VirtualDirectoryKind, identity: string): Error {
  return objectNotFound(organization, identity, `The ${kind} of ${organization.name} is "${virtualDirectoryNames[kind]}".`);
}
