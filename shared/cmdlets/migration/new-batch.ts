import { reviewDaily } from '../../domain/migration/batch-review.ts';
import { type MigrationBatch, migrationBatches, mostBatches } from '../../domain/migration/batches.ts';
import type { ImapAccount, ListedUser, StagedAccount } from '../../domain/migration/csv-columns.ts';
import { migrationEndpoints } from '../../domain/migration/endpoints.ts';
import {
  addMigrationUsers,
  type MigrationUser,
  type SealedImapAccount,
  type SealedStagedAccount,
} from '../../domain/migration/migration-users.ts';
import { sealPassword } from '../../domain/migration/sealed-password.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import { type CmdletParameters, type CmdletScope, cmdletRefusal, type ParameterType } from '../cmdlet.ts';
import { requireObject } from '../config-object.ts';
import { listGiven, numberGiven, requireOneSet, textGiven } from '../given.ts';
import { administratorOf } from '../move-request/create.ts';
import { isScored, limitsGiven } from '../move-request/limits-given.ts';
import { batchKinds, kindFor } from './batch-kinds.ts';
import { copyParameters } from './copied-users.ts';

/** What New-MigrationBatch takes for every batch. */
const common = {
  ...{ Name: 'text', CSVData: 'octets', AllowUnknownColumnsInCsv: 'boolean', SourceEndpoint: 'text', AutoStart: 'switch' },
  ...{ StartAfter: 'date', NotificationEmails: 'list', TimeZone: 'text', Local: 'switch', DomainController: 'text' },
  ...copyParameters,
} as const satisfies Readonly<Record<string, ParameterType>>;

export const newBatchParameters: Readonly<Record<string, ParameterType>> = Object.assign(
  {},
  common,
  ...batchKinds.map(({ parameters }) => parameters),
);

/** "Default is 10 for a migration batch" (Exchange Team Blog on bad items). */
const usualBadItemLimit = 10;
/** Mailboxes of a list, in octets of the file: the shell takes no more. */
const mostUsersAtOnce = 50_000;

/** The batch that New-MigrationBatch is asked for. Refuses what its parameters cannot mean. */
export async function batchGiven(scope: CmdletScope, given: CmdletParameters): Promise<MigrationBatch> {
  const { organization, identifiers, at } = scope;
  if (given['Local'] === true)
    throw cmdletRefusal('operation-failed', 'Moves between databases of one organization are not supported by this simulation.');
  requireOneSet(given, [['SourceEndpoint'], ['TargetEndpoint']]);
  const [source, target] = [textGiven(given, 'SourceEndpoint'), textGiven(given, 'TargetEndpoint')];
  const named = source ?? target;
  if (named === undefined)
    throw cmdletRefusal('bad-parameter', 'A migration batch needs -SourceEndpoint, or -TargetEndpoint for mailboxes that leave.');
  const { value: endpoint } = await scope.transaction((tx) => requireObject(migrationEndpoints, organization, named, tx));
  const kind = kindFor(endpoint, given);
  const content = await kind.content(scope, given, endpoint);
  const completeAfter = numberGiven(given, 'CompleteAfter') ?? null;
  return {
    ...{ name: String(given['Name']), guid: identifiers.guid(), direction: source === undefined ? 'Offboarding' : 'Onboarding' },
    endpoint: endpoint.name,
    ...{ badItemLimit: usualBadItemLimit, largeItemLimit: 0, ...limitsGiven(organization, given), scored: isScored(organization) },
    ...content,
    ...{ startAfter: numberGiven(given, 'StartAfter') ?? null, completeAfter },
    completes: kind.endsItself === true || given['AutoComplete'] === true || completeAfter !== null,
    skippedItemsApproved: null,
    notificationEmails: listGiven(given, 'NotificationEmails') ?? [],
    timeZone: textGiven(given, 'TimeZone') ?? 'UTC',
    ...{ createdBy: administratorOf(organization), created: at, started: null, finalized: null, stopped: false },
  };
}

/** Writes a new batch with its people. Calls of the store only. */
export async function createBatch(tx: Transaction, scope: CmdletScope, batch: MigrationBatch, users: readonly ListedUser[]): Promise<void> {
  const { organization, at } = scope;
  const others = await migrationBatches.list(tx, organization.name);
  if (others.some(({ name }) => name.toLowerCase() === batch.name.toLowerCase()))
    throw cmdletRefusal('object-exists', 'The migration batch already exists.');
  if (others.length >= mostBatches)
    throw cmdletRefusal('operation-failed', `There are ${mostBatches} migration batches already; remove those that are done.`);
  await migrationBatches.create(tx, organization.name, batch.name, batch, at);
  await addUsers(tx, scope, batch, users, 0);
  await reviewDaily(tx, organization.name, at);
}

/** Adds people to a batch behind those that it has. Refuses one who is in some batch already; the sentence is ours. */
export async function addUsers(
  tx: Transaction,
  { organization, identifiers, at }: CmdletScope,
  batch: MigrationBatch,
  users: readonly ListedUser[],
  before: number,
): Promise<void> {
  if (before + users.length > mostUsersAtOnce) throw cmdletRefusal('operation-failed', `A batch has at most ${mostUsersAtOnce} users.`);
  const added: MigrationUser[] = [];
  for (const [index, { imap, staged, ...user }] of users.entries()) {
    const fresh = { recipient: null, mailboxGuid: null, request: null, failure: null, ended: null };
    const guid = identifiers.guid();
    const seal = (password: string): Promise<string> => sealPassword(tx, organization.name, guid, password, at);
    added.push({
      ...{ ...user, ...fresh, guid, batch: batch.name, position: before + index + 1 },
      ...(imap === undefined ? {} : { imap: await sealedImap(imap, seal) }),
      ...(staged === undefined ? {} : { staged: await sealedStaged(staged, seal) }),
    });
  }
  const taken = await addMigrationUsers(tx, organization.name, added);
  if (taken === undefined) return;
  throw cmdletRefusal(
    'object-exists',
    `The user "${taken.address}" belongs to the migration batch "${taken.batch}" already. Take the user out of that batch and try again.`,
  );
}

type Seal = (password: string) => Promise<string>;

async function sealedImap({ userName, password, root }: ImapAccount, seal: Seal): Promise<SealedImapAccount> {
  return { userName, root, sealed: await seal(password) };
}

async function sealedStaged({ password, forceChangePassword }: StagedAccount, seal: Seal): Promise<SealedStagedAccount> {
  return { forceChangePassword, sealed: password === null ? null : await seal(password) };
}
