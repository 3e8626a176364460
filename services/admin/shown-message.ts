import { mimeFromItem } from '../../shared/bridges/message/mime-from-item.ts';
import type { ItemRow } from '../../shared/domain/mailbox/item-columns.ts';
import { getAttachments, getExceptionMessages, getRecipients } from '../../shared/domain/mailbox/items.ts';
import { plainText } from '../../shared/domain/mailbox/plain-text.ts';
import { itemProperty } from '../../shared/domain/mailbox/property-reader.ts';
import type { Guid } from '../../shared/kernel/ids.ts';
import { type PropertyKey, tags } from '../../shared/kernel/mapi.ts';
import { readBlob, streamBlob } from '../../shared/store/blob.ts';
import type { Executor } from '../../shared/store/database.ts';

/** The beginning of something, as people look at it. */
export interface Beginning {
  readonly text: string;
  readonly isWhole: boolean;
}

const shownCharacters = 64 * 1024;
/** Of the MIME of a message so much is shown; a page that is to lay out more would stand still. */
const shownOctets = 256 * 1024;
/** Of HTML so much is read for its words. */
const readCharacters = 1024 * 1024;

/** The words of an item's body, never markup. */
export function shownWords(row: ItemRow): Beginning {
  const plain = textOf(row, tags.body);
  const html = plain === '' ? textOf(row, tags.bodyHtml) : '';
  const words = plain === '' ? plainText(html.slice(0, readCharacters)) : plain;
  return { text: words.slice(0, shownCharacters), isWhole: words.length <= shownCharacters && html.length <= readCharacters };
}

/**
 * The beginning of the message that an item is, a character for an octet. No more is read of it: of a message as it was received its first
 * octets, of one that is made of properties the first octets of what is attached, behind which its beginning ends.
 */
export async function shownMime(read: Executor, mailbox: Guid, row: ItemRow): Promise<Beginning> {
  let isCut = false;
  const beginning = async (hash: string): Promise<Buffer | undefined> => {
    const pieces: Uint8Array[] = [];
    let length = 0;
    for await (const piece of streamBlob(read, hash)) {
      pieces.push(piece);
      length += piece.length;
      if (length <= shownOctets) continue;
      isCut = true;
      break;
    }
    return pieces.length === 0 ? undefined : Buffer.concat(pieces);
  };
  const octets = await composed(read, mailbox, row, beginning);
  return { text: octets.toString('latin1', 0, shownOctets), isWhole: !isCut && octets.length <= shownOctets };
}

/** The message that an item is, as `.eml` has it: as it was received piece by piece, so that it is never held whole. */
export async function wholeMime(read: Executor, mailbox: Guid, row: ItemRow): Promise<Buffer | AsyncIterable<Uint8Array>> {
  if (typeof row.mime === 'string') return streamBlob(read, row.mime);
  return composed(read, mailbox, row, (hash) => readBlob(read, hash));
}

async function composed(
  read: Executor,
  mailbox: Guid,
  row: ItemRow,
  blobs: (hash: string) => Promise<Buffer | undefined>,
): Promise<Buffer> {
  const counters = [row.counter];
  const [recipients, attachments, messages] = await Promise.all([
    getRecipients(read, mailbox, counters),
    getAttachments(read, mailbox, counters),
    getExceptionMessages(read, mailbox, counters),
  ]);
  const files = [...(attachments.get(row.counter) ?? []), ...(messages.get(row.counter) ?? [])];
  return mimeFromItem(row, recipients.get(row.counter) ?? [], files, blobs);
}

export function textOf(row: ItemRow, key: PropertyKey): string {
  const value = itemProperty(row, key);
  return typeof value === 'string' ? value : '';
}
