import { type RetentionPolicy, type RetentionTag, retentionPolicies, retentionTags } from '../domain/organization/retention.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import { type Cmdlet, type CmdletParameters, type CmdletScope, cmdletRefusal, type ParameterType } from './cmdlet.ts';
import { getObject, newObject, type ObjectNoun, objectNotFound, removeObject, setObject } from './config-object.ts';
import { guidGiven, listGiven, textGiven } from './given.ts';
import { keepRetention } from './keep-retention.ts';

const noun: ObjectNoun<RetentionPolicy> = {
  noun: 'RetentionPolicy',
  kinds: ['on-premises', 'cloud'],
  objects: retentionPolicies,
  name: ({ Name }) => Name,
  show: ({ RetentionId, RetentionPolicyTagLinks, IsDefault, Name }) => ({
    RetentionId,
    RetentionPolicyTagLinks,
    IsDefault,
    Name,
    Identity: Name,
  }),
};

const parameters: Readonly<Record<string, ParameterType>> = {
  Name: 'text',
  RetentionId: 'text',
  RetentionPolicyTagLinks: 'list',
  IsDefault: 'switch',
};

/** `New-RetentionPolicy Sales -RetentionPolicyTagLinks "1 Month Delete","Never Delete"`, for `Set-Mailbox -RetentionPolicy`. */
export const retentionPolicy = {
  get: keepRetention(getObject(noun)),
  new: keepRetention(
    newObject(noun, {
      parameters,
      required: ['Name'],
      make: ({ identifiers }, given) => ({
        RetentionId: identifiers.guid(),
        RetentionPolicyTagLinks: [],
        IsDefault: false,
        ...written(given),
        Name: String(given['Name']),
      }),
      check: linked,
    }),
  ),
  set: keepRetention(setObject(noun, { parameters, change: (_current, _scope, given) => written(given), check: linked })),
  remove: keepRetention(removeObject(noun)),
} satisfies Readonly<Record<string, Cmdlet>>;

function written(given: CmdletParameters): Partial<RetentionPolicy> {
  const [name, id, links] = [textGiven(given, 'Name'), guidGiven(given, 'RetentionId'), listGiven(given, 'RetentionPolicyTagLinks')];
  return {
    ...(name === undefined ? {} : { Name: name }),
    ...(id === undefined ? {} : { RetentionId: id }),
    ...(links === undefined ? {} : { RetentionPolicyTagLinks: [...new Set(links)] }),
    ...(given['IsDefault'] === true ? { IsDefault: true } : {}),
  };
}

/**
 * The tags are there, and none is for what another one is for ("Retention tags and retention policies": one default tag that
 * archives and one that deletes for a class of messages, one tag for a default folder); the words are ours. One policy is the default.
 */
async function linked(
  policy: RetentionPolicy,
  { organization, at }: CmdletScope,
  tx: Transaction,
  before?: RetentionPolicy,
): Promise<void> {
  const tags: RetentionTag[] = [];
  for (const name of policy.RetentionPolicyTagLinks) {
    const tag = await retentionTags.find(tx, organization.name, name);
    if (tag === undefined || tag.value.Name !== name) throw objectNotFound(organization, name);
    tags.push(tag.value);
  }
  const purposes = new Map<string, string>();
  for (const { Name, Type, RetentionAction, MessageClass } of tags) {
    if (Type === 'Personal') continue;
    const purpose = Type === 'All' ? `All ${RetentionAction === 'MoveToArchive'} ${MessageClass.toLowerCase()}` : Type;
    const other = purposes.get(purpose);
    if (other !== undefined)
      throw cmdletRefusal('operation-failed', `'${Name}' and '${other}' are both for ${Type}: a policy has one such tag.`);
    purposes.set(purpose, Name);
  }
  if (!policy.IsDefault || before?.IsDefault === true) return;
  for (const stored of await retentionPolicies.list(tx, organization.name))
    if (stored.value.IsDefault) await retentionPolicies.replace(tx, stored, { ...stored.value, IsDefault: false }, at);
}
