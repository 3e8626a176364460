import { assignmentsHeld, isMember, type RoleGround } from '../../bridges/access/role-holders.ts';
import type { Recipient } from '../../domain/directory/recipient.ts';
import { rolesOf } from '../../domain/organization/management-roles.ts';
import { firstMember, roleGroups, roleGroupsOf } from '../../domain/organization/role-groups.ts';
import { type Cmdlet, type CmdletParameters, type CmdletScope, cmdletRefusal } from '../cmdlet.ts';
import { objectNotFound } from '../config-object.ts';
import { requireRecipient } from '../recipient-identity.ts';
import { parametersOf, type RoleTable, roleEntries, roleEntryOf, switchBeyondOwn } from './entries.ts';

/** Who runs a line, and what of each cmdlet he may: the cmdlet, less of it, or none. */
export interface Permission {
  /** Who, in a sentence of a refusal. */
  readonly caller: string;
  permitted(name: string, cmdlet: Cmdlet): Cmdlet | undefined;
}

/**
 * What the roles of an account permit.
 *
 * @param entries of tests: who may run what
 */
export async function permissionOf(account: Recipient, ground: RoleGround, entries: RoleTable = roleEntries): Promise<Permission> {
  const known = new Map(rolesOf(ground.organization));
  const held = [...new Set((await assignmentsHeld(account.guid, ground)).map(({ Role }) => Role))];
  const roles = [...known.keys()].filter((role) => held.some((one) => one.toLowerCase() === role.toLowerCase()));
  const administrator = await isAdministrator(account, ground);
  return {
    caller: account.primaryAddress,
    permitted(name, cmdlet) {
      if (typeof roleEntryOf(name, entries) === 'string') return administrator ? cmdlet : undefined;
      const granted = roles.map((role) => ({ role, parameters: parametersOf(role, name, entries) }));
      const beyond = switchBeyondOwn(name, entries);
      if (granted.some(({ parameters }) => parameters === 'all')) return beyond === undefined ? cmdlet : ownUnless(cmdlet, beyond, account);
      const own = granted.flatMap(({ parameters }) => (parameters === undefined || parameters === 'all' ? [] : parameters));
      return own.length === 0 ? undefined : ofOwn(cmdlet, own, account);
    },
  };
}

/**
 * Cmdlets of other products want a Global Administrator of the tenant, or a domain administrator on-premises. There are no
 * such roles here: the account of whoever signed up has them, and where there is none, Organization Management does.
 */
async function isAdministrator(account: Recipient, ground: RoleGround): Promise<boolean> {
  const group = 'Organization Management';
  const name = firstMember(group, ground.organization);
  const first = name === undefined ? undefined : await ground.directory.byUserPrincipalName(name);
  if (first !== undefined) return first.guid === account.guid;
  const found = roleGroupsOf(ground.organization, roleGroups.all(ground.settings)).find(({ Name }) => Name === group);
  return found !== undefined && isMember(found, account.guid, ground);
}

/** A cmdlet that takes some of its parameters, for the account's own objects: others are not there. */
function ofOwn(cmdlet: Cmdlet, parameters: readonly string[], account: Recipient): Cmdlet {
  const narrowed = async (scope: CmdletScope, given: CmdletParameters): Promise<CmdletParameters> => {
    const { Identity } = given;
    if (typeof Identity !== 'string') return { ...given, Identity: account.primaryAddress };
    if (!(await isOwn(cmdlet, scope, Identity, account))) throw objectNotFound(scope.organization, Identity);
    return given;
  };
  const { current } = cmdlet;
  return {
    ...cmdlet,
    parameters: Object.fromEntries(Object.entries(cmdlet.parameters).filter(([name]) => parameters.includes(name))),
    ...(current === undefined ? {} : { current: async (scope, given) => current(scope, await narrowed(scope, given)) }),
    run: async (scope, given) => cmdlet.run(scope, await narrowed(scope, given)),
  };
}

/** A cmdlet for everybody's objects, where a switch says so; without it for the account's own. */
function ownUnless(cmdlet: Cmdlet, beyond: string, account: Recipient): Cmdlet {
  return {
    ...cmdlet,
    async run(scope, given) {
      const { Identity } = given;
      if (given[beyond] !== true && typeof Identity === 'string' && !(await isOwn(cmdlet, scope, Identity, account)))
        throw cmdletRefusal('operation-failed', `${Identity} is not ${account.primaryAddress}'s own: what is others' takes -${beyond}.`);
      return cmdlet.run(scope, given);
    },
  };
}

async function isOwn({ ownerOf }: Cmdlet, scope: CmdletScope, identity: string, account: Recipient): Promise<boolean> {
  const { organization } = scope;
  if (ownerOf !== undefined) return ownerOf(identity) === account.guid;
  // A folder is named after its mailbox: `mary:\Calendar`.
  const [owner = ''] = identity.split(':\\');
  return (await requireRecipient(scope.directory(organization.name), organization, owner)).guid === account.guid;
}
