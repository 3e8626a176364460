import type { Guid } from '../../kernel/ids.ts';
import { holdScope } from '../../store/change-feed.ts';
import type { Executor } from '../../store/database.ts';
import { arePublicFoldersLocked } from '../directory/public-folders.ts';
import { readOrganizationConfig } from '../organization/organization-config.ts';

/** Lets nothing change in public folders that are locked, whoever was in the midst of something; in the transaction that locks them. */
export async function holdPublicFolders(tx: Executor, organization: string, mailbox: Guid): Promise<void> {
  await holdScope(tx, mailbox, arePublicFoldersLocked(await readOrganizationConfig(tx, organization)), 'organization');
}
