import type { ItemDraft } from '../../../shared/domain/mailbox/draft.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { EwsCall } from '../context.ts';
import { Draft } from '../drafts/draft.ts';
import { type SendOptions, sendDraft } from '../drafts/send.ts';
import type { OpenMailbox } from '../mailboxes.ts';

/**
 * Writes what has become of a meeting, tells of it by {@link sendMeeting} in the same transaction, and answers what was
 * written.
 */
export async function writeAndSend<Written>(
  call: EwsCall,
  mailbox: OpenMailbox,
  message: ItemDraft,
  options: Omit<SendOptions, 'before'>,
  write: (tx: Executor) => Promise<Written>,
): Promise<Written> {
  let written: { readonly is: Written } | undefined;
  const before = async (tx: Executor): Promise<void> => {
    written = { is: await write(tx) };
  };
  await sendMeeting(call, mailbox, message, { ...options, before });
  return present(written, 'what was written').is;
}

/**
 * Sends a message about a meeting. Whoever sends it is not told himself; where nobody is left, nothing is sent, and no copy
 * is kept. Refuses as `sendDraft`.
 */
export async function sendMeeting(call: EwsCall, mailbox: OpenMailbox, message: ItemDraft, options: SendOptions): Promise<void> {
  const own = new Set(mailbox.owner.addresses.map((address) => address.replace(/^smtp:/i, '').toLowerCase()));
  const { before, reaches: wanted = () => true } = options;
  const reaches = (address: string): boolean => !own.has(address.toLowerCase()) && wanted(address);
  if (message.recipients.some(({ address }) => reaches(address)))
    return sendDraft(call, mailbox, new Draft(message), { ...options, reaches });
  if (before !== undefined) await call.context.store.transaction(before);
}
