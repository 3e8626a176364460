import type { AnywhereMail } from '../../domain/migration/batches.ts';
import { type CmdletScope, cmdletRefusal } from '../cmdlet.ts';
import { textGiven } from '../given.ts';
import { askSourceDirectory, fillingOf, isSynchronised, requireAlone } from './anywhere-batch.ts';
import type { BatchKind } from './batch-kind.ts';
import { listGivenAs } from './batch-list.ts';
import { openStaged } from './open-staged.ts';

/** The last version whose mailboxes take a target address (Exchange Server 2007). */
const newestMajor = 8;

/** Some people of a list after the other, while mail flows both ways: the tenant's mail users get mailboxes, which are filled once. */
export const stagedBatches: BatchKind<AnywhereMail> = {
  type: 'ExchangeOutlookAnywhere',
  isListed: true,
  endsItself: true,
  parameters: {},
  async content(scope, given, endpoint) {
    // What is wrong with the list is said first, as it would be.
    listGivenAs(given, 'staged');
    await requireAlone(scope, 'Staged');
    if (!(await isSynchronised(scope)))
      throw cmdletRefusal(
        'operation-failed',
        'A staged migration needs directory synchronization: it gives mailboxes to the mail users that this has made here.',
      );
    const { serverVersion } = await askSourceDirectory(scope, endpoint, { operation: 'QueryRows', after: null });
    // Published: "Office 365 Migration Solutions for Email Services".
    if (Number.parseInt(serverVersion, 10) > newestMajor)
      throw cmdletRefusal(
        'operation-failed',
        "In Exchange 2010 and Exchange 2013, the TargetAddress property can't be modified. This is the reason that staged Exchange migration doesn't support migrating Exchange 2010 and Exchange 2013 mailboxes to Exchange Online.",
      );
    return { type: 'ExchangeOutlookAnywhere', way: 'Staged' };
  },
  list: (_scope: CmdletScope, given) => {
    if ((textGiven(given, 'CSVData') ?? '') === '') throw cmdletRefusal('bad-parameter', "Upload file can't be empty");
    return Promise.resolve(listGivenAs(given, 'staged'));
  },
  async start(scope, starting) {
    const opened = await openStaged(scope, starting.user);
    if ('problem' in opened) return opened;
    return { person: opened.person, move: fillingOf(scope, starting), said: opened.said };
  },
  shown: () => ({ TargetDeliveryDomain: null }),
};
