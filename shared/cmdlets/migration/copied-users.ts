import type { MigrationBatch } from '../../domain/migration/batches.ts';
import { reassignMigrationUser } from '../../domain/migration/migration-users.ts';
import type { MigrationType } from '../../domain/migration/move-request.ts';
import { checkChangeable } from '../../domain/migration/move-transitions.ts';
import { mayBecome } from '../../domain/migration/request-status.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import { type CmdletParameters, type CmdletScope, cmdletRefusal, type ParameterType } from '../cmdlet.ts';
import { listGiven, numberGiven, requireOneSet, textGiven } from '../given.ts';
import { changeRequest, setting, suspending } from '../move-request/change.ts';
import { administratorOf } from '../move-request/create.ts';
import { requireMigrationUser } from './user-identity.ts';
import { termsOfUser } from './user-terms.ts';

/** What New-MigrationBatch takes for people who are in a batch already (page of New-MigrationBatch, parameter sets `Preexisting...`). */
export const copyParameters = { Users: 'list', UserIds: 'list', DisableOnCopy: 'switch' } as const satisfies Readonly<
  Record<string, ParameterType>
>;
const beside: ReadonlySet<string> = new Set([
  ...['Name', 'Users', 'UserIds', 'DisableOnCopy', 'AllowUnknownColumnsInCsv', 'AutoStart', 'AutoComplete', 'CompleteAfter'],
  ...['NotificationEmails', 'StartAfter', 'TimeZone', 'DomainController'],
]);
/** People who are named in one line, each looked up by himself; more of them go by a list. */
const mostCopied = 1_000;

/** Somebody who is taken over. */
export type CopiedUser = Awaited<ReturnType<typeof requireMigrationUser>>;

/** The people whom -Users or -UserIds names, all of one batch; undefined: there is neither. The sentences are ours. */
export async function copiedUsers(scope: CmdletScope, given: CmdletParameters): Promise<readonly CopiedUser[] | undefined> {
  const identities = listGiven(given, 'Users') ?? listGiven(given, 'UserIds');
  if (identities === undefined) {
    if (given['DisableOnCopy'] === undefined) return undefined;
    throw cmdletRefusal('bad-parameter', '-DisableOnCopy goes with -Users or -UserIds.');
  }
  requireOneSet(given, [['Users'], ['UserIds'], ['CSVData']]);
  const strange = Object.keys(given).find((name) => !beside.has(name));
  if (strange !== undefined)
    throw cmdletRefusal('bad-parameter', `-${strange} has no meaning with -Users and -UserIds: the new batch is as the one before.`);
  if (identities.length === 0 || identities.length > mostCopied)
    throw cmdletRefusal('bad-parameter', `Name 1 to ${mostCopied} users, not ${identities.length}.`);
  const found = new Map<string, CopiedUser>();
  for (const identity of identities) {
    const user = await requireMigrationUser(scope, identity);
    found.set(user.user.guid, user);
  }
  const users = [...found.values()];
  const batches = new Set(users.map(({ batch }) => batch.name));
  if (batches.size > 1)
    throw cmdletRefusal(
      'bad-parameter',
      `The users are in several batches (${[...batches].join(', ')}); copy them from one after the other.`,
    );
  const [type] = users.map(({ batch }) => batch.type);
  if (type !== undefined && !copied.has(type))
    throw cmdletRefusal('operation-failed', `Users of batches of the type ${type} are not copied by this simulation.`);
  const late = users.find(({ status }) => unmovable.has(status));
  if (late !== undefined)
    throw cmdletRefusal('operation-failed', `The user '${late.user.address}' is ${late.status} and cannot be copied into another batch.`);
  return users;
}

/** Types whose users have requests of their own; the others begin as a whole. */
const copied: ReadonlySet<MigrationType> = new Set(['ExchangeRemoteMove', 'IMAP']);

/** What cannot be taken up anew. */
const unmovable: ReadonlySet<string> = new Set(['Completing', 'Completed', 'CompletedWithWarnings', 'Removing', 'CompletionFailed']);

/** The new batch: as the old one is, with what is said of it. */
export function copiedBatch({ organization, identifiers, at }: CmdletScope, given: CmdletParameters, from: MigrationBatch): MigrationBatch {
  const { seen: _, ...kept } = from;
  const completeAfter = numberGiven(given, 'CompleteAfter') ?? null;
  return {
    ...kept,
    ...{ name: String(given['Name']), guid: identifiers.guid(), createdBy: administratorOf(organization), created: at },
    ...{ started: null, finalized: null, stopped: false, skippedItemsApproved: null },
    ...{ startAfter: numberGiven(given, 'StartAfter') ?? null, completeAfter },
    completes: given['AutoComplete'] === true || completeAfter !== null,
    notificationEmails: listGiven(given, 'NotificationEmails') ?? [],
    timeZone: textGiven(given, 'TimeZone') ?? 'UTC',
  };
}

/**
 * Takes people over, who leave their batch: nobody is in two. Their requests go along with all that they have done, and wait for the new batch's
 * start. Calls of the store only.
 */
export async function takeOverUsers(
  tx: Transaction,
  scope: CmdletScope,
  batch: MigrationBatch,
  users: readonly CopiedUser[],
): Promise<void> {
  const { organization, at } = scope;
  for (const [index, { user, request }] of users.entries()) {
    const moved = { ...user, batch: batch.name, position: index + 1 };
    await reassignMigrationUser(tx, organization.name, moved);
    if (request === undefined) continue;
    await changeRequest(
      tx,
      scope,
      request,
      checkChangeable,
      setting(at, (terms) => termsOfUser(terms, batch, moved)),
    );
    if (mayBecome(request.status, 'Suspended')) await changeRequest(tx, scope, request, () => {}, suspending(at));
  }
}
