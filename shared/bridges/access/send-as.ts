import type { Directory } from '../../domain/directory/directory.ts';
import type { Recipient } from '../../domain/directory/recipient.ts';
import type { Caller } from './caller.ts';

/**
 * The recipient as whom a caller may send under an address: itself, by any of its addresses, or one that it may send as; full access to
 * a mailbox is not enough (Microsoft: Manage permissions for recipients). Undefined when it may not, or nobody has the address.
 */
export async function senderNamed(caller: Caller, directory: Directory, address: string): Promise<Recipient | undefined> {
  const author = address === '' ? undefined : await directory.byAddress(address);
  if (author === undefined || caller.organization !== author.organization) return undefined;
  if (caller.recipient === author.guid) return author;
  return author.access.some(({ trustee, right }) => trustee === caller.recipient && right === 'SendAs') ? author : undefined;
}

/** Whether a caller may send on behalf of whoever has an address: `GrantSendOnBehalfTo` of that recipient names him. */
export async function maySendOnBehalfOf(caller: Caller, directory: Directory, address: string): Promise<boolean> {
  const author = address === '' ? undefined : await directory.byAddress(address);
  if (author === undefined || caller.organization !== author.organization) return false;
  return author.settings.grantSendOnBehalfTo?.includes(caller.recipient) ?? false;
}
