import { builtInRoles, type RoleName, rolesOf } from '../../domain/organization/management-roles.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import { objectNotFound } from '../config-object.ts';

/** The role of a name, in any case. Refuses with `object-not-found` one that the organisation does not have, or has no more. */
export function requireRole(organization: Organization, written: string): RoleName {
  const found = rolesOf(organization).find(([name]) => name.toLowerCase() === written.toLowerCase());
  if (found !== undefined) return found[0];
  const elsewhere = Object.keys(builtInRoles).find((name) => name.toLowerCase() === written.toLowerCase());
  if (elsewhere !== 'ApplicationImpersonation') throw objectNotFound(organization, written);
  const reason = 'Exchange Online has no ApplicationImpersonation role any more: give the application full_access_as_app';
  throw objectNotFound(organization, elsewhere, `${reason} and limit it with New-ApplicationAccessPolicy.`);
}
