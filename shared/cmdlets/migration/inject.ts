import type { UserState } from '../../domain/migration/batch-state.ts';
import type { MigrationBatch } from '../../domain/migration/batches.ts';
import { termsOfBatch } from '../../domain/migration/batches.ts';
import { migrationEndpoints } from '../../domain/migration/endpoints.ts';
import { type MigrationUser, saveMigrationUser } from '../../domain/migration/migration-users.ts';
import type { MoveTerms } from '../../domain/migration/move-request.ts';
import { checkResumable } from '../../domain/migration/move-transitions.ts';
import { type CmdletScope, cmdletRefusal } from '../cmdlet.ts';
import { changeRequest, resuming } from '../move-request/change.ts';
import { makeMoveRequest, type NewMove } from '../move-request/create.ts';
import { type Unmovable, unmovable } from '../move-request/preconditions.ts';
import { usualTerms } from '../move-request/terms-given.ts';

/** Terms of somebody's request: the batch's, with what is said of him alone. */
export function termsOfUser(terms: MoveTerms, batch: MigrationBatch, user: MigrationUser): MoveTerms {
  const { completeAfter = batch.completeAfter, startAfter = batch.startAfter, skippedItemsApproved = batch.skippedItemsApproved } = user;
  return {
    ...{ ...terms, ...termsOfBatch(batch), completeAfter, startAfter, skippedItemsApproved },
    // Only a later hour holds back one user of a batch that completes.
    preventCompletion: !batch.completes && (user.completeAfter ?? null) === null,
    ...(user.badItemLimit === undefined ? {} : { badItemLimit: user.badItemLimit }),
    ...(user.largeItemLimit === undefined ? {} : { largeItemLimit: user.largeItemLimit }),
  };
}

/** Begins the migration of those who have no request yet, and anew that of those whose request failed or was stopped. */
export async function startUsers(scope: CmdletScope, batch: MigrationBatch, users: readonly UserState[]): Promise<void> {
  const { organization, transaction } = scope;
  const { value: endpoint } =
    (await transaction((tx) => migrationEndpoints.find(tx, organization.name, batch.endpoint))) ?? noEndpoint(batch.endpoint);
  for (const { user, request } of users) {
    if (user.ended !== null) continue;
    if (request === undefined) await injectUser(scope, batch, user, endpoint.remoteServer);
    else if (request.status === 'Failed' || request.status === 'Suspended') {
      const terms = termsOfUser(request.terms, batch, user);
      await transaction((tx) =>
        changeRequest(tx, scope, request, checkResumable, resuming(scope.at, { ...terms, suspend: false, suspendComment: '' })),
      );
    }
  }
}

async function injectUser(scope: CmdletScope, batch: MigrationBatch, user: MigrationUser, remoteHost: string): Promise<void> {
  const { organization, directory, transaction, at } = scope;
  const person = await directory(organization.name).byAddress(user.address);
  const [move, recipient] = [moveOf(scope, batch, user, remoteHost), person?.guid ?? null];
  const problem = person === undefined ? nobody(user.address) : unmovable(organization, person, move);
  await transaction(async (tx) => {
    const made = person === undefined || problem !== undefined ? problem : await makeMoveRequest(tx, scope, person, move);
    if (made === undefined) return;
    const mailboxGuid = person?.exchangeGuid ?? null;
    const changed =
      'guid' in made
        ? { ...user, recipient, mailboxGuid, request: made.guid, failure: null }
        : { ...user, recipient, mailboxGuid, failure: { ...(problem === undefined ? pending(user.address, made) : made), at } };
    await saveMigrationUser(tx, organization.name, changed);
  });
}

function moveOf(scope: CmdletScope, batch: MigrationBatch, user: MigrationUser, remoteHost: string): NewMove {
  const spread = (names: readonly string[]): string | null => names[(user.position - 1) % Math.max(1, names.length)] ?? null;
  return {
    direction: batch.direction === 'Onboarding' ? 'Pull' : 'Push',
    parts: user.parts ?? batch.parts,
    deliveryDomain: batch.deliveryDomain,
    terms: termsOfUser(usualTerms(scope, remoteHost), batch, user),
    targetDatabase: user.targetDatabase ?? spread(batch.targetDatabases),
    targetArchiveDatabase: user.targetArchiveDatabase ?? spread(batch.targetArchiveDatabases),
  };
}

/** The first sentence is published ("Troubleshoot IMAP migration", OfficeDocs-Support). */
function nobody(address: string): Unmovable {
  return {
    type: 'MigrationRecipientNotFoundException',
    message: `A recipient wasn't found for "${address}" on the target. Make one and start the batch again.`,
  };
}

/** Published: OfficeDocs-Support, "user is already being moved". */
function pending(address: string, { message }: Unmovable): Unmovable {
  const text = `The user '${address}' already has a pending request. Please remove the existing request and resume the current batch or start a new batch for this user.`;
  return { type: 'UserAlreadyBeingMigratedException', message: `${text} --> ${message}` };
}

function noEndpoint(name: string): never {
  throw cmdletRefusal('operation-failed', `The migration endpoint '${name}' is gone: the batch cannot be started.`);
}
