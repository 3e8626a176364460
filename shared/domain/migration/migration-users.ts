import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import { foldKey } from '../../store/fold.ts';
import type { MigrationUserTable } from '../../store/migration-schema.ts';
import { storableJson } from '../../store/storable.ts';
import type { ImapAccount, ListedUser, StagedAccount } from './csv-columns.ts';
import type { MoveRequest } from './move-request.ts';

/** An account of an IMAP server as it is kept: whoever reads the row does not read the password (sealed-password.ts). */
export interface SealedImapAccount extends Omit<ImapAccount, 'password'> {
  readonly sealed: string;
}

/** What a staged migration does with somebody's account, as it is kept. */
export interface SealedStagedAccount extends Omit<StagedAccount, 'password'> {
  /** Null: he keeps the password that he has. */
  readonly sealed: string | null;
}

/** Somebody whom a batch migrates. What his move request does is not repeated here. */
export interface MigrationUser extends Omit<ListedUser, 'imap' | 'staged'> {
  /** Of an IMAP list: his account there. */
  readonly imap?: SealedImapAccount;
  /** Of a staged list. */
  readonly staged?: SealedStagedAccount;
  readonly guid: Guid;
  /** Name of the batch. */
  readonly batch: string;
  /** Row of the list, from 1. */
  readonly position: number;
  /** Object GUID, once he has been found. */
  readonly recipient: Guid | null;
  readonly mailboxGuid: Guid | null;
  /** His move request, once there was one. */
  readonly request: Guid | null;
  /** Why there is none. */
  readonly failure: { readonly type: string; readonly message: string; readonly at: Instant } | null;
  /** What overrides the batch; absent: nothing. */
  readonly completeAfter?: Instant | null;
  readonly startAfter?: Instant | null;
  readonly skippedItemsApproved?: Instant | null;
  /** What his request had become when it was removed. */
  readonly ended: 'Completed' | 'CompletedWithWarnings' | null;
}

/** Adds people to a batch; answers the first one who is in some batch already, and adds nobody then. */
export async function addMigrationUsers(
  tx: Executor,
  organization: string,
  users: readonly MigrationUser[],
): Promise<MigrationUser | undefined> {
  for (const user of users) {
    const known = await getMigrationUser(tx, organization, user.address);
    if (known !== undefined) return known;
  }
  for (const user of users) await tx.insertInto('migration_user').values(rowOf(organization, user)).execute();
  return undefined;
}

/** By address, in any case. */
export async function getMigrationUser(executor: Executor, organization: string, address: string): Promise<MigrationUser | undefined> {
  const row = await executor
    .selectFrom('migration_user')
    .select('value')
    .where('organization', '=', organization)
    .where('address_fold', '=', foldKey(address))
    .executeTakeFirst();
  return row === undefined ? undefined : userOf(row);
}

/** Whose move request one is. */
export async function migrationUserOf(executor: Executor, organization: string, request: Guid): Promise<MigrationUser | undefined> {
  const row = await executor
    .selectFrom('migration_user')
    .select('value')
    .where('organization', '=', organization)
    .where('request', '=', request)
    .executeTakeFirst();
  return row === undefined ? undefined : userOf(row);
}

/** Keeps for a batch what the request of one of its users had become, before the request goes. */
export async function noteEnded(
  tx: Executor,
  { organization, status, guid }: Pick<MoveRequest, 'organization' | 'status' | 'guid'>,
): Promise<void> {
  const ended = status === 'Completed' ? 'Completed' : status === 'CompletedWithWarning' ? 'CompletedWithWarnings' : null;
  const user = ended === null ? undefined : await migrationUserOf(tx, organization, guid);
  if (user !== undefined) await saveMigrationUser(tx, organization, { ...user, ended });
}

/** In the order of batches and their lists; at most `limit` behind the first `offset`. */
export async function listMigrationUsers(
  executor: Executor,
  organization: string,
  { batch, offset = 0, limit }: { readonly batch?: string | undefined; readonly offset?: number; readonly limit: number },
): Promise<readonly MigrationUser[]> {
  let query = executor.selectFrom('migration_user').select('value').where('organization', '=', organization);
  if (batch !== undefined) query = query.where('batch_fold', '=', foldKey(batch));
  const rows = await query.orderBy('batch_fold').orderBy('position').orderBy('address_fold').offset(offset).limit(limit).execute();
  return rows.map(userOf);
}

export async function saveMigrationUser(tx: Executor, organization: string, user: MigrationUser): Promise<void> {
  await tx
    .updateTable('migration_user')
    .set({ value: storableJson(user), request: user.request })
    .where('organization', '=', organization)
    .where('address_fold', '=', foldKey(user.address))
    .execute();
}

/** The same for somebody who has come into another batch, or to another place of it. */
export async function reassignMigrationUser(tx: Executor, organization: string, user: MigrationUser): Promise<void> {
  await tx
    .updateTable('migration_user')
    .set({ value: storableJson(user), batch_fold: foldKey(user.batch), position: user.position })
    .where('organization', '=', organization)
    .where('address_fold', '=', foldKey(user.address))
    .execute();
}

export async function removeMigrationUser(tx: Executor, organization: string, address: string): Promise<void> {
  await tx.deleteFrom('migration_user').where('organization', '=', organization).where('address_fold', '=', foldKey(address)).execute();
}

function rowOf(organization: string, user: MigrationUser): MigrationUserTable {
  return {
    ...{ organization, address_fold: foldKey(user.address), batch_fold: foldKey(user.batch), position: user.position },
    request: user.request,
    value: storableJson(user),
  };
}

function userOf({ value }: Pick<MigrationUserTable, 'value'>): MigrationUser {
  return JSON.parse(value) as MigrationUser;
}
