import type { Organization } from '../domain/organization/organization.ts';
import {
  findVirtualDirectories,
  setBasicAuthentication,
  type VirtualDirectory,
  type VirtualDirectoryKind,
  virtualDirectoryIdentity,
  virtualDirectoryNames,
} from '../domain/organization/virtual-directories.ts';
import { type Cmdlet, type CmdletObject, cmdletRefusal } from './cmdlet.ts';

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
      async run({ tx, organization }, { Identity }) {
        const identity = Identity === undefined ? undefined : String(Identity);
        const found = await findVirtualDirectories(tx, organization, kind, identity);
        if (found.length === 0 && identity !== undefined) throw notFound(organization, kind, identity);
        return found.map(shown);
      },
    },
    set: {
      kinds: ['on-premises'],
      positional: 'Identity',
      parameters: { Identity: 'text', BasicAuthentication: 'boolean' },
      required: ['Identity', 'BasicAuthentication'],
      async run({ tx, organization, at }, { Identity, BasicAuthentication }) {
        const identity = String(Identity);
        const found = await setBasicAuthentication(tx, organization, kind, identity, BasicAuthentication === true, at);
        if (!found) throw notFound(organization, kind, identity);
        return [];
      },
    },
  };
}

/** What is kept of a virtual directory, in the order of Exchange's own list. */
function shown(directory: VirtualDirectory): CmdletObject {
  const { Name, BasicAuthentication, Server } = directory;
  return { Name, BasicAuthentication, Server, Identity: virtualDirectoryIdentity(directory) };
}

/**
 * Exchange's text names its domain controller; an organisation here has none, so its domain stands there. Observed:
 * hiddenobelisk.com "Exchange 2016 CU upgrade fails: fixing virtual directory errors".
 */
function notFound({ name, domains }: Organization, kind: VirtualDirectoryKind, identity: string): Error {
  return cmdletRefusal(
    'object-not-found',
    `The operation couldn't be performed because object '${identity}' couldn't be found on '${domains[0] ?? name}'. ` +
      `The ${kind} of ${name} is "${virtualDirectoryNames[kind]}".`,
  );
}
