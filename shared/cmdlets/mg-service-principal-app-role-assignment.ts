import type { Organization } from '../domain/organization/organization.ts';
import { type ServicePrincipal, servicePrincipals } from '../domain/trust/service-principals.ts';
import { fullAccessAsApp } from '../domain/trust/well-known.ts';
import { present } from '../kernel/assert.ts';
import { type Guid, namedGuid, parseGuid } from '../kernel/ids.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, cmdletRefusal } from './cmdlet.ts';
import { objectNotFound } from './config-object.ts';
import { guidGiven } from './given.ts';

/**
 * Application roles by the ids that they have everywhere (learn.microsoft.com/graph/permissions-reference, for Graph);
 * others are named by themselves.
 */
const roleIds: Readonly<Record<string, string>> = {
  'dc890d15-9560-4a4c-9b7f-a736ec74ec40': fullAccessAsApp,
  '798ee544-9d2d-430c-a058-570e29e34338': 'Calendars.Read',
  '40f97065-369a-49f4-947c-6a255697ae91': 'MailboxSettings.Read',
};

const parameters = { ServicePrincipalId: 'text', PrincipalId: 'text', ResourceId: 'text', AppRoleId: 'text' } as const;

/**
 * `New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId <id> -PrincipalId <id> -ResourceId <id> -AppRoleId
 * dc890d15-9560-4a4c-9b7f-a736ec74ec40`: an administrator's consent to an application role, by the cmdlet of Microsoft
 * Graph PowerShell, and its withdrawal. The ids of principals are object ids.
 */
export const mgServicePrincipalAppRoleAssignment = {
  get: {
    kinds: ['cloud'],
    parameters: { ServicePrincipalId: 'text' },
    required: ['ServicePrincipalId'],
    async run({ organization, transaction }, given) {
      const all = (await transaction((tx) => servicePrincipals.list(tx, organization.name))).map(({ value }) => value);
      const holder = holderIn(all, organization, given);
      return holder.appRoleAssignments.flatMap(({ resource, role }) => {
        const offering = all.find(({ appId }) => appId === resource);
        return offering === undefined ? [] : [shown(holder, offering, role)];
      });
    },
  },
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
  remove: {
    kinds: ['cloud'],
    parameters: { ServicePrincipalId: 'text', AppRoleAssignmentId: 'text' },
    required: ['ServicePrincipalId', 'AppRoleAssignmentId'],
    async run({ organization, transaction, at }, given) {
      await transaction(async (tx) => {
        const all = await servicePrincipals.list(tx, organization.name);
        const { objectId } = holderIn(
          all.map(({ value }) => value),
          organization,
          given,
        );
        const stored = present(
          all.find(({ value }) => value.objectId === objectId),
          objectId,
        );
        const { appRoleAssignments } = stored.value;
        const id = String(given['AppRoleAssignmentId']);
        const rest = appRoleAssignments.filter(({ resource, role }) => assignmentId(stored.value, resource, role) !== id);
        if (rest.length === appRoleAssignments.length) throw objectNotFound(organization, id);
        await servicePrincipals.replace(tx, stored, { ...stored.value, appRoleAssignments: rest }, at);
      });
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

function holderIn(all: readonly ServicePrincipal[], organization: Organization, given: CmdletParameters): ServicePrincipal {
  const id = guidGiven(given, 'ServicePrincipalId');
  const found = all.find(({ objectId }) => objectId === id);
  if (found === undefined) throw objectNotFound(organization, String(given['ServicePrincipalId']));
  return found;
}

/** Graph's own ids are octets in base64. */
function assignmentId({ objectId }: ServicePrincipal, resource: Guid, role: string): string {
  return Buffer.from(namedGuid('app role assignment', objectId, resource, role)).toString('base64url');
}

function shown(holder: ServicePrincipal, resource: ServicePrincipal, role: string): CmdletObject {
  const Id = assignmentId(holder, resource.appId, role);
  return {
    Id,
    PrincipalDisplayName: holder.displayName,
    PrincipalId: holder.objectId,
    PrincipalType: 'ServicePrincipal',
    ResourceDisplayName: resource.displayName,
    ResourceId: resource.objectId,
    AppRole: role,
  };
}
