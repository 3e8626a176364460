import type { MigrationEndpoint } from '../../domain/migration/endpoints.ts';
import { type CmdletParameters, cmdletRefusal, type ParameterType } from '../cmdlet.ts';
import { requireOneSet, textGiven } from '../given.ts';

/** Switches that name a type of migration. */
const types = [
  'ExchangeRemoteMove',
  'ExchangeOutlookAnywhere',
  'IMAP',
  'PSTImport',
  'PublicFolder',
  'PublicFolderToUnifiedGroup',
  'Gmail',
  'Compliance',
] as const;

export const typeSwitches: Readonly<Record<string, ParameterType>> = {
  ...Object.fromEntries(types.map((name) => [name, 'switch'] as const)),
  ...{ Autodiscover: 'switch', EmailAddress: 'text' },
};

/** The types that are built. */
const built = ['ExchangeRemoteMove', 'IMAP', 'ExchangeOutlookAnywhere', 'PublicFolder'] as const;

/** The type that is named; refuses by name those that are not built. */
export function migrationType(given: CmdletParameters): MigrationEndpoint['type'] {
  requireOneSet(
    given,
    types.map((name) => [name]),
  );
  const named = types.find((name) => given[name] === true);
  const type = built.find((name) => name === named);
  if (type !== undefined) return type;
  if (named !== undefined) throw cmdletRefusal('operation-failed', `Migrations of the type ${named} are not supported by this simulation.`);
  throw cmdletRefusal('bad-parameter', `Name the type of migration: ${built.map((name) => `-${name}`).join(', ')}.`);
}

/** RemoteServer: a host's name. */
export function hostGiven(given: CmdletParameters): string {
  return hostNamed(given, 'RemoteServer');
}

/** The name of a host. */
export function hostNamed(given: CmdletParameters, name: string): string {
  const text = textGiven(given, name) ?? '';
  if (text.length <= 255 && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i.test(text))
    return text.toLowerCase();
  throw cmdletRefusal(
    'bad-parameter',
    `-${name} takes the name of a host such as mail.contoso.test, not ${JSON.stringify(text.slice(0, 256))}.`,
  );
}
