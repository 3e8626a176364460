import type { Guid } from '../../kernel/ids.ts';
import { type MrsEndpoint, openMrsSession } from '../../protocols/mrs/client.ts';

/** What the organisation behind a proxy says of its public folders. */
export interface RemotePublicFolders {
  /** ExchangeGuids of their mailboxes, the one with the hierarchy first; none: it has no public folders. */
  readonly mailboxes: readonly Guid[];
  /** Nobody has a way into them any more: the last changes can be carried over. */
  readonly isLocked: boolean;
}

/** Asks in a session of its own. Throws refusals whose codes are names of exceptions; a server before 2013 has no such operations. */
export async function askPublicFolders(endpoint: Omit<MrsEndpoint, 'anchorMailbox'>): Promise<RemotePublicFolders> {
  const session = await openMrsSession(endpoint);
  try {
    const { GetPublicFolderMailboxesExchangeGuidsResult: mailboxes } = await session.call('GetPublicFolderMailboxesExchangeGuids', {});
    const { ArePublicFoldersReadyForMigrationCompletionResult: isLocked } = await session.call(
      'ArePublicFoldersReadyForMigrationCompletion',
      {},
    );
    return { mailboxes, isLocked };
  } finally {
    await session.close();
  }
}
