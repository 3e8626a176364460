import { type Guid, guidFromBytes, guidToBytes } from '../../kernel/ids.ts';
import { decodeConversationId } from './conversation-id.ts';
import type { IdWriter } from './item-id.ts';

/** What the id of a persona says: a contact of a mailbox, the oldest of those that are one person, or an entry of the directory. */
export type PersonaKey =
  | { readonly is: 'contact'; readonly mailbox: Guid; readonly contact: number }
  | { readonly is: 'directory'; readonly recipient: Guid };

/** Uncompressed, of the directory, 16 octets follow: read from an id that Microsoft has published (`AAUQA...`). */
const directoryHead = Buffer.from([0, 5, 16, 0]);
const directoryLength = directoryHead.length + 16;
/** Published ids of people in mailboxes (`AAQk...`) are built as those of conversations; ours end with the contact's counter behind this. */
const contactMark = Buffer.from('coexist pn', 'latin1');

/** The id of a person of the directory: 28 characters. */
export function directoryPersonaId(recipient: Guid): string {
  return Buffer.concat([directoryHead, guidToBytes(recipient)]).toString('base64');
}

/** The id of the person that a contact is, by the contact's counter. */
export function contactPersonaId(ids: IdWriter, contact: number): string {
  const octets = Buffer.alloc(16);
  contactMark.copy(octets);
  octets.writeUIntBE(contact, contactMark.length, 6);
  return ids.conversationId(octets);
}

/** Reads the id of a persona; undefined when the text is none. Never throws. */
export function decodePersonaId(id: string): PersonaKey | undefined {
  const octets = Buffer.from(id.slice(0, 64), 'base64');
  if (
    octets.length === directoryLength &&
    octets.toString('base64') === id &&
    octets.subarray(0, directoryHead.length).equals(directoryHead)
  )
    return { is: 'directory', recipient: guidFromBytes(octets.subarray(directoryHead.length)) };
  const decoded = decodeConversationId(id);
  if (decoded === undefined || !decoded.conversation.subarray(0, contactMark.length).equals(contactMark)) return undefined;
  return { is: 'contact', mailbox: decoded.mailbox, contact: decoded.conversation.readUIntBE(contactMark.length, 6) };
}
