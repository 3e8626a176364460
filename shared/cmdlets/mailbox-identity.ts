import { localMailbox, type Recipient } from '../domain/directory/recipient.ts';
import type { Guid } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { CmdletScope } from './cmdlet.ts';
import { objectNotFound } from './config-object.ts';
import { requireRecipient } from './recipient-identity.ts';

/** A mailbox that the organisation keeps, and whose it is. */
export interface NamedMailbox {
  readonly owner: Recipient;
  readonly mailbox: Guid;
}

/**
 * The mailbox of this organisation that a parameter names, in any way in which a recipient is named. A recipient whose
 * mailbox lies elsewhere is nobody here. Refuses with `missing`. Not inside a transaction.
 */
export async function requireMailbox(
  { directory, organization }: Pick<CmdletScope, 'directory' | 'organization'>,
  identity: string,
  missing: (identity: string) => Error = (name) => objectNotFound(organization, name),
): Promise<NamedMailbox> {
  const owner = await recipientOrNobody(requireRecipient(directory(organization.name), organization, identity));
  const mailbox = owner === undefined ? null : localMailbox(owner);
  if (owner === undefined || mailbox === null) throw missing(identity);
  return { owner, mailbox };
}

/** What was found, or undefined where that was refused with `object-not-found`. */
export async function recipientOrNobody(found: Promise<Recipient>): Promise<Recipient | undefined> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'object-not-found') return undefined;
    throw error;
  }
}
