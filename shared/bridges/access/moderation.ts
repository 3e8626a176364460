import type { Directory } from '../../domain/directory/directory.ts';
import type { Recipient } from '../../domain/directory/recipient.ts';
import type { Guid } from '../../kernel/ids.ts';
import { isAmong } from './group-membership.ts';

/**
 * Whether somebody's mail to a recipient waits for approval: not that of moderators, of those who look after a group, and of whom the
 * recipient lets by ("Configure a moderated recipient in Exchange Online").
 *
 * @param sender undefined: somebody of another organisation
 */
export async function isModerated(directory: Directory, { settings }: Recipient, sender: Guid | undefined): Promise<boolean> {
  if (settings.moderationEnabled !== true) return false;
  if (sender === undefined) return true;
  const { moderatedBy = [], managedBy = [], bypassModerationFrom = [] } = settings;
  if (moderatedBy.includes(sender) || managedBy.includes(sender)) return false;
  return !(await isAmong(directory, bypassModerationFrom, sender));
}

/** Who approves a recipient's mail, as far as they are still there; of a group without moderators those who look after it. */
export async function moderatorsOf(directory: Directory, { settings }: Recipient): Promise<readonly Recipient[]> {
  const { moderatedBy = [], managedBy = [] } = settings;
  const found = await Promise.all((moderatedBy.length > 0 ? moderatedBy : managedBy).map((guid) => directory.byGuid(guid)));
  return found.filter((one) => one !== undefined).filter(({ primaryAddress }) => primaryAddress !== '');
}
