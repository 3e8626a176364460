import type { Directory } from '../../domain/directory/directory.ts';
import { isGroup, type Recipient } from '../../domain/directory/recipient.ts';
import type { Guid } from '../../kernel/ids.ts';
import { isAmong } from './group-membership.ts';

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
