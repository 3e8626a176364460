import type { Transaction } from '../domain/organization/transaction.ts';
import { type IntraOrganizationConnector, intraOrganizationConnectors } from '../domain/trust/intra-organization-connectors.ts';
import { addressGiven, domainsGiven } from './address-given.ts';
import { type Cmdlet, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { getObject, newObject, type ObjectNoun, removeObject, setObject } from './config-object.ts';
import { plainGiven } from './given.ts';

const noun: ObjectNoun<IntraOrganizationConnector> = {
  noun: 'IntraOrganizationConnector',
  kinds: ['on-premises', 'cloud'],
  objects: intraOrganizationConnectors,
  name: ({ Name }) => Name,
  // In the order of the page of Get-IntraOrganizationConnector.
  show: ({ TargetAddressDomains, DiscoveryEndpoint, TargetSharingEpr, Enabled, Name }) => ({
    ...{ TargetAddressDomains, DiscoveryEndpoint, TargetSharingEpr, Enabled, Name, Identity: Name },
  }),
};

const plain = { Name: 'text', Enabled: 'boolean' } as const;
const parameters = {
  ...plain,
  TargetAddressDomains: 'list',
  DiscoveryEndpoint: 'nullable text',
  TargetSharingEpr: 'nullable text',
} as const;

/**
 * `New-IntraOrganizationConnector HybridIOC -DiscoveryEndpoint https://... -TargetAddressDomains contoso.mail.onmicrosoft.test`:
 * requests for users of these domains go by OAuth.
 */
export const intraOrganizationConnector = {
  get: getObject(noun),
  new: newObject(noun, {
    parameters,
    required: ['Name', 'DiscoveryEndpoint', 'TargetAddressDomains'],
    make: (_scope, given) => ({
      ...{ Name: String(given['Name']), Enabled: true, TargetAddressDomains: [], DiscoveryEndpoint: '', TargetSharingEpr: '' },
      ...writtenIn(given),
    }),
    check: requireOwnDomains,
  }),
  set: setObject(noun, { parameters, change: (_current, _scope, given) => writtenIn(given), check: requireOwnDomains }),
  remove: removeObject(noun),
} satisfies Readonly<Record<string, Cmdlet>>;

function writtenIn(given: CmdletParameters): Partial<IntraOrganizationConnector> {
  return {
    ...plainGiven<IntraOrganizationConnector>(given, plain),
    ...domainsGiven(given, 'TargetAddressDomains'),
    ...addressGiven(given, 'DiscoveryEndpoint'),
    ...addressGiven(given, 'TargetSharingEpr'),
  };
}

/** Two connectors for a domain would make the way a matter of chance. Our wording. */
async function requireOwnDomains(
  { TargetAddressDomains }: IntraOrganizationConnector,
  { organization }: CmdletScope,
  tx: Transaction,
  before?: IntraOrganizationConnector,
): Promise<void> {
  for (const { value } of await intraOrganizationConnectors.list(tx, organization.name)) {
    const shared = value.Name === before?.Name ? undefined : value.TargetAddressDomains.find((one) => TargetAddressDomains.includes(one));
    if (shared === undefined) continue;
    throw cmdletRefusal('object-exists', `The domain ${shared} is in the intra-organization connector '${value.Name}' already.`);
  }
}
