import type { AnywhereMail } from '../../domain/migration/batches.ts';
import type { ListedUser } from '../../domain/migration/csv-columns.ts';
import { migrationEndpoints } from '../../domain/migration/endpoints.ts';
import type { DirectoryRow } from '../../protocols/rpch/directory.ts';
import { type CmdletScope, cmdletRefusal } from '../cmdlet.ts';
import { requireObject } from '../config-object.ts';
import { askSourceDirectory, fillingOf, isSynchronised, requireAlone } from './anywhere-batch.ts';
import type { BatchKind } from './batch-kind.ts';
import { provision } from './provision.ts';

/** "You can migrate up to 2,000 mailboxes" (Microsoft, "What you need to know about a cutover email migration"). */
const mostMailboxes = 2_000;
const mostEntries = 20_000;

/** Everybody of an organisation at once: its address list is made anew in the tenant, its mailboxes are copied and kept in step until the batch is completed. */
export const cutoverBatches: BatchKind<AnywhereMail> = {
  type: 'ExchangeOutlookAnywhere',
  isListed: false,
  parameters: { AutoComplete: 'switch', CompleteAfter: 'date' },
  async content(scope) {
    await requireAlone(scope, 'Cutover');
    if (await isSynchronised(scope))
      throw cmdletRefusal(
        'operation-failed',
        'A cutover migration makes the people of the tenant by itself, and directory synchronization keeps them here. Turn it off first, or migrate in stages.',
      );
    return { type: 'ExchangeOutlookAnywhere', way: 'Cutover' };
  },
  async list(scope, given, batch) {
    if (given['CSVData'] !== undefined)
      throw cmdletRefusal('bad-parameter', '-CSVData has no meaning for a cutover batch: it is for everybody.');
    const found = await entriesOf(scope, batch.endpoint);
    const users = found.flatMap(listed).toSorted((one, other) => rankOf(one) - rankOf(other));
    const mailboxes = users.filter((user) => rankOf(user) === 0).length;
    if (mailboxes > mostMailboxes)
      throw cmdletRefusal(
        'operation-failed',
        `The organization has ${mailboxes} mailboxes; a cutover migration takes ${mostMailboxes.toLocaleString('en-US')} at most.`,
      );
    if (mailboxes === 0) throw cmdletRefusal('operation-failed', 'There is no mailbox in the address list of the source.');
    scope.warn('Send As and Full Access rights, folder permissions and rules are not migrated: set them anew here.');
    return users;
  },
  async start(scope, starting) {
    const made = await provision(scope, starting.user);
    if ('problem' in made) return { person: made.person, problem: made.problem };
    return made.isFilled ? { person: made.person, move: fillingOf(scope, starting), said: made.said } : { person: made.person, done: true };
  },
  shown: () => ({ TargetDeliveryDomain: null }),
};

async function entriesOf(scope: CmdletScope, name: string): Promise<readonly DirectoryRow[]> {
  const { value: endpoint } = await scope.transaction((tx) => requireObject(migrationEndpoints, scope.organization, name, tx));
  const found: DirectoryRow[] = [];
  for (let after: string | null = null; ; ) {
    const { rows, isComplete } = await askSourceDirectory(scope, endpoint, { operation: 'QueryRows', after });
    found.push(...rows);
    const last = rows.at(-1);
    if (isComplete || last === undefined) return found;
    if (found.length >= mostEntries)
      throw cmdletRefusal(
        'operation-failed',
        `The address list of the source has more than ${mostEntries.toLocaleString('en-US')} entries.`,
      );
    after = last.guid;
  }
}

/** What entries of an address list become, in the order in which they are made: groups need their members. */
const ranks: readonly (readonly string[])[] = [
  ['UserMailbox', 'SharedMailbox', 'RoomMailbox', 'EquipmentMailbox'],
  ['MailUser', 'RemoteUserMailbox', 'RemoteSharedMailbox', 'RemoteRoomMailbox', 'RemoteEquipmentMailbox'],
  ['MailContact'],
  ['MailUniversalDistributionGroup', 'MailUniversalSecurityGroup'],
];

function rankOf({ found }: Pick<ListedUser, 'found'>): number {
  return ranks.findIndex((types) => types.includes(found?.type ?? ''));
}

/** Public folders and what has no address stay behind. */
function listed(row: DirectoryRow): readonly ListedUser[] {
  const { type, displayName, alias, legacyDn, primaryAddress: address, addresses, targetAddress, members, details } = row;
  const found = { type, displayName, alias, legacyDn, addresses, targetAddress, members, details };
  const user = { address, parts: null, targetDatabase: null, targetArchiveDatabase: null, found };
  return address === '' || rankOf(user) === -1 ? [] : [user];
}
