import type { Organization } from '../domain/organization/organization.ts';
import { serverNameOf } from '../domain/organization/servers.ts';
import {
  changeVirtualDirectory,
  findVirtualDirectory,
  tokenCheckings,
  type VirtualDirectory,
  virtualDirectoryIdentity,
} from '../domain/organization/virtual-directories.ts';
import {
  type DirectoryKind,
  type DirectoryValue,
  directoryKinds,
  type VirtualDirectoryKind,
} from '../domain/organization/virtual-directory-kinds.ts';
import type { Cmdlet, CmdletObject, CmdletParameters, ParameterType } from './cmdlet.ts';
import { objectNotFound } from './config-object.ts';
import { choiceGiven, listGiven, numberGiven, textGiven, urlGiven } from './given.ts';
import { readWildcard } from './pattern.ts';
import { requireServer } from './server-identity.ts';

/**
 * `Get-<kind>` and `Set-<kind>`. The identity of a virtual directory is its name, with its server
 * (`EX01\EWS (Default Web Site)`) or without, wildcards allowed. Exchange Online has neither cmdlet: its front end is not
 * the tenant's.
 */
export function virtualDirectoryCmdlets(kind: VirtualDirectoryKind): { readonly get: Cmdlet; readonly set: Cmdlet } {
  const { properties }: DirectoryKind = directoryKinds[kind];
  return {
    get: {
      kinds: ['on-premises'],
      positional: 'Identity',
      parameters: { Identity: 'text', Server: 'text', ADPropertiesOnly: 'switch' },
      required: [],
      async run({ transaction, organization }, given) {
        const identity = textGiven(given, 'Identity');
        requireServer(organization, textGiven(given, 'Server'));
        const found = await transaction((tx) => findVirtualDirectory(tx, organization, kind));
        if (identity !== undefined && !names(identity, found)) throw notFound(organization, kind, identity);
        return [shown(found, properties, given['ADPropertiesOnly'] === true)];
      },
    },
    set: {
      kinds: ['on-premises'],
      positional: 'Identity',
      parameters: {
        Identity: 'text',
        InternalUrl: 'nullable text',
        ExternalUrl: 'nullable text',
        ...Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, parameterType(name, value)])),
      },
      required: ['Identity'],
      async run({ transaction, organization, at }, given) {
        const identity = String(given['Identity']);
        const change = changed(properties, given);
        await transaction(async (tx) => {
          const found = await findVirtualDirectory(tx, organization, kind);
          if (!names(identity, found)) throw notFound(organization, kind, identity);
          await changeVirtualDirectory(tx, organization, kind, change, at);
        });
        return [];
      },
    },
  };
}

/** Words that a property of a text takes; another one is a text as it is. */
const choices: Readonly<Record<string, readonly string[]>> = {
  ExtendedProtectionTokenChecking: tokenCheckings,
  ClientCertAuth: ['Ignore', 'Accepted', 'Required'],
  LogonFormat: ['FullDomain', 'PrincipalName', 'UserName'],
};

const isUrl = (name: string): boolean => name.endsWith('Url');
/** Ways to sign in are kept by IIS, the rest in the directory. */
const isOfIis = (name: string): boolean =>
  /Auth(?:entication|Enabled|enticationMethods)$|^(?:RequireSSL|ClientCertAuth|ExtendedProtectionTokenChecking)$/.test(name);

function parameterType(name: string, value: DirectoryValue): ParameterType {
  if (isUrl(name)) return 'nullable text';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return 'integer';
  return typeof value === 'string' ? 'nullable text' : 'list';
}

/** The properties that were written, checked. */
function changed(properties: DirectoryKind['properties'], given: CmdletParameters): VirtualDirectory {
  const change: Record<string, DirectoryValue> = {};
  for (const name of ['InternalUrl', 'ExternalUrl', ...Object.keys(properties)]) {
    const value = given[name];
    if (value === undefined) continue;
    if (isUrl(name)) change[name] = urlGiven(given, name) ?? '';
    else if (Array.isArray(value)) change[name] = listGiven(given, name) ?? [];
    else if (typeof value === 'boolean') change[name] = value;
    else change[name] = numberGiven(given, name) ?? choiceOrText(given, name);
  }
  return change as VirtualDirectory;
}

function choiceOrText(given: CmdletParameters, name: string): string {
  const words = choices[name];
  return (words === undefined ? textGiven(given, name) : choiceGiven(given, name, words)) ?? '';
}

/** In the order of Exchange's own list; addresses that there are not are shown empty. */
function shown(directory: VirtualDirectory, properties: DirectoryKind['properties'], isDirectoryOnly: boolean): CmdletObject {
  const { Name, Server, InternalUrl, ExternalUrl } = directory;
  const kept = Object.keys(properties).filter((name) => !isDirectoryOnly || !isOfIis(name));
  return {
    Name,
    ...Object.fromEntries(kept.map((name) => [name, shownValue(directory[name])])),
    Server,
    InternalUrl: shownValue(InternalUrl),
    ExternalUrl: shownValue(ExternalUrl),
    Identity: virtualDirectoryIdentity(directory),
  };
}

function shownValue(value: DirectoryValue | undefined): DirectoryValue | null {
  return value === undefined || value === '' ? null : value;
}

function names(identity: string, directory: VirtualDirectory): boolean {
  const pattern = readWildcard(identity);
  return [directory.Name, virtualDirectoryIdentity(directory)].some(
    (name) => name.toLowerCase() === identity.toLowerCase() || pattern?.test(name) === true,
  );
}

/** Says which one there is. */
function notFound(organization: Organization, kind: VirtualDirectoryKind, identity: string): Error {
  const serverName = serverNameOf(organization);
  return objectNotFound(organization, identity, `The ${kind} of ${organization.name} is "${serverName}\\${directoryKinds[kind].name}".`);
}
