import { throttlingParameters } from '../domain/organization/throttling-parameters.ts';
import {
  globalPolicy,
  type ThrottlingPolicy,
  type ThrottlingValue,
  throttlingPolicies,
  throttlingScopes,
} from '../domain/organization/throttling-policies.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import { type Cmdlet, type CmdletParameters, type CmdletScope, cmdletRefusal, type ParameterType } from './cmdlet.ts';
import { newObject, type ObjectNoun, objectNotFound, removeObject, setObject } from './config-object.ts';
import { choiceGiven, textGiven } from './given.ts';

const noun: ObjectNoun<ThrottlingPolicy> = {
  noun: 'ThrottlingPolicy',
  kinds: ['on-premises'],
  objects: throttlingPolicies,
  name: ({ Name }) => Name,
  show: ({ limits, Guid, Name, IsServiceAccount, ThrottlingPolicyScope }) => ({
    ...Object.fromEntries(throttlingParameters.map((name) => [name, limits[name] ?? null])),
    IsServiceAccount,
    ThrottlingPolicyScope,
    Name,
    Identity: Name,
    Guid,
    IsDefault: ThrottlingPolicyScope === 'Global',
  }),
};

const limitParameters: Readonly<Record<string, ParameterType>> = Object.fromEntries(
  throttlingParameters.map((name) => [name, 'nullable text'] as const),
);
const common = { ThrottlingPolicyScope: 'text', IsServiceAccount: 'switch', Force: 'switch' } as const;

/**
 * `New-ThrottlingPolicy Migration -EwsMaxConcurrency 100 -EwsCutoffBalance Unlimited`: what one user may use of the servers.
 * Limits of EWS alone do something, the others are kept and shown; those which a policy does not name it leaves to one of
 * wider scope. Setup's own shows what is published of it.
 */
export const throttlingPolicy = {
  get: {
    kinds: noun.kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', ThrottlingPolicyScope: 'text' },
    required: [],
    async run(scope, given) {
      const identity = textGiven(given, 'Identity');
      const wanted = choiceGiven(given, 'ThrottlingPolicyScope', throttlingScopes);
      const found = identity === undefined ? await allPolicies(scope) : [await requirePolicy(scope, identity)];
      return found
        .filter(({ ThrottlingPolicyScope }) => wanted === undefined || ThrottlingPolicyScope === wanted)
        .map((policy) => noun.show(policy, scope.at));
    },
  },
  new: newObject(noun, {
    parameters: { Name: 'text', ...common, ...limitParameters },
    required: ['Name'],
    make: ({ identifiers }, given) => ({
      Name: String(given['Name']),
      Guid: identifiers.guid(),
      ThrottlingPolicyScope: scopeGiven(given),
      IsServiceAccount: given['IsServiceAccount'] === true,
      limits: limitsGiven(given),
    }),
    check: onlyOfOrganization,
  }),
  set: byNameOrGuid(
    setObject(noun, {
      parameters: { Name: 'text', ...common, ...limitParameters },
      change: (current, _scope, given) => ({
        ...(textGiven(given, 'Name') === undefined ? {} : { Name: String(given['Name']) }),
        ...(given['ThrottlingPolicyScope'] === undefined ? {} : { ThrottlingPolicyScope: scopeGiven(given) }),
        ...(given['IsServiceAccount'] === undefined ? {} : { IsServiceAccount: given['IsServiceAccount'] === true }),
        limits: { ...current.limits, ...limitsGiven(given) },
      }),
      check: onlyOfOrganization,
    }),
  ),
  remove: byNameOrGuid(removal()),
} satisfies Readonly<Record<string, Cmdlet>>;

/** The policy that a parameter names by its name or GUID, Setup's too. Refuses with `object-not-found`. */
export async function requirePolicy(scope: CmdletScope, identity: string): Promise<ThrottlingPolicy> {
  const folded = identity.toLowerCase();
  const found = (await allPolicies(scope)).find(({ Name, Guid }) => Name.toLowerCase() === folded || Guid === folded);
  if (found === undefined) throw objectNotFound(scope.organization, identity);
  return found;
}

async function allPolicies({ organization, transaction }: CmdletScope): Promise<readonly ThrottlingPolicy[]> {
  const stored = await transaction((tx) => throttlingPolicies.list(tx, organization.name));
  return [globalPolicy(organization), ...stored.map(({ value }) => value)];
}

/** Setup's policy is refused here: it is no object of the store. */
function byNameOrGuid(cmdlet: Cmdlet): Cmdlet {
  return {
    ...cmdlet,
    async run(scope, given) {
      const found = await requirePolicy(scope, String(given['Identity']));
      // Our wording.
      if (found.ThrottlingPolicyScope === 'Global')
        throw cmdletRefusal(
          'operation-failed',
          `'${found.Name}' is the default policy and stays as it is: make one of scope Organization.`,
        );
      return cmdlet.run(scope, { ...given, Identity: found.Name });
    },
  };
}

/** "You can't remove a policy associated with any users" (page of Remove-ThrottlingPolicy); the sentence is ours. */
function removal(): Cmdlet {
  const cmdlet = removeObject(noun);
  return {
    ...cmdlet,
    parameters: { ...cmdlet.parameters, Force: 'switch' },
    async run(scope, given) {
      const { Guid, Name } = await requirePolicy(scope, String(given['Identity']));
      const all = await scope.directory(scope.organization.name).all();
      const user = all.find(({ settings }) => settings.throttlingPolicy === Guid);
      if (user !== undefined)
        throw cmdletRefusal(
          'operation-failed',
          `'${Name}' is associated with ${user.displayName}: give him another policy, or none, first.`,
        );
      return cmdlet.run(scope, given);
    },
  };
}

function scopeGiven(given: CmdletParameters): 'Regular' | 'Organization' {
  const scope = choiceGiven(given, 'ThrottlingPolicyScope', throttlingScopes) ?? 'Regular';
  if (scope === 'Global') throw cmdletRefusal('bad-parameter', 'The scope Global is reserved for the default throttling policy.');
  return scope;
}

function limitsGiven(given: CmdletParameters): Readonly<Record<string, ThrottlingValue>> {
  const written = throttlingParameters.filter((name) => given[name] !== undefined);
  return Object.fromEntries(written.map((name) => [name, limitOf(name, textGiven(given, name) ?? 'Unlimited')]));
}

/** `$null` is no limit, too (page "EWS throttling in Exchange"). */
function limitOf(name: string, text: string): ThrottlingValue {
  if (text.toLowerCase() === 'unlimited') return 'Unlimited';
  if (/^\d{1,10}$/.test(text) && Number(text) <= mostOfLimit) return Number(text);
  throw cmdletRefusal('bad-parameter', `-${name} takes a number up to ${mostOfLimit}, or Unlimited, not ${JSON.stringify(text)}.`);
}

const mostOfLimit = 2_147_483_647;

/** There is one policy for everybody of an organisation; the sentence is ours. */
async function onlyOfOrganization(
  { Name, ThrottlingPolicyScope, Guid }: ThrottlingPolicy,
  scope: CmdletScope,
  tx: Transaction,
): Promise<void> {
  if (ThrottlingPolicyScope !== 'Organization') return;
  const others = await throttlingPolicies.list(tx, scope.organization.name);
  const other = others.find(({ value }) => value.ThrottlingPolicyScope === 'Organization' && value.Guid !== Guid);
  if (other !== undefined)
    throw cmdletRefusal('object-exists', `'${other.name}' is the policy of the organisation already; '${Name}' cannot be one beside it.`);
}
