import { applicationPolicy } from '../bridges/access/application-policy.ts';
import type { Recipient } from '../domain/directory/recipient.ts';
import { type ApplicationAccessPolicy, applicationAccessPolicies } from '../domain/trust/application-access-policies.ts';
import type { RecipientType } from '../domain/world/vocabulary.ts';
import { namedGuid } from '../kernel/ids.ts';
import { type Cmdlet, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { getObject, newObject, type ObjectNoun, removeObject, setObject } from './config-object.ts';
import { choiceGiven, guidGiven, listGiven, plainGiven, requireGuid } from './given.ts';
import { requireRecipient } from './recipient-identity.ts';

const noun: ObjectNoun<ApplicationAccessPolicy> = {
  noun: 'ApplicationAccessPolicy',
  kinds: ['cloud'],
  objects: applicationAccessPolicies,
  name: ({ Identity }) => Identity,
  show: ({ PolicyScopeGroupId, ...shown }) => ({
    ...shown,
    ScopeName: PolicyScopeGroupId,
    ScopeIdentity: PolicyScopeGroupId,
    IsValid: true,
  }),
};

/** Recipients that a policy cannot be about (New-ApplicationAccessPolicy, -PolicyScopeGroupID), as far as they exist here. */
const noPrincipals: readonly RecipientType[] = ['SharedMailbox', 'RoomMailbox', 'MailContact'];

/** `New-ApplicationAccessPolicy -AppId <id> -PolicyScopeGroupId <group> -AccessRight RestrictAccess`: which mailboxes an application may open. */
export const applicationAccessPolicy = {
  get: getObject(noun),
  new: newObject(noun, {
    positional: null,
    parameters: { AccessRight: 'text', AppId: 'list', PolicyScopeGroupId: 'text', Description: 'text' },
    required: ['AccessRight', 'AppId', 'PolicyScopeGroupId'],
    make: madePolicy,
  }),
  // All that Set- changes in life, too.
  set: setObject(noun, {
    parameters: { Description: 'text' },
    change: (_current, _scope, given) => plainGiven<ApplicationAccessPolicy>(given, { Description: 'text' }),
  }),
  remove: removeObject(noun),
  test: {
    kinds: noun.kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', AppId: 'text' },
    required: ['Identity', 'AppId'],
    async run(scope, given) {
      const directory = scope.directory(scope.organization.name);
      const recipient = await requireRecipient(directory, scope.organization, String(given['Identity']));
      const appId = guidGiven(given, 'AppId') ?? '';
      const settings = await scope.settings(scope.organization.name);
      const { outcome } = await applicationPolicy(appId, recipient, settings, directory);
      const AccessCheckResult = outcome === 'failed' ? 'Denied' : 'Granted';
      return [{ AppId: appId, Mailbox: recipient.displayName, MailboxId: recipient.guid, MailboxSid: recipient.sid, AccessCheckResult }];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

async function madePolicy({ directory, organization }: CmdletScope, given: CmdletParameters): Promise<ApplicationAccessPolicy> {
  const AppId = (listGiven(given, 'AppId') ?? []).map((one) => (one === '*' ? one : requireGuid('AppId', one)));
  if (AppId.length === 0) throw cmdletRefusal('bad-parameter', '-AppId takes at least one application id, or *.');
  const group = await requireRecipient(directory(organization.name), organization, String(given['PolicyScopeGroupId']));
  if (noPrincipals.includes(group.type)) {
    const text = `${group.primaryAddress} is a ${group.type}: a policy is about a security principal`;
    throw cmdletRefusal('bad-parameter', `${text}. A group can have it as a member.`);
  }
  return {
    Identity: policyIdentity(organization.tenantId ?? namedGuid(organization.name), AppId, group),
    AppId,
    AccessRight: choiceGiven(given, 'AccessRight', ['RestrictAccess', 'DenyAccess'] as const) ?? 'RestrictAccess',
    PolicyScopeGroupId: group.primaryAddress,
    ...{ Description: '', ...plainGiven<ApplicationAccessPolicy>(given, { Description: 'text' }) },
  };
}

/**
 * `tenant\application:sid;number`, the form of Set-ApplicationAccessPolicy's example. The number depends on the rest, so
 * that the same policy cannot be made twice.
 */
function policyIdentity(tenant: string, appIds: readonly string[], group: Recipient): string {
  return `${tenant}\\${appIds[0]}:${group.sid};${namedGuid('ApplicationAccessPolicy', ...appIds, group.guid)}`;
}
