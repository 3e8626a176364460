import type { MigrationType } from '../../shared/domain/migration/move-request.ts';
import { Refusal } from '../../shared/kernel/refusal.ts';
import { imapMail } from './imap-mail.ts';
import type { Kind } from './kind.ts';
import { mailboxMoves } from './mailbox-moves.ts';
import { publicFolderMigrations } from './public-folders/carry.ts';

/** How the work of a request goes on, by its type. */
export const kinds: Readonly<Record<MigrationType, Kind>> = {
  ExchangeRemoteMove: mailboxMoves,
  IMAP: imapMail,
  ExchangeOutlookAnywhere: unknownHere('ExchangeOutlookAnywhere'),
  PublicFolder: publicFolderMigrations,
};

/** No cmdlet makes such a request; one that another version has left fails and can be removed. */
function unknownHere(type: MigrationType): Kind {
  const message = `Requests of the type ${type} are not supported by this simulation.`;
  return {
    carry: () => Promise.reject(new Refusal('NotSupportedPermanentException', { detail: message, values: { Message: message } })),
    undo: () => Promise.resolve(),
  };
}
