import type { Directory } from '../directory/directory.ts';
import { localMailbox } from '../directory/recipient.ts';
import { synchronisedPublicFolders } from '../directory/synchronisation.ts';
import type { Settings } from '../organization/settings.ts';

/**
 * Whether a tenant's edge knows an address in one of its authoritative domains (Directory Based Edge Blocking). Public folders
 * that were synchronised are known as long as the tenant only filters, without a mailbox of its own (Exchange Team Blog,
 * "Office 365 Directory Based Edge Blocking support for on-premises Mail Enabled Public Folders").
 */
export async function isKnownAtEdge(directory: Directory, settings: Settings, address: string): Promise<boolean> {
  if ((await directory.byAddress(address)) !== undefined) return true;
  const wanted = address.toLowerCase();
  const isFolder = synchronisedPublicFolders
    .all(settings)
    .some(({ addresses }) => addresses.some((one) => one.replace(/^smtp:/i, '').toLowerCase() === wanted));
  return isFolder && !(await directory.all()).some((one) => one.type !== 'ArbitrationMailbox' && localMailbox(one) !== null);
}
