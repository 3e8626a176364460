import { type CmdletParameters, cmdletRefusal, type ParameterType } from '../cmdlet.ts';
import { requireOneSet, textGiven } from '../given.ts';

/** Switches that name a type of migration; two of them are built. */
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

/** Remote moves or IMAP; refuses every other type by name. */
export function migrationType(given: CmdletParameters): 'ExchangeRemoteMove' | 'IMAP' {
  requireOneSet(
    given,
    types.map((name) => [name]),
  );
  const other = types.find((name) => name !== 'ExchangeRemoteMove' && name !== 'IMAP' && given[name] === true);
  if (other !== undefined) throw cmdletRefusal('operation-failed', `Migrations of the type ${other} are not supported by this simulation.`);
  if (given['IMAP'] === true) return 'IMAP';
  if (given['ExchangeRemoteMove'] !== true)
    throw cmdletRefusal('bad-parameter', 'Name the type of migration: -ExchangeRemoteMove or -IMAP.');
  return 'ExchangeRemoteMove';
}

/** RemoteServer: a host's name. */
export function hostGiven(given: CmdletParameters): string {
  const text = textGiven(given, 'RemoteServer') ?? '';
  if (text.length <= 255 && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i.test(text))
    return text.toLowerCase();
  throw cmdletRefusal(
    'bad-parameter',
    `-RemoteServer takes the name of a host such as mail.contoso.test, not ${JSON.stringify(text.slice(0, 256))}.`,
  );
}
