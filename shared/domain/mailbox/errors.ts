import { Refusal } from '../../kernel/refusal.ts';

/**
 * What a mailbox may refuse. `change-key-stale`: the item was changed since the caller read it; `distinguished-folder`:
 * one of the folders that every mailbox has can be neither removed, moved nor renamed; `folder-below-itself`: a folder
 * was to be moved or copied into itself or below; `search-folder`: something was to be put into a search folder; `item-held`: a hold or single item recovery keeps what lies among the
 * recoverable items; `query-too-large`: a search that would look at more items than one request may, or for a very long text; `query-too-complex`: a query string that is too long or
 * nested; `item-read-only`: an item that was made so is to be changed; `quota-exceeded`: the mailbox, or what is recoverable in it, is as large as it may be; `folder-full`: a folder has as many
 * items as it may; `mailbox-in-transit`: another move has the mailbox; `reply-period-invalid`, `reply-too-long`: automatic replies;
 * `picture-invalid`, `picture-too-large`: photographs.
 */
export type MailboxRefusalCode =
  | 'mailbox-not-found'
  | 'mailbox-exists'
  | 'mailbox-in-transit'
  | 'folder-not-found'
  | 'folder-exists'
  | 'distinguished-folder'
  | 'folder-below-itself'
  | 'search-folder'
  | 'too-many-search-folders'
  | 'item-not-found'
  | 'item-held'
  | 'item-read-only'
  | 'attachment-not-found'
  | 'change-key-stale'
  | 'query-too-large'
  | 'query-too-complex'
  | 'quota-exceeded'
  | 'folder-full'
  | 'reply-period-invalid'
  | 'reply-too-long'
  | 'picture-invalid'
  | 'picture-too-large';

/** A refusal of the mailbox. `detail` is for the journal, never for a client. */
export function mailboxRefusal(code: MailboxRefusalCode, detail: string): Refusal<MailboxRefusalCode> {
  return new Refusal(code, { detail });
}
