import { type RoleName, rolesOf } from '../domain/organization/management-roles.ts';
import type { Organization } from '../domain/organization/organization.ts';
import { type Cmdlet, cmdletRefusal } from './cmdlet.ts';
import { objectNotFound } from './config-object.ts';
import { listGiven, textGiven } from './given.ts';
import { readWildcard } from './pattern.ts';
import { parametersOf } from './roles/entries.ts';

/** All cmdlets, by name: the table that these stand in themselves. */
export type CmdletRegistry = () => Readonly<Record<string, Cmdlet>>;

/** A cmdlet of a role, with the parameters that it has there. */
interface ShownEntry {
  readonly Name: string;
  readonly Role: RoleName;
  readonly Parameters: readonly string[];
}

/** `Get-ManagementRoleEntry "Mail Recipients\*"`, `"*\Set-Mailbox"`. */
export const getManagementRoleEntry = (registry: CmdletRegistry): Cmdlet => ({
  kinds: ['on-premises', 'cloud'],
  positional: 'Identity',
  parameters: { Identity: 'text', Parameters: 'list' },
  required: ['Identity'],
  run({ organization }, given) {
    const identity = textGiven(given, 'Identity') ?? '';
    const [role = '', cmdlet, ...more] = identity.split('\\');
    const [rolePattern, cmdletPattern] = [readWildcard(role), readWildcard(cmdlet ?? '')];
    if (cmdlet === undefined || more.length > 0 || rolePattern === undefined || cmdletPattern === undefined)
      throw cmdletRefusal(
        'bad-parameter',
        `-Identity takes <role>\\<cmdlet>, each with wildcards or without, not ${JSON.stringify(identity)}.`,
      );
    const parameters = (listGiven(given, 'Parameters') ?? []).map((one) => readWildcard(one));
    const found = rolesOf(organization)
      .filter(([name]) => rolePattern.test(name))
      .flatMap(([name]) => roleEntriesOf(registry, organization, name))
      .filter(({ Name }) => cmdletPattern.test(Name))
      .filter((entry) => parameters.every((wanted) => entry.Parameters.some((one) => wanted?.test(one) === true)));
    if (found.length === 0 && !/[*?[]/.test(identity)) throw objectNotFound(organization, identity);
    return Promise.resolve(found.map((entry) => ({ ...entry })));
  },
});

/** What a role has in an organisation: its cmdlets that exist there. */
export function roleEntriesOf(registry: CmdletRegistry, organization: Organization, role: RoleName): readonly ShownEntry[] {
  return Object.entries(registry()).flatMap(([name, { kinds, parameters }]) => {
    const allowed = kinds.includes(organization.kind) ? parametersOf(role, name) : undefined;
    if (allowed === undefined) return [];
    const names = Object.keys(parameters);
    return [{ Name: name, Role: role, Parameters: allowed === 'all' ? names : names.filter((one) => allowed.includes(one)) }];
  });
}
