import { anywhereProblemOf } from '../../bridges/migration/anywhere-problems.ts';
import type { Recipient } from '../../domain/directory/recipient.ts';
import { type AnywhereMail, type BatchFrame, migrationBatches } from '../../domain/migration/batches.ts';
import type { MigrationEndpoint } from '../../domain/migration/endpoints.ts';
import { initialDomain } from '../../domain/organization/organization.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { askDirectory } from '../../protocols/rpch/client.ts';
import type { DirectoryAnswer, DirectoryRequest } from '../../protocols/rpch/directory.ts';
import { type CmdletScope, cmdletRefusal } from '../cmdlet.ts';
import type { NewMove } from '../move-request/create.ts';
import { usualTerms } from '../move-request/terms-given.ts';
import type { Starting } from './batch-kind.ts';
import { credentialAt } from './credential-at.ts';
import { anywhereAccount } from './outlook-anywhere.ts';
import { termsOfUser } from './user-terms.ts';

// What cutover and staged batches have in common.

/** Refuses a batch in an organisation that has none of the kind, and beside another one that it may not stand beside. The sentences are ours. */
export async function requireAlone({ organization, transaction }: CmdletScope, way: AnywhereMail['way']): Promise<void> {
  if (organization.kind !== 'cloud')
    throw cmdletRefusal('operation-failed', 'Cutover and staged migrations bring mailboxes into Exchange Online alone.');
  const batches = await transaction((tx) => migrationBatches.list(tx, organization.name));
  const others = batches.flatMap(({ name, value }) => (value.type === 'ExchangeOutlookAnywhere' ? [{ name, way: value.way }] : []));
  const cutover = others.find((one) => one.way === 'Cutover');
  if (cutover !== undefined && way === 'Cutover')
    throw cmdletRefusal('operation-failed', `An organization has one cutover batch at a time; there is '${cutover.name}' already.`);
  const other = others.find((one) => one.way !== way);
  if (other !== undefined)
    throw cmdletRefusal('operation-failed', `Cutover and staged batches do not stand beside each other; there is '${other.name}' already.`);
}

/** Whether directory synchronisation keeps the tenant's people. */
export async function isSynchronised({ organization, directory }: CmdletScope): Promise<boolean> {
  return (await directory(organization.name).all()).some(({ settings }) => settings.sourceAnchor !== undefined);
}

/** Asks the directory behind an endpoint. Refuses with `operation-failed`, in the words of {@link anywhereProblemOf}. */
export async function askSourceDirectory(
  scope: CmdletScope,
  endpoint: MigrationEndpoint,
  request: DirectoryRequest,
): Promise<DirectoryAnswer> {
  const { remoteServer: host, anywhere } = endpoint;
  if (anywhere === undefined) throw new Error('defect: an endpoint of Outlook Anywhere without its server');
  const credential = await credentialAt(scope, endpoint);
  try {
    return await askDirectory(anywhereAccount(scope, { host, credential, anywhere }), request);
  } catch (error) {
    const problem = anywhereProblemOf(error, { host, userName: credential.userName, mailbox: '' });
    if (problem === undefined || !(error instanceof Refusal)) throw error;
    throw cmdletRefusal('operation-failed', problem.message);
  }
}

/** The request of somebody whose mailbox is filled. */
export function fillingOf(scope: CmdletScope, { batch, user, endpoint }: Starting<BatchFrame & AnywhereMail>): NewMove {
  return {
    ...{ type: 'ExchangeOutlookAnywhere', direction: 'Pull', parts: 'PrimaryOnly', deliveryDomain: '' },
    terms: termsOfUser(usualTerms(scope, endpoint.remoteServer), batch, user),
    ...{ targetDatabase: null, targetArchiveDatabase: null },
  };
}

/** The address in the tenant's own domain that mail for somebody comes in by, whatever the MX records say; undefined: he has none. */
export function routingAddress({ organization }: Pick<CmdletScope, 'organization'>, { addresses }: Recipient): string | undefined {
  const initial = initialDomain(organization);
  const own = addresses.find((address) => /^smtp:/i.test(address) && address.toLowerCase().endsWith(`@${initial}`));
  return own?.slice('smtp:'.length);
}
