import { readExcluded } from '../../bridges/migration/imap-exclude.ts';
import { localMailbox } from '../../domain/directory/recipient.ts';
import type { ImapMail } from '../../domain/migration/batches.ts';
import { type CmdletParameters, cmdletRefusal } from '../cmdlet.ts';
import { listGiven } from '../given.ts';
import { usualTerms } from '../move-request/terms-given.ts';
import type { BatchKind } from './batch-kind.ts';
import { listGivenAs } from './batch-list.ts';
import { nobody } from './nobody.ts';
import { termsOfUser } from './user-terms.ts';

/** Mail of IMAP servers, which comes into mailboxes that are there. */
export const imapBatches: BatchKind<ImapMail> = {
  type: 'IMAP',
  // No AutoComplete: that is for moves (page of New-MigrationBatch).
  parameters: { ExcludeFolders: 'list', CompleteAfter: 'date' },
  content: (_scope, given) =>
    Promise.resolve({
      ...{ type: 'IMAP', excludeFolders: excludedGiven(given) },
      // Nobody has to approve what an IMAP batch leaves out ("Track and prevent data loss", OfficeDocs-Exchange): it has neither limits nor a score.
      ...{ badItemLimit: null, largeItemLimit: null, scored: false },
    }),
  list: (_scope, given) => Promise.resolve(listGivenAs(given, 'imap')),
  async start(scope, { batch, user, endpoint }) {
    const person = await scope.directory(scope.organization.name).byAddress(user.address);
    if (person === undefined || localMailbox(person) === null) return { person, problem: nobody(user.address) };
    const terms = termsOfUser(usualTerms(scope, endpoint.remoteServer), batch, user);
    const nowhere = { targetDatabase: null, targetArchiveDatabase: null, deliveryDomain: '' };
    return { person, move: { ...nowhere, type: batch.type, direction: 'Pull', parts: 'PrimaryOnly', terms } };
  },
  shown: ({ excludeFolders }) => ({ ExcludeFolders: excludeFolders }),
};

/** -ExcludeFolders. Refuses with `bad-parameter` what names no folder; the sentence is ours. */
function excludedGiven(given: CmdletParameters): readonly string[] {
  const names = listGiven(given, 'ExcludeFolders') ?? [];
  const wrong = names.find((name) => readExcluded(name) === undefined);
  if (wrong === undefined) return names;
  throw cmdletRefusal(
    'bad-parameter',
    `-ExcludeFolders takes names of folders such as "Projects/2010/*" or "#DeletedItems#", not ${JSON.stringify(wrong.slice(0, 256))}.`,
  );
}
