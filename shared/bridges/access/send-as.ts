import type { Directory } from '../../domain/directory/directory.ts';
import type { Recipient } from '../../domain/directory/recipient.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { Caller } from './caller.ts';
import { mailboxAccess } from './mailbox-access.ts';

/**
 * The recipient as whom a caller may send under an address: itself, by any of its addresses, one that it may send as, or one
 * whose mailbox it has full access to (in Exchange that is not enough). Undefined when it may not, or nobody has the address.
 */
export async function senderNamed(caller: Caller, directory: Directory, address: string): Promise<Recipient | undefined> {
  const author = address === '' ? undefined : await directory.byAddress(address);
  if (author === undefined) return undefined;
  const isHere = caller.organization === author.organization;
  if (isHere && author.access.some(({ trustee, right }) => trustee === caller.recipient && right === 'SendAs')) return author;
  try {
    mailboxAccess(caller, author);
    return author;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** Whether a caller may send on behalf of whoever has an address: `GrantSendOnBehalfTo` of that recipient names him. */
export async function maySendOnBehalfOf(caller: Caller, directory: Directory, address: string): Promise<boolean> {
  const author = address === '' ? undefined : await directory.byAddress(address);
  if (author === undefined || caller.organization !== author.organization) return false;
  return author.settings.grantSendOnBehalfTo?.includes(caller.recipient) ?? false;
}
