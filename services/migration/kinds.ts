import type { MigrationType } from '../../shared/domain/migration/move-request.ts';
import { anywhereMail } from './anywhere-mail.ts';
import { imapMail } from './imap-mail.ts';
import type { Kind } from './kind.ts';
import { mailboxMoves } from './mailbox-moves.ts';
import { publicFolderMigrations } from './public-folders/carry.ts';

/** How the work of a request goes on, by its type. */
export const kinds: Readonly<Record<MigrationType, Kind>> = {
  ExchangeRemoteMove: mailboxMoves,
  IMAP: imapMail,
  ExchangeOutlookAnywhere: anywhereMail,
  PublicFolder: publicFolderMigrations,
};
