import { hasMember } from '../../../shared/bridges/access/group-membership.ts';
import type { Directory } from '../../../shared/domain/directory/directory.ts';
import { isGroup, type Recipient } from '../../../shared/domain/directory/recipient.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';

/**
 * Whether a recipient does not take somebody's mail: AcceptMessagesOnlyFrom, RejectMessagesFrom and
 * RequireSenderAuthenticationEnabled of `Set-Mailbox` and its kin; groups in the lists stand for their members.
 *
 * @param sender undefined: somebody of another organisation
 */
export async function isRestricted(directory: Directory, recipient: Recipient, sender: Guid | undefined): Promise<boolean> {
  const { acceptMessagesOnlyFrom: accepted = [], rejectMessagesFrom: rejected = [], requireSenderAuthentication } = recipient.settings;
  if (sender === undefined) return (requireSenderAuthentication ?? isGroup(recipient)) || accepted.length > 0;
  if (accepted.length > 0 && !(await isAmong(directory, accepted, sender))) return true;
  return isAmong(directory, rejected, sender);
}

async function isAmong(directory: Directory, guids: readonly Guid[], sender: Guid): Promise<boolean> {
  for (const guid of guids) {
    const one = await directory.byGuid(guid);
    if (one !== undefined && (await hasMember(directory, one, sender))) return true;
  }
  return false;
}
