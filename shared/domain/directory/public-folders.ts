import type { OrganizationConfig } from '../organization/organization-config.ts';
import { publicFolderMailbox, type Recipient } from './recipient.ts';

/**
 * Whether people may use the public folders of their organisation. `absent`: it has none, or says so (PublicFoldersEnabled None);
 * `elsewhere`: they are in another one (Remote); `held`: a migration fills them (HoldForMigration); `locked`: the last of them is
 * being carried away. To whoever asks each is as if there were no public folder mailbox: of a lock the team's article says so
 * ("Couldn't find the public folder mailbox", Microsoft: Use batch migration to migrate Exchange Server public folders).
 */
export type PublicFolderAccess = 'open' | 'absent' | 'elsewhere' | 'held' | 'locked';

/** @param hierarchy whose mailbox the public folders lie in; undefined where there is none */
export function publicFolderAccess(
  config: Pick<OrganizationConfig, 'PublicFoldersEnabled' | LockName>,
  hierarchy: Pick<Recipient, 'settings'> | undefined,
): PublicFolderAccess {
  if (hierarchy === undefined || config.PublicFoldersEnabled === 'None') return 'absent';
  if (config.PublicFoldersEnabled === 'Remote') return 'elsewhere';
  if (hierarchy.settings.heldForMigration === true) return 'held';
  return arePublicFoldersLocked(config) ? 'locked' : 'open';
}

type LockName = 'PublicFoldersLockedForMigration' | 'PublicFolderMailboxesLockedForNewConnections';

/** Exchange 2010 has the one lock, later servers the other. */
export function arePublicFoldersLocked(config: Pick<OrganizationConfig, LockName>): boolean {
  return config.PublicFoldersLockedForMigration || config.PublicFolderMailboxesLockedForNewConnections;
}

/** Whether the public folders were carried away: mail for them goes where their directory objects say. */
export function arePublicFoldersMigrated(
  config: Pick<OrganizationConfig, 'PublicFolderMigrationComplete' | 'PublicFolderMailboxesMigrationComplete'>,
): boolean {
  return config.PublicFolderMigrationComplete || config.PublicFolderMailboxesMigrationComplete;
}

/** Whose mailbox the public folders of a directory lie in; undefined where there is none. */
export function publicFolderHierarchy(recipients: readonly Recipient[]): Recipient | undefined {
  return recipients.find((one) => publicFolderMailbox(one) !== null);
}
