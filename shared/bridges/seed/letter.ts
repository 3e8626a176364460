import { newConversationIndex, replyConversationIndex } from '../../domain/mailbox/conversation.ts';
import { splitSubject } from '../../domain/mailbox/subject.ts';
import type { Instant } from '../../kernel/clock.ts';
import { namedGuid } from '../../kernel/ids.ts';
import type { Random } from '../../kernel/random.ts';
import type { MimeAddress, MimeAttachment, MimeMessage } from '../../protocols/mime/message.ts';
import type { MailboxOwner } from './mailbox-owner.ts';
import { samplePdf, samplePng } from './sample-files.ts';
import { projects, type Topic } from './topics.ts';

/** A generated message: who wrote it (null: somebody outside the world), who gets it, and what it says. */
export interface Letter {
  readonly id: string;
  readonly sender: MailboxOwner | null;
  readonly receivers: readonly MailboxOwner[];
  readonly date: Instant;
  readonly message: MimeMessage;
}

/** What a letter is made of; the rest follows from it. */
export interface LetterParts {
  /** The same parts under the same id make the same letter, octet for octet. */
  readonly id: string;
  readonly from: MimeAddress;
  readonly to: readonly MimeAddress[];
  readonly cc?: readonly MimeAddress[];
  readonly subject: string;
  readonly date: Instant;
  readonly paragraphs: readonly string[];
  readonly greeting: string;
  readonly closing: string;
  /** The message that this one answers. */
  readonly answers?: MimeMessage;
  readonly attachment?: Topic['attachment'];
  readonly importance?: Topic['importance'];
  readonly sensitivity?: Topic['sensitivity'];
}

/** Writes a letter as text and, for most, as HTML too. */
export function writeLetter(parts: LetterParts, random: Random): MimeMessage {
  const { id, from, to, cc = [], date, answers, paragraphs, greeting, closing } = parts;
  const names = to.map(({ name }) => name).join(', ');
  const lines = [greeting.replaceAll('{names}', names), ...paragraphs, `${closing}\r\n${from.name}`];
  const form = random.integer(10);
  const attachments = parts.attachment === undefined ? [] : [attachmentOf(parts.attachment, parts.subject, random)];
  const picture = attachments.find(({ contentId }) => contentId !== undefined);
  const html = form < 7 || picture !== undefined ? htmlOf(lines, answers, picture?.contentId) : undefined;
  const references = [answers?.references, answers?.messageId].filter((known) => known !== undefined).join(' ');
  return {
    headers: [{ name: 'Thread-Index', value: threadIndex(parts).toString('base64') }],
    from,
    replyTo: [],
    to,
    cc,
    bcc: [],
    subject: parts.subject,
    date,
    messageId: `<${namedGuid('message', id)}@${from.address.slice(from.address.indexOf('@') + 1)}>`,
    ...(answers?.messageId === undefined ? {} : { inReplyTo: answers.messageId, references }),
    ...(form === 0 && html !== undefined ? {} : { text: textOf(lines, answers) }),
    ...(html === undefined ? {} : { html }),
    attachments,
    importance: parts.importance ?? 'normal',
    sensitivity: parts.sensitivity ?? 'normal',
  };
}

/** Clients put a conversation in order by it (MS-OXCMAIL 2.2.3.2.17). */
function threadIndex({ answers, subject, date }: LetterParts): Buffer {
  const parent = answers?.headers.find(({ name }) => name === 'Thread-Index')?.value;
  return parent === undefined
    ? newConversationIndex(splitSubject(subject).normalized, date)
    : replyConversationIndex(Buffer.from(parent, 'base64'), date);
}

/** Fills in `{project}` and `{number}`: the same in all messages of a thread. */
export function filler(random: Random): (text: string) => string {
  const project = random.pick(projects);
  const number = String(10 + random.integer(40));
  return (text) => text.replaceAll('{project}', project).replaceAll('{number}', number);
}

/** A moment of a working day between 7 and 17 o'clock UTC, `daysBefore` days before `anchor` or on the Friday before that. */
export function workingMoment(anchor: Instant, daysBefore: number, random: Random): Instant {
  const midnight = anchor - daysBefore * dayMs;
  const weekday = new Date(midnight).getUTCDay();
  const back = weekday === 0 ? 2 : weekday === 6 ? 1 : 0;
  return midnight - back * dayMs + (7 * 3_600 + random.integer(10 * 3_600)) * 1_000;
}

const dayMs = 86_400_000;

function textOf(lines: readonly string[], answers: MimeMessage | undefined): string {
  const quoted =
    answers?.text === undefined
      ? []
      : [[`${answers.from?.name} <${answers.from?.address}>:`, ...answers.text.split('\r\n').map((line) => `> ${line}`)].join('\r\n')];
  return [...lines, ...quoted].join('\r\n\r\n');
}

function htmlOf(lines: readonly string[], answers: MimeMessage | undefined, picture: string | undefined): string {
  const paragraph = (line: string) => `<p>${htmlText(line).replaceAll('\r\n', '<br>')}</p>`;
  const quoted = answers?.text === undefined ? [] : [`<blockquote>${answers.text.split('\r\n\r\n').map(paragraph).join('')}</blockquote>`];
  const shown = picture === undefined ? [] : [`<p><img src="cid:${picture}" alt="" width="96" height="96"></p>`];
  const isRightToLeft = /[\u0590-\u08ff]/.test(lines[0] ?? '');
  const body = [...lines.map(paragraph), ...shown, ...quoted].join('\r\n');
  return `<html><head><meta charset="utf-8"></head><body${isRightToLeft ? ' dir="rtl"' : ''}>\r\n${body}\r\n</body></html>`;
}

function htmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function attachmentOf(kind: NonNullable<Topic['attachment']>, subject: string, random: Random): MimeAttachment {
  const number = 100 + random.integer(900);
  switch (kind) {
    case 'table': {
      const rows = Array.from({ length: 8 }, (_, row) => `${row + 1},${random.integer(500)},${random.integer(100)}%`);
      return fileOf(`figures-${number}.csv`, 'text/csv', Buffer.from(`item,amount,done\r\n${rows.join('\r\n')}\r\n`));
    }
    case 'notes':
      return fileOf(
        `notes ${number} äöü.txt`,
        'text/plain',
        Buffer.from(`${subject}\r\n\r\n1. Opening\r\n2. Open points\r\n3. Next steps\r\n`),
      );
    case 'document':
      return fileOf(
        `document-${number}.pdf`,
        'application/pdf',
        samplePdf([`Document ${number}`, 'This page was generated for a test environment.']),
      );
    case 'picture':
      return {
        filename: `picture-${number}.png`,
        contentType: 'image/png',
        contentId: `picture${number}@example.test`,
        disposition: 'inline',
        bytes: samplePng(96, random.integer(256)),
      };
  }
}

function fileOf(filename: string, contentType: string, bytes: Uint8Array): MimeAttachment {
  return { filename, contentType, disposition: 'attachment', bytes };
}
