import { type ServicePrincipal, servicePrincipals } from '../domain/trust/service-principals.ts';
import { fullAccessAsApp } from '../domain/trust/well-known.ts';
import { type Guid, parseGuid } from '../kernel/ids.ts';
import { type Cmdlet, type CmdletObject, cmdletRefusal } from './cmdlet.ts';
import { objectNotFound } from './config-object.ts';
import { guidGiven } from './given.ts';

/** Application roles of Exchange by the ids that they have everywhere (reference auth.md 2.1); others are named by themselves. */
const roleIds: Readonly<Record<string, string>> = { 'dc890d15-9560-4a4c-9b7f-a736ec74ec40': fullAccessAsApp };

const parameters = { ServicePrincipalId: 'text', PrincipalId: 'text', ResourceId: 'text', AppRoleId: 'text' } as const;

/**
 * `New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId <id> -PrincipalId <id> -ResourceId <id> -AppRoleId
 * dc890d15-9560-4a4c-9b7f-a736ec74ec40`: an administrator's consent to an application role, by the cmdlet of Microsoft
 * Graph PowerShell. The ids of principals are object ids.
 */
export const mgServicePrincipalAppRoleAssignment = {
  new: {
    kinds: ['cloud'],
    parameters,
    required: Object.keys(parameters),
    async run({ organization, transaction, at }, given) {
      const holderId = guidGiven(given, 'ServicePrincipalId');
      if (guidGiven(given, 'PrincipalId') !== holderId)
        throw cmdletRefusal('bad-parameter', '-PrincipalId and -ServicePrincipalId name the same service principal.');
      const role = roleIds[parseGuid(String(given['AppRoleId'])) ?? ''] ?? String(given['AppRoleId']);
      const assignment = await transaction(async (tx) => {
        const all = await servicePrincipals.list(tx, organization.name);
        const byId = (id: Guid | undefined) => all.find(({ value }) => value.objectId === id);
        const holder = byId(holderId);
        const resource = byId(guidGiven(given, 'ResourceId'));
        if (holder === undefined || resource === undefined)
          throw objectNotFound(organization, String(given[holder === undefined ? 'ServicePrincipalId' : 'ResourceId']));
        if (!resource.value.appRoles.includes(role))
          throw cmdletRefusal(
            'bad-parameter',
            `${resource.value.displayName} has the application roles ${resource.value.appRoles.join(', ')}.`,
          );
        const { appRoleAssignments } = holder.value;
        const isNew = !appRoleAssignments.some((one) => one.resource === resource.value.appId && one.role === role);
        const value: ServicePrincipal = {
          ...holder.value,
          appRoleAssignments: [...appRoleAssignments, { resource: resource.value.appId, role }],
        };
        if (isNew) await servicePrincipals.replace(tx, holder, value, at);
        return shown(holder.value, resource.value, role);
      });
      return [assignment];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

function shown(holder: ServicePrincipal, resource: ServicePrincipal, role: string): CmdletObject {
  return {
    PrincipalDisplayName: holder.displayName,
    PrincipalId: holder.objectId,
    PrincipalType: 'ServicePrincipal',
    ResourceDisplayName: resource.displayName,
    ResourceId: resource.objectId,
    AppRole: role,
  };
}
