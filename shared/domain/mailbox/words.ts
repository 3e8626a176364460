import { named, type PropertyKey, type PropertyValue, tags } from '../../kernel/mapi.ts';
import { fold } from '../../store/fold.ts';
import type { AttachmentTable, RecipientRowTable } from '../../store/schema.ts';
import { mailboxRefusal } from './errors.ts';
import { plainText } from './plain-text.ts';

/** Words in a part of an item, in the order given, without regard to case: what a query string looks for. */
export interface WordsRestriction {
  readonly kind: 'words';
  readonly part: ItemPart;
  readonly text: string;
  /** Each word may go on: `win prod` stands in `windows product`. */
  readonly isPrefix: boolean;
}

/** `any` is every other part together with the location. */
export type ItemPart = 'subject' | 'body' | 'from' | 'to' | 'cc' | 'bcc' | 'participants' | 'attachment' | 'category' | 'any';

/** What lies beside an item's row and counts as part of it. */
export interface ItemParts {
  readonly recipients: readonly Pick<RecipientRowTable, 'kind' | 'name' | 'address'>[];
  readonly attachments: readonly Pick<AttachmentTable, 'name'>[];
}

type Read = (key: PropertyKey) => PropertyValue | undefined;

const senders = [tags.sentRepresentingName, tags.sentRepresentingSmtpAddress, tags.senderName, tags.senderSmtpAddress] as const;
const bodies = [tags.body, tags.bodyHtml] as const;
const everywhere: readonly PropertyKey[] = [tags.subject, ...bodies, ...senders, named.keywords, named.location];

/** The properties that words in a part may stand in. */
export function wordKeys(part: ItemPart): readonly PropertyKey[] {
  switch (part) {
    case 'subject':
      return [tags.subject];
    case 'body':
      return bodies;
    case 'from':
      return senders;
    case 'category':
      return [named.keywords];
    case 'any':
      return everywhere;
    default:
      return [];
  }
}

/** Whether a part lies beside the row. */
export function needsParts(part: ItemPart): boolean {
  return !['subject', 'body', 'from', 'category'].includes(part);
}

/** Longer texts are not searched for: against a long repetitive value that could take minutes. */
const longestText = 255;
/** Words of one term. */
export const mostWords = 20;

/** A test for words. Refuses with `query-too-large` to search for a very long text. */
export function wordsTest({ part, text, isPrefix }: WordsRestriction): (read: Read, parts: ItemParts) => boolean {
  const wanted = fold(text);
  const pieces = wanted.split(' ');
  if (text.length > longestText || pieces.length > mostWords)
    throw mailboxRefusal('query-too-large', `a text of ${text.length} characters was searched for`);
  const [, another] = pieces;
  const stands = (value: string): boolean => {
    const folded = fold(value);
    if (another === undefined) return standsInWords(folded, wanted, !isPrefix);
    return isPrefix ? beginInWords(folded, pieces) : standsInWords(folded.replace(/\s+/g, ' '), wanted, true);
  };
  return (read, parts) => {
    for (const value of textsOf(part, read, parts)) if (stands(value)) return true;
    return false;
  };
}

/** The texts of a part of an item, as far as they are looked at. */
export function* textsOf(part: ItemPart, read: Read, { recipients, attachments }: ItemParts): Generator<string> {
  const isAny = part === 'any';
  for (const key of wordKeys(part)) {
    if (key === tags.body || key === tags.bodyHtml) continue;
    const value = read(key);
    if (typeof value === 'string') yield value;
    else if (Array.isArray(value)) for (const one of value) if (typeof one === 'string') yield one;
  }
  for (const { kind, name, address } of recipients) {
    if (!isAny && part !== kind && !(part === 'participants' && kind !== 'reply-to')) continue;
    yield name;
    yield address;
  }
  if (isAny || part === 'attachment') for (const { name } of attachments) yield name;
  if (isAny || part === 'body') yield bodyText(read);
}

/** The plain body, or the words of the HTML. */
function bodyText(read: Read): string {
  const plain = read(tags.body);
  if (typeof plain === 'string' && plain !== '') return plain.slice(0, longestBody);
  const html = read(tags.bodyHtml);
  return typeof html === 'string' ? plainText(html.slice(0, longestBody)) : '';
}

/** What of a body is looked at: an index does not take all of a very long one either (the number is ours). */
const longestBody = 200_000;

const wordCharacter = /[\p{L}\p{N}\p{M}_]/u;

function inWord(value: string, index: number): boolean {
  const character = value.codePointAt(index);
  return character !== undefined && wordCharacter.test(String.fromCodePoint(character));
}

function insideWord(value: string, index: number): boolean {
  if (index <= 0 || index >= value.length || !inWord(value, index)) return false;
  return inWord(value, index - (/[\udc00-\udfff]/.test(value.charAt(index - 1)) ? 2 : 1));
}

/** Whether `wanted` begins where a word begins and, if asked for, ends where one ends. */
export function standsInWords(value: string, wanted: string, endToo: boolean): boolean {
  for (const at of wordStarts(value, wanted)) if (!(endToo && insideWord(value, at + wanted.length))) return true;
  return false;
}

/** Whether words that follow each other begin so. */
function beginInWords(value: string, pieces: readonly string[]): boolean {
  for (const start of wordStarts(value, pieces[0] ?? '')) {
    let at = start;
    const fits = pieces.every((piece, index) => {
      if (index > 0) {
        while (inWord(value, at)) at += 1;
        while (at < value.length && !inWord(value, at)) at += 1;
      }
      const begins = value.startsWith(piece, at);
      at += piece.length;
      return begins;
    });
    if (fits) return true;
  }
  return false;
}

/** Where `wanted` stands at the beginning of a word. */
function* wordStarts(value: string, wanted: string): Generator<number> {
  let at = value.indexOf(wanted);
  while (at >= 0) {
    if (!insideWord(value, at)) yield at;
    let next = at + 1;
    // What begins inside the same word cannot fit: without this, `aaa...` in `aaaa...` would take a very long time.
    while (insideWord(value, next)) next += 1;
    at = next > value.length ? -1 : value.indexOf(wanted, next);
  }
}
