import { readRecipientFilter } from '../bridges/access/recipient-filter.ts';
import { type ManagementScope, managementScopes, roleAssignments } from '../domain/organization/role-assignments.ts';
import { cmdletRefusal } from './cmdlet.ts';
import { getObject, newObject, type ObjectNoun, removeObject } from './config-object.ts';

const noun: ObjectNoun<ManagementScope> = {
  noun: 'ManagementScope',
  kinds: ['on-premises', 'cloud'],
  objects: managementScopes,
  name: ({ Name }) => Name,
  show: ({ Name, RecipientRestrictionFilter }) => ({
    Name,
    RecipientFilter: RecipientRestrictionFilter,
    ScopeRestrictionType: 'RecipientScope',
    Identity: Name,
  }),
};

/** `New-ManagementScope -Name Sales -RecipientRestrictionFilter "Department -eq 'Sales'"`: which recipients a role reaches. */
export const managementScope = {
  get: getObject(noun),
  new: newObject(noun, {
    parameters: { Name: 'text', RecipientRestrictionFilter: 'text' },
    required: ['Name', 'RecipientRestrictionFilter'],
    make(_scope, given) {
      const filter = String(given['RecipientRestrictionFilter']);
      if (readRecipientFilter(filter) === undefined) {
        const text = "-RecipientRestrictionFilter takes comparisons such as Department -eq 'Sales', joined by -and and -or";
        throw cmdletRefusal('bad-parameter', `${text}; ${JSON.stringify(filter)} is not understood here.`);
      }
      return { Name: String(given['Name']), RecipientRestrictionFilter: filter };
    },
  }),
  remove: removeObject(noun, async ({ Name }, { organization }, tx) => {
    const assignments = (await roleAssignments.list(tx, organization.name)).map(({ value }) => value);
    const user = assignments.find(({ CustomRecipientWriteScope }) => CustomRecipientWriteScope.toLowerCase() === Name.toLowerCase());
    if (user !== undefined) {
      throw cmdletRefusal('operation-failed', `The scope '${Name}' is used by the role assignment '${user.Name}': remove that first.`);
    }
  }),
};
