import type { Stored } from '../domain/organization/config-kind.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import {
  type ConditionalAccessPolicy,
  conditionalAccessPolicies,
  conditionalAccessStates,
  grantControls,
} from '../domain/trust/conditional-access-policies.ts';
import { servicePrincipals } from '../domain/trust/service-principals.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal, type ParameterType } from './cmdlet.ts';
import { objectNotFound } from './config-object.ts';
import { choiceGiven, guidGiven, listGiven, requireGuid, textGiven } from './given.ts';
import { requireRecipient } from './recipient-identity.ts';

const parameters: Readonly<Record<string, ParameterType>> = {
  DisplayName: 'text',
  State: 'text',
  IncludeUsers: 'list',
  ExcludeUsers: 'list',
  IncludeApplications: 'list',
  BuiltInControls: 'list',
};
const id = { ConditionalAccessPolicyId: 'text' } as const;

/**
 * `New-MgIdentityConditionalAccessPolicy -DisplayName "No EWS" -State enabled -IncludeUsers All -IncludeApplications
 * 00000002-0000-0ff1-ce00-000000000000 -BuiltInControls block`: a tenant's conditional access, by the cmdlets of Microsoft
 * Graph PowerShell. In life conditions and controls are hash tables (`-Conditions @{Users = @{IncludeUsers = ...}; ...}
 * -GrantControls @{BuiltInControls = ...}`); until lines can have such, their properties are parameters here. A user may
 * be written as an address as well; what is kept and shown are object ids.
 */
export const mgIdentityConditionalAccessPolicy = {
  get: {
    kinds: ['cloud'],
    parameters: id,
    required: [],
    async run({ organization, transaction }, given) {
      const wanted = guidGiven(given, 'ConditionalAccessPolicyId');
      const all = await transaction((tx) => conditionalAccessPolicies.list(tx, organization.name));
      const found = all.map(({ value }) => value).filter(({ Id }) => wanted === undefined || Id === wanted);
      if (wanted !== undefined && found.length === 0) throw objectNotFound(organization, wanted);
      return found.map(shown);
    },
  },
  new: {
    kinds: ['cloud'],
    parameters,
    required: Object.keys(parameters).filter((name) => name !== 'ExcludeUsers'),
    async run(scope, given) {
      const none = { DisplayName: '', State: 'disabled', IncludeUsers: [], ExcludeUsers: [], IncludeApplications: [] } as const;
      const policy = { Id: scope.identifiers.guid(), ...none, BuiltInControls: [], ...(await written(scope, given)) };
      await scope.transaction((tx) => conditionalAccessPolicies.create(tx, scope.organization.name, policy.Id, policy, scope.at));
      return [shown(policy)];
    },
  },
  update: {
    kinds: ['cloud'],
    parameters: { ...id, ...parameters },
    required: ['ConditionalAccessPolicyId'],
    async run(scope, given) {
      const changed = await written(scope, given);
      await scope.transaction(async (tx) => {
        const stored = await requirePolicy(scope, given, tx);
        await conditionalAccessPolicies.replace(tx, stored, { ...stored.value, ...changed }, scope.at);
      });
      return [];
    },
  },
  remove: {
    kinds: ['cloud'],
    parameters: id,
    required: ['ConditionalAccessPolicyId'],
    async run(scope, given) {
      await scope.transaction(async (tx) => conditionalAccessPolicies.remove(tx, await requirePolicy(scope, given, tx), scope.at));
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

async function requirePolicy(
  { organization }: CmdletScope,
  given: CmdletParameters,
  tx: Transaction,
): Promise<Stored<ConditionalAccessPolicy>> {
  const wanted = requireGuid('ConditionalAccessPolicyId', String(given['ConditionalAccessPolicyId']));
  const stored = await conditionalAccessPolicies.find(tx, organization.name, wanted);
  if (stored === undefined) throw objectNotFound(organization, wanted);
  return stored;
}

/** What of a policy was written in the line. Refuses what does not exist or cannot be told apart from a mistake. */
async function written(scope: CmdletScope, given: CmdletParameters): Promise<Partial<ConditionalAccessPolicy>> {
  const DisplayName = textGiven(given, 'DisplayName');
  const State = choiceGiven(given, 'State', conditionalAccessStates);
  const BuiltInControls = listGiven(given, 'BuiltInControls')?.map((one) => controlNamed(one));
  const IncludeUsers = await usersGiven(scope, given, 'IncludeUsers');
  const ExcludeUsers = await usersGiven(scope, given, 'ExcludeUsers');
  const IncludeApplications = await applicationsGiven(scope, given);
  for (const [name, list] of Object.entries({ BuiltInControls, IncludeUsers, IncludeApplications })) {
    if (list?.length === 0) throw cmdletRefusal('bad-parameter', `-${name} takes at least one value.`);
  }
  return {
    ...(DisplayName === undefined ? {} : { DisplayName }),
    ...(State === undefined ? {} : { State }),
    ...(IncludeUsers === undefined ? {} : { IncludeUsers }),
    ...(ExcludeUsers === undefined ? {} : { ExcludeUsers }),
    ...(IncludeApplications === undefined ? {} : { IncludeApplications }),
    ...(BuiltInControls === undefined ? {} : { BuiltInControls }),
  };
}

function controlNamed(text: string): ConditionalAccessPolicy['BuiltInControls'][number] {
  const found = grantControls.find((control) => control === text.toLowerCase());
  if (found === undefined) throw cmdletRefusal('bad-parameter', `-BuiltInControls takes ${grantControls.join(' or ')} here, not ${text}.`);
  return found;
}

async function usersGiven({ directory, organization }: CmdletScope, given: CmdletParameters, name: string) {
  const users = listGiven(given, name);
  if (users === undefined) return undefined;
  const book = directory(organization.name);
  return Promise.all(users.map(async (user) => (isAll(user) ? 'All' : (await requireRecipient(book, organization, user)).guid)));
}

async function applicationsGiven({ settings, organization }: CmdletScope, given: CmdletParameters) {
  const applications = listGiven(given, 'IncludeApplications');
  if (applications === undefined) return undefined;
  const known = await settings(organization.name);
  return applications.map((application) => {
    if (isAll(application)) return 'All';
    const appId = requireGuid('IncludeApplications', application);
    if (servicePrincipals.get(known, appId) === undefined) throw objectNotFound(organization, appId);
    return appId;
  });
}

function isAll(text: string): boolean {
  return text.toLowerCase() === 'all';
}

function shown(policy: ConditionalAccessPolicy): CmdletObject {
  const { Id, DisplayName, State, IncludeUsers, ExcludeUsers, IncludeApplications, BuiltInControls } = policy;
  return { Id, DisplayName, State, IncludeUsers, ExcludeUsers, IncludeApplications, BuiltInControls };
}
