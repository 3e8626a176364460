import { named, type PropertyKey, tags } from '../../kernel/mapi.ts';
import type { ItemTable } from '../../store/schema.ts';
import { columnsOf, integerOf, type PropertyColumn, selected } from './column.ts';
import { splitSubject } from './subject.ts';

/** An item as it was read: what identifies it, and the columns that were asked for. */
export type ItemRow = Pick<ItemTable, 'counter' | 'folder' | 'change_number' | 'class'> & Partial<ItemTable>;

/** Bits of PidTagMessageFlags (MS-OXCMSG 2.2.1.6). */
export const mfRead = 0x01;
export const mfUnsent = 0x08;
const mfHasAttach = 0x10;
export const mfAssociated = 0x40;
/** The bits that have columns of their own. */
export const mfInColumns = mfRead | mfHasAttach | mfAssociated;

const { text, integer, boolean } = columnsOf<ItemRow>();

const table: readonly PropertyColumn<ItemRow>[] = [
  text(tags.messageClass, 'class', { absent: '' }),
  text(tags.subject, 'subject', { fold: 'subject_fold' }),
  text(tags.senderName, 'sender_name'),
  text(tags.senderSmtpAddress, 'sender_address'),
  text(tags.sentRepresentingName, 'from_name', { fold: 'from_fold' }),
  text(tags.sentRepresentingSmtpAddress, 'from_address'),
  integer(tags.messageDeliveryTime, 'received'),
  integer(tags.clientSubmitTime, 'sent'),
  integer(named.appointmentStartWhole, 'starts'),
  integer(named.appointmentEndWhole, 'ends'),
  integer(named.clipEnd, 'clip_end'),
  {
    key: named.recurring,
    columns: ['recurring'],
    read: (row) => {
      const recurring = selected(row, 'recurring');
      return recurring === null ? undefined : recurring === 1;
    },
    write: (value) => ({ recurring: typeof value === 'boolean' ? Number(value) : null }),
    search: { kind: 'number', expression: 'recurring', boolean: true },
  },
  integer(tags.creationTime, 'created', { absent: 0 }),
  integer(tags.lastModificationTime, 'modified', { absent: 0 }),
  integer(tags.importance, 'importance', { absent: 1 }),
  integer(tags.sensitivity, 'sensitivity', { absent: 0 }),
  boolean(tags.read, 'is_read'),
  text(tags.internetMessageId, 'internet_message_id', { exact: true }),
  // Computed by the mailbox.
  text(tags.displayTo, 'display_to', { computed: true }),
  text(tags.displayCc, 'display_cc', { computed: true }),
  integer(tags.messageSize, 'size', { computed: true }),
  integer(tags.internetArticleNumber, 'article_number', { computed: true }),
  boolean(tags.hasAttachments, 'has_attachments', { computed: true }),
  {
    key: tags.messageFlags,
    columns: ['flags', 'is_read', 'has_attachments', 'associated'],
    read: (row) =>
      selected(row, 'flags') |
      (selected(row, 'is_read') * mfRead) |
      (selected(row, 'has_attachments') * mfHasAttach) |
      (selected(row, 'associated') * mfAssociated),
    write(value) {
      const flags = integerOf(value) ?? 0;
      return { flags: flags & ~mfInColumns, is_read: flags & mfRead };
    },
    search: { kind: 'number', expression: '(flags | is_read | (has_attachments * 16) | (associated * 64))', boolean: false },
  },
  {
    key: tags.subjectPrefix,
    columns: ['subject'],
    read: (row) => readSubject(row)?.prefix,
  },
  {
    key: tags.normalizedSubject,
    columns: ['subject'],
    read: (row) => readSubject(row)?.normalized,
  },
  {
    key: tags.conversationId,
    columns: ['conversation'],
    read: (row) => {
      const conversation = selected(row, 'conversation');
      return conversation === null ? undefined : Buffer.from(conversation, 'hex').toString('base64');
    },
  },
];

function readSubject(row: ItemRow): { prefix: string; normalized: string } | undefined {
  const subject = selected(row, 'subject');
  return subject === null ? undefined : splitSubject(subject);
}

/** Properties of an item that lie in columns; all others lie in its bag. */
export const itemColumns: ReadonlyMap<PropertyKey, PropertyColumn<ItemRow>> = new Map(table.map((column) => [column.key, column]));
