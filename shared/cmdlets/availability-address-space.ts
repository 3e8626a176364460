import {
  type AccessMethod,
  type AvailabilityAddressSpace,
  accessMethods,
  availabilityAddressSpaces,
} from '../domain/trust/availability-address-spaces.ts';
import { addressGiven, requireDomain } from './address-given.ts';
import { type Cmdlet, type CmdletParameters, cmdletRefusal } from './cmdlet.ts';
import { getObject, newObject, type ObjectNoun, removeObject, setObject } from './config-object.ts';
import { choiceGiven, credentialGiven } from './given.ts';

const noun: ObjectNoun<AvailabilityAddressSpace> = {
  noun: 'AvailabilityAddressSpace',
  kinds: ['on-premises', 'cloud'],
  objects: availabilityAddressSpaces,
  name: ({ ForestName }) => ForestName,
  // In the order of the page of Get-AvailabilityAddressSpace; of the credentials the user's name alone, as in life.
  show: ({ ForestName, Credentials, UseServiceAccount, AccessMethod, TargetAutodiscoverEpr }) => ({
    ...{ ForestName, UserName: Credentials?.UserName ?? '', UseServiceAccount, AccessMethod },
    ...{ ProxyUrl: null, TargetAutodiscoverEpr, Name: ForestName, Identity: ForestName },
  }),
};

const parameters = {
  ForestName: 'text',
  AccessMethod: 'text',
  Credentials: 'credential',
  UseServiceAccount: 'boolean',
  TargetAutodiscoverEpr: 'nullable text',
} as const;

/**
 * `Add-AvailabilityAddressSpace -ForestName fabrikam.test -AccessMethod OrgWideFB -Credentials @{UserName='FABRIKAM\\svc';
 * Password='...'}`: calendars of a domain are asked for with an account of its forest. `UseServiceAccount` stands for the
 * servers' own computer account, which exists in no other forest here: it is kept, and what needs it fails.
 */
export const availabilityAddressSpace = {
  get: getObject(noun),
  add: newObject(noun, {
    positional: null,
    parameters,
    required: ['ForestName', 'AccessMethod'],
    make: (_scope, given) =>
      requireCredentials({
        ForestName: requireDomain('ForestName', String(given['ForestName'])),
        ...{ AccessMethod: 'OrgWideFB', Credentials: null, UseServiceAccount: false, TargetAutodiscoverEpr: '' },
        ...writtenIn(given),
      }),
  }),
  set: setObject(noun, {
    parameters: {
      AccessMethod: parameters.AccessMethod,
      Credentials: parameters.Credentials,
      UseServiceAccount: parameters.UseServiceAccount,
      TargetAutodiscoverEpr: parameters.TargetAutodiscoverEpr,
    },
    change: (current, _scope, given) => requireCredentials({ ...current, ...writtenIn(given) }),
  }),
  remove: removeObject(noun),
} satisfies Readonly<Record<string, Cmdlet>>;

/** Words of the page of Add-AvailabilityAddressSpace that no organisation has here. */
const otherMethods: readonly string[] = ['internalproxy', 'publicfolder', 'orgwidefbtoken'];

function writtenIn(given: CmdletParameters): Partial<AvailabilityAddressSpace> {
  const method = methodGiven(given);
  const Credentials = credentialGiven(given, 'Credentials');
  const { UseServiceAccount } = given;
  return {
    ...(method === undefined ? {} : { AccessMethod: method }),
    ...(Credentials === undefined ? {} : { Credentials }),
    ...(typeof UseServiceAccount === 'boolean' ? { UseServiceAccount } : {}),
    ...addressGiven(given, 'TargetAutodiscoverEpr'),
  };
}

function methodGiven(given: CmdletParameters): AccessMethod | undefined {
  const { AccessMethod: written } = given;
  if (typeof written === 'string' && otherMethods.includes(written.toLowerCase()))
    throw cmdletRefusal('operation-failed', `The access method ${written} is not supported by this simulation.`);
  return choiceGiven(given, 'AccessMethod', accessMethods);
}

/** Our wording: the shell's own prompt asks for what is missing. */
function requireCredentials(space: AvailabilityAddressSpace): AvailabilityAddressSpace {
  if (space.Credentials !== null || space.UseServiceAccount) return space;
  throw cmdletRefusal('bad-parameter', `${space.AccessMethod} needs -Credentials or -UseServiceAccount $true.`);
}
