import { type BuiltInRole, type RoleName, rolesOf } from '../domain/organization/management-roles.ts';
import type { Organization } from '../domain/organization/organization.ts';
import type { Cmdlet } from './cmdlet.ts';
import { objectNotFound } from './config-object.ts';
import { listGiven, textGiven } from './given.ts';
import { type CmdletRegistry, roleEntriesOf } from './management-role-entry.ts';
import { readWildcard } from './pattern.ts';

/** `Get-ManagementRole [[-Identity] <name>]`, `-Cmdlet Set-Thing [-CmdletParameters A,B]`: who might do that. There are no roles but the built-in ones. */
export const getManagementRole = (registry: CmdletRegistry): Cmdlet => ({
  kinds: ['on-premises', 'cloud'],
  positional: 'Identity',
  parameters: { Identity: 'text', RoleType: 'text', Cmdlet: 'text', CmdletParameters: 'list' },
  required: [],
  run({ organization }, given) {
    const [identity, type, cmdlet] = [textGiven(given, 'Identity'), textGiven(given, 'RoleType'), textGiven(given, 'Cmdlet')];
    const parameters = listGiven(given, 'CmdletParameters') ?? [];
    const wanted = identity === undefined ? undefined : readWildcard(identity);
    const found = rolesOf(organization).filter(([name]) => {
      if (wanted?.test(name) === false || (type !== undefined && typeOf(name).toLowerCase() !== type.toLowerCase())) return false;
      return (cmdlet === undefined && parameters.length === 0) || has(registry, organization, name, cmdlet ?? '*', parameters);
    });
    if (found.length === 0 && identity !== undefined && !/[*?[]/.test(identity)) throw objectNotFound(organization, identity);
    return Promise.resolve(
      found.map(([name, role]) => ({
        RoleEntries: roleEntriesOf(registry, organization, name).map((entry) => entry.Name),
        RoleType: typeOf(name),
        ...scopesOf(role),
        IsRootRole: true,
        IsEndUserRole: role.endUser === true,
        Name: name,
        Identity: name,
      })),
    );
  },
});

function has(registry: CmdletRegistry, organization: Organization, role: RoleName, cmdlet: string, parameters: readonly string[]): boolean {
  const pattern = readWildcard(cmdlet);
  return roleEntriesOf(registry, organization, role).some(
    (entry) =>
      pattern?.test(entry.Name) === true &&
      parameters.every((wanted) => entry.Parameters.some((one) => one.toLowerCase() === wanted.toLowerCase())),
  );
}

function scopesOf({ endUser }: BuiltInRole): { readonly ImplicitRecipientReadScope: string; readonly ImplicitRecipientWriteScope: string } {
  const scope = endUser === true ? 'Self' : 'Organization';
  return { ImplicitRecipientReadScope: scope, ImplicitRecipientWriteScope: scope };
}

/** `View-Only Configuration` is of the type ViewOnlyConfiguration. */
function typeOf(role: string): string {
  return role.replaceAll(/[^A-Za-z]+([A-Za-z])/g, (_, letter: string) => letter.toUpperCase());
}
