import type { UserState } from '../../domain/migration/batch-state.ts';
import { type MigrationBatch, migrationBatches } from '../../domain/migration/batches.ts';
import { userStatusOf } from '../../domain/migration/migration-states.ts';
import { getMigrationUser, listMigrationUsers, type MigrationUser } from '../../domain/migration/migration-users.ts';
import { getMoveRequest } from '../../domain/migration/move-requests.ts';
import { parseGuid } from '../../kernel/ids.ts';
import { type CmdletScope, cmdletRefusal } from '../cmdlet.ts';

const page = 1_000;

/** Somebody in a batch, by address or GUID, with his batch. Refuses with `object-not-found`; the sentence is ours. */
export async function requireMigrationUser(scope: CmdletScope, identity: string): Promise<UserState & { readonly batch: MigrationBatch }> {
  const { organization, transaction } = scope;
  return transaction(async (tx) => {
    const user = (await getMigrationUser(tx, organization.name, identity)) ?? (await byGuid(scope, tx, identity));
    const batch = user === undefined ? undefined : await migrationBatches.find(tx, organization.name, user.batch);
    if (user === undefined || batch === undefined)
      throw cmdletRefusal('object-not-found', `No migration batch has the user '${identity}'.`);
    const request = user.request === null ? undefined : await getMoveRequest(tx, { organization: organization.name, guid: user.request });
    return { user, request, batch: batch.value, status: userStatusOf(user, batch.value, request) };
  });
}

async function byGuid(
  { organization }: CmdletScope,
  tx: Parameters<typeof getMigrationUser>[0],
  identity: string,
): Promise<MigrationUser | undefined> {
  const guid = parseGuid(identity);
  if (guid === undefined) return undefined;
  for (let offset = 0; ; offset += page) {
    const users = await listMigrationUsers(tx, organization.name, { offset, limit: page });
    const found = users.find((user) => user.guid === guid || user.mailboxGuid === guid);
    if (found !== undefined || users.length < page) return found;
  }
}
