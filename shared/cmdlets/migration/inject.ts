import type { UserState } from '../../domain/migration/batch-state.ts';
import type { MigrationBatch } from '../../domain/migration/batches.ts';
import { type MigrationEndpoint, migrationEndpoints } from '../../domain/migration/endpoints.ts';
import { type MigrationUser, saveMigrationUser } from '../../domain/migration/migration-users.ts';
import { checkResumable } from '../../domain/migration/move-transitions.ts';
import { type CmdletScope, cmdletRefusal } from '../cmdlet.ts';
import { changeRequest, resuming } from '../move-request/change.ts';
import { makeMoveRequest, reportLine } from '../move-request/create.ts';
import type { Unmovable } from '../move-request/preconditions.ts';
import { kindOfBatch } from './batch-kinds.ts';
import { termsOfUser } from './user-terms.ts';

/** Begins the migration of those who have no request yet, and anew that of those whose request failed or was stopped. */
export async function startUsers(scope: CmdletScope, batch: MigrationBatch, users: readonly UserState[]): Promise<void> {
  const { organization, transaction } = scope;
  const { value: endpoint } =
    (await transaction((tx) => migrationEndpoints.find(tx, organization.name, batch.endpoint))) ?? noEndpoint(batch.endpoint);
  for (const { user, request } of users) {
    if (user.ended !== null) continue;
    if (request === undefined) await injectUser(scope, batch, user, endpoint);
    else if (request.status === 'Failed' || request.status === 'Suspended') {
      const terms = termsOfUser(request.terms, batch, user);
      await transaction((tx) =>
        changeRequest(tx, scope, request, checkResumable, resuming(scope.at, { ...terms, suspend: false, suspendComment: '' })),
      );
    }
  }
}

async function injectUser(scope: CmdletScope, batch: MigrationBatch, user: MigrationUser, endpoint: MigrationEndpoint): Promise<void> {
  const { organization, transaction, at } = scope;
  const found = await kindOfBatch(batch).start(scope, { batch, user, endpoint });
  const [recipient, mailboxGuid] = [found.person?.guid ?? null, found.person?.exchangeGuid ?? null];
  await transaction(async (tx) => {
    if ('done' in found) {
      await saveMigrationUser(tx, organization.name, { ...user, recipient, mailboxGuid, failure: null, ended: 'Completed' });
      return;
    }
    const made = 'problem' in found ? found.problem : await makeMoveRequest(tx, scope, found.person, found.move);
    if ('guid' in made && 'said' in found) for (const line of found.said ?? []) await reportLine(tx, scope, made, line);
    const changed =
      'guid' in made
        ? { ...user, recipient, mailboxGuid, request: made.guid, failure: null }
        : { ...user, recipient, mailboxGuid, failure: { ...('problem' in found ? made : pending(user.address, made)), at } };
    await saveMigrationUser(tx, organization.name, changed);
  });
}

/** Published: OfficeDocs-Support, "user is already being moved". */
function pending(address: string, { message }: Unmovable): Unmovable {
  const text = `The user '${address}' already has a pending request. Please remove the existing request and resume the current batch or start a new batch for this user.`;
  return { type: 'UserAlreadyBeingMigratedException', message: `${text} --> ${message}` };
}

function noEndpoint(name: string): never {
  throw cmdletRefusal('operation-failed', `The migration endpoint '${name}' is gone: the batch cannot be started.`);
}
