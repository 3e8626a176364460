import { type ProvisioningError, provisioningErrors } from '../domain/directory/synchronisation.ts';
import type { Cmdlet, CmdletObject } from './cmdlet.ts';
import { choiceGiven, textGiven } from './given.ts';

/** `Get-MsolDirSyncProvisioningError -ErrorCategory PropertyConflict`: what directory synchronisation could not bring to the tenant. */
export const getMsolDirSyncProvisioningError: Cmdlet = {
  kinds: ['cloud'],
  parameters: { ErrorCategory: 'text', PropertyName: 'text', PropertyValue: 'text' },
  required: [],
  async run({ organization, transaction }, given) {
    choiceGiven(given, 'ErrorCategory', ['PropertyConflict']);
    const property = choiceGiven(given, 'PropertyName', ['ProxyAddresses', 'UserPrincipalName']);
    const value = textGiven(given, 'PropertyValue')?.toLowerCase();
    const all = (await transaction((tx) => provisioningErrors.list(tx, organization.name))).map((stored) => stored.value);
    return all
      .filter((error) => property === undefined || error.property === property)
      .filter((error) => value === undefined || error.values.some((one) => one.toLowerCase() === value))
      .map(show);
  },
};

function show({ displayName, sourceAnchor, objectType, userPrincipalName, property, values }: ProvisioningError): CmdletObject {
  return {
    DisplayName: displayName,
    ImmutableId: immutableId(sourceAnchor),
    ObjectType: objectType,
    UserPrincipalName: userPrincipalName ?? '',
    ProvisioningErrors: values.map((PropertyValue) => ({ ErrorCategory: 'PropertyConflict', PropertyName: property, PropertyValue })),
    // Of the mail with the subject "Identity synchronization Error Report" (Exchange Team Blog, "Office 365 Directory Based Edge
    // Blocking support for on-premises Mail Enabled Public Folders"); nobody gets one here.
    ErrorDescription:
      'Unable to update this object because the following attributes associated with this object have values that may already be associated ' +
      `with another object in your local directory services: [${property} ${values.join(',')};]. Correct or remove the duplicate values in your ` +
      'local directory. Please refer to http://support.microsoft.com/kb/2647098 for more information on identifying objects with duplicate ' +
      'attribute values.',
  };
}

/** The octets of the object's GUID as Windows keeps them, in base64: the first three groups have their lowest octet first. */
function immutableId(guid: string): string {
  const [first = '', second = '', third = '', ...rest] = guid.split('-');
  const turned = [first, second, third].map((part) => (part.match(/../g) ?? []).toReversed().join(''));
  return Buffer.from(`${turned.join('')}${rest.join('')}`, 'hex').toString('base64');
}
