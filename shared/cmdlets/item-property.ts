import {
  type SchannelProtocol,
  type SchannelSide,
  type SchannelVersion,
  schannelProtocols,
  schannelSides,
  schannelVersions,
} from '../domain/organization/schannel-protocols.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { numberGiven } from './given.ts';

const root = String.raw`HKLM:\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols`;
const names = ['Enabled', 'DisabledByDefault'] as const;
type ValueName = (typeof names)[number];

const written = { Path: 'text', Name: 'text', Value: 'integer' } as const;

/**
 * `New-ItemProperty -Path "HKLM:\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols\TLS 1.2\Client" -Name
 * Enabled -Value 0 -PropertyType DWord -Force`: what the registry of an organisation's servers says of the versions of TLS by
 * which they call others, and under `Server` of those that they take (learn.microsoft.com, "Exchange Server TLS configuration best
 * practices"). No other key is there.
 * In effect at once, where Windows asks to be restarted.
 */
export const itemProperty = {
  get: over({ parameters: { Path: 'text', Name: 'text' }, required: ['Path'] }, async (scope, key, given) => {
    const name = given['Name'] === undefined ? undefined : valueName(given);
    const current = await change(scope, key, (before) => before);
    if (name !== undefined && current[name] === undefined) throw noProperty(name, key.path);
    return [shown(key, current)];
  }),
  new: over(
    { parameters: { ...written, PropertyType: 'text', Force: 'switch' }, required: ['Path', 'Name', 'Value'] },
    async (scope, key, given) => {
      const name = valueName(given);
      const after = await change(scope, key, (before) => {
        if (before[name] !== undefined && given['Force'] !== true) throw cmdletRefusal('object-exists', 'The property already exists.');
        return { ...before, [name]: valueGiven(given) };
      });
      return [shown(key, after)];
    },
  ),
  set: over(
    { parameters: { ...written, Type: 'text', Force: 'switch' }, required: ['Path', 'Name', 'Value'] },
    async (scope, key, given) => {
      await change(scope, key, (before) => ({ ...before, [valueName(given)]: valueGiven(given) }));
      return [];
    },
  ),
  remove: over({ parameters: { Path: 'text', Name: 'text', Force: 'switch' }, required: ['Path', 'Name'] }, async (scope, key, given) => {
    const name = valueName(given);
    await change(scope, key, (before) => {
      if (before[name] === undefined) throw noProperty(name, key.path);
      const { [name]: _gone, ...others } = before;
      return others;
    });
    return [];
  }),
} satisfies Readonly<Record<string, Cmdlet>>;

interface Key {
  readonly version: SchannelVersion;
  readonly side: SchannelSide;
  readonly path: string;
}

type Act = (scope: CmdletScope, key: Key, given: CmdletParameters) => Promise<readonly CmdletObject[]>;

function over({ parameters, required }: Pick<Cmdlet, 'parameters' | 'required'>, act: Act): Cmdlet {
  return {
    kinds: ['on-premises'],
    positional: 'Path',
    parameters,
    required,
    async run(scope, given) {
      for (const type of ['PropertyType', 'Type'] as const)
        if (given[type] !== undefined && String(given[type]).toLowerCase() !== 'dword')
          throw cmdletRefusal('bad-parameter', `-${type} takes DWord here.`);
      return act(scope, keyAt(String(given['Path'])), given);
    },
  };
}

/** PowerShell's sentence, for a key that is not one of these. */
function keyAt(path: string): Key {
  const asked = path.replace(/\\$/, '').toLowerCase();
  for (const version of schannelVersions)
    for (const side of schannelSides) if (`${root}\\${version}\\${side}`.toLowerCase() === asked) return { version, side, path };
  throw cmdletRefusal('object-not-found', `Cannot find path '${path}' because it does not exist.`);
}

function valueName(given: CmdletParameters): ValueName {
  const name = names.find((one) => one.toLowerCase() === String(given['Name']).toLowerCase());
  if (name === undefined) throw cmdletRefusal('bad-parameter', `-Name takes ${names.join(' or ')} here.`);
  return name;
}

function valueGiven(given: CmdletParameters): number {
  const value = numberGiven(given, 'Value') ?? 0;
  // A DWORD.
  if (value < 0 || value > 0xff_ff_ff_ff) throw cmdletRefusal('bad-parameter', '-Value takes a number from 0 to 4294967295.');
  return value;
}

function noProperty(name: string, path: string): Error {
  return cmdletRefusal('object-not-found', `Property ${name} does not exist at path ${path}.`);
}

/** Reads what stands at a key, and writes it where `to` makes something else of it. */
function change(
  { organization, transaction, at }: CmdletScope,
  { version, side }: Key,
  to: (before: SchannelProtocol) => SchannelProtocol,
): Promise<SchannelProtocol> {
  const kind = schannelProtocols[side];
  return transaction(async (tx) => {
    const stored = await kind.find(tx, organization.name, version);
    const before = stored?.value ?? { Version: version };
    const after = to(before);
    if (after === before) return before;
    if (stored === undefined) await kind.create(tx, organization.name, version, after, at);
    else await kind.replace(tx, stored, after, at);
    return after;
  });
}

function shown({ version, side, path }: Key, { Version: _version, ...values }: SchannelProtocol): CmdletObject {
  const PSParentPath = path.replace(/\\[^\\]*\\?$/, '');
  return { ...values, PSPath: path, PSParentPath, PSChildName: side, PSDrive: 'HKLM', Identity: version };
}
