import { allFolders } from '../../../shared/domain/mailbox/folders.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { decodeConversationId } from '../../../shared/protocols/ews/conversation-id.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { EwsCall } from '../context.ts';
import { type OpenMailbox, openMailbox, unreadable } from '../mailboxes.ts';

/** A conversation that a request names; its mailbox is open. */
export interface OpenConversation {
  readonly mailbox: OpenMailbox;
  /** 32 hexadecimal digits. */
  readonly conversation: string;
}

/** Reads a conversation id and opens its mailbox: for the owner and whoever has full access, since a conversation lies in all folders. */
export async function openConversation(call: EwsCall, { Id }: { readonly Id: string }): Promise<OpenConversation> {
  const decoded = decodeConversationId(Id);
  if (decoded === undefined) throw unreadable(Id, 'a conversation');
  return { mailbox: await openMailbox(call, decoded.mailbox), conversation: decoded.conversation.toString('hex') };
}

/** The folders whose items belong to no conversation that anybody sees: what has been deleted from the Deleted Items. */
export async function recoverableFolders(executor: Executor, mailbox: Guid): Promise<Set<number>> {
  const folders = await allFolders(executor, mailbox);
  return new Set(folders.filter(({ role }) => role?.startsWith('recoverableitems') === true).map(({ counter }) => counter));
}
