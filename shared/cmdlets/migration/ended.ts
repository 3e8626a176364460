import { migrationUserOf, saveMigrationUser } from '../../domain/migration/migration-users.ts';
import type { MoveRequest } from '../../domain/migration/move-request.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';

/** Keeps for a batch what the request of one of its users had become, before the request goes. Calls of the store only. */
export async function noteEnded(tx: Transaction, { organization, status, guid }: MoveRequest): Promise<void> {
  const ended = status === 'Completed' ? 'Completed' : status === 'CompletedWithWarning' ? 'CompletedWithWarnings' : null;
  const user = ended === null ? undefined : await migrationUserOf(tx, organization, guid);
  if (user !== undefined) await saveMigrationUser(tx, organization, { ...user, ended });
}
