import { type Guid, parseGuid } from '../../kernel/ids.ts';
import { entryIdAt, guidTextLength, headed, idPayload } from './id-layout.ts';

const conversationBased = 4;
const conversationLength = 16;
const conversationIdLength = entryIdAt + conversationLength;

/** The mailbox and the 16 octets of the conversation in a conversation id; undefined when the text is none. Never throws. */
export function decodeConversationId(id: string): { readonly mailbox: Guid; readonly conversation: Buffer } | undefined {
  const payload = idPayload(id);
  if (payload === undefined || payload[0] !== conversationBased || payload.length !== conversationIdLength - 1) return undefined;
  const mailbox = parseGuid(payload.subarray(3, 3 + guidTextLength).toString('latin1'));
  const conversation = payload.subarray(-conversationLength);
  // Ids are compared letter by letter: what does not come out the same is none of ours.
  return mailbox !== undefined && conversationIdOf(mailbox, conversation) === id ? { mailbox, conversation } : undefined;
}

/** As of an item, with the octets of the conversation in the place of the entry id, and nothing behind (read from published ids). */
export function conversationIdOf(mailbox: Guid, conversation: Buffer): string {
  const octets = headed(conversationIdLength, mailbox, conversationLength);
  octets[1] = conversationBased;
  conversation.copy(octets, entryIdAt);
  return octets.toString('base64');
}
