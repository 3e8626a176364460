import { type BatchState, stateOfBatch, type UserState, usersOfBatch } from '../domain/migration/batch-state.ts';
import { type BatchFrame, type MigrationBatch, migrationBatches } from '../domain/migration/batches.ts';
import { type MigrationBatchStatus, migrationBatchStatuses } from '../domain/migration/migration-states.ts';
import { removeMigrationUser } from '../domain/migration/migration-users.ts';
import type { MoveRequest } from '../domain/migration/move-request.ts';
import { getMoveRequest } from '../domain/migration/move-requests.ts';
import { checkChangeable, checkSuspendable } from '../domain/migration/move-transitions.ts';
import { isOver, mayBecome } from '../domain/migration/request-status.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import { type Cmdlet, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { requireObject, requireShortName } from './config-object.ts';
import { choiceGiven, listGiven, numberGiven, textGiven } from './given.ts';
import { kindOfBatch } from './migration/batch-kinds.ts';
import { batchShown } from './migration/batch-shown.ts';
import { copiedBatch, copiedUsers, takeOverUsers } from './migration/copied-users.ts';
import { startUsers } from './migration/inject.ts';
import { addUsers, batchGiven, createBatch, newBatchParameters } from './migration/new-batch.ts';
import { termsOfUser } from './migration/user-terms.ts';
import { changeRequest, setting, suspending, synchronising } from './move-request/change.ts';
import { limitsGiven } from './move-request/limits-given.ts';
import { resultLimit } from './move-request/result-size.ts';
import { cancelRequest } from './move-request.ts';

const kinds = ['on-premises', 'cloud'] as const;
const named = { Identity: 'text', DomainController: 'text' } as const;

/**
 * `New-MigrationBatch -Name <name> -SourceEndpoint <endpoint> -TargetDeliveryDomain <domain> -CSVData <octets>`, `Start-`, `Stop-`,
 * `Complete-`, `Set-`, `Get-` and `Remove-MigrationBatch`: remote moves in and out. How far a batch is follows from the move requests
 * of its users; what happens to those behind its back shows.
 */
export const migrationBatch = {
  new: {
    kinds,
    positional: 'Name',
    parameters: newBatchParameters,
    required: ['Name'],
    async run(scope, given) {
      requireShortName(given);
      const batch = await made(scope, given);
      return [batchShown(await stateNow(scope, given['AutoStart'] === true ? await start(scope, batch) : batch))];
    },
  },
  start: verb({}, async (scope, state) => void (await start(scope, state.batch))),
  stop: verb({}, async (scope, { batch, users, status }) => {
    if (['Created', 'Completed', 'CompletedWithErrors', 'Stopped', 'Failed'].includes(status)) throw wrongState(batch, status, 'stopped');
    const isConcerned = ({ request }: Requested): boolean => mayBecome(request.status, 'Suspended');
    await save(scope, batch, { stopped: true }, (tx) =>
      changeRequests(tx, scope, users, isConcerned, checkSuspendable, () => suspending(scope.at)),
    );
  }),
  complete: verb({ SyncAndComplete: 'switch', NotificationEmails: 'list' }, complete),
  set: verb(
    {
      ...{ CSVData: 'octets', AddUsers: 'switch', AllowUnknownColumnsInCsv: 'boolean', ApproveSkippedItems: 'switch', SyncNow: 'switch' },
      ...{
        StartAfter: 'date',
        CompleteAfter: 'date',
        BadItemLimit: 'text',
        LargeItemLimit: 'text',
        MoveOptions: 'list',
        NotificationEmails: 'list',
      },
    },
    setBatch,
    ['Identity'],
  ),
  get: {
    kinds,
    positional: 'Identity',
    parameters: { ...named, Status: 'text', Endpoint: 'text', IncludeReport: 'switch', ResultSize: 'text' },
    required: [],
    async run(scope, given) {
      const identity = textGiven(given, 'Identity');
      const { organization, transaction } = scope;
      const [status, endpoint] = [choiceGiven(given, 'Status', migrationBatchStatuses), textGiven(given, 'Endpoint')?.toLowerCase()];
      const batches =
        identity === undefined
          ? await transaction((tx) => migrationBatches.list(tx, organization.name))
          : [await requireBatch(scope, identity)];
      const states: BatchState[] = [];
      for (const { value } of batches) {
        if (endpoint !== undefined && value.endpoint.toLowerCase() !== endpoint) continue;
        const state = await stateNow(scope, value);
        if (status === undefined || state.status === status) states.push(state);
      }
      return states.slice(0, resultLimit(given)).map(batchShown);
    },
  },
  remove: verb({ Force: 'switch' }, async (scope, { batch, users, status }) => {
    if (['Syncing', 'IncrementalSyncing', 'Completing', 'Stopping'].includes(status)) throw wrongState(batch, status, 'removed');
    const { organization, transaction, at } = scope;
    for (const { user, request } of users) {
      if (request !== undefined) await cancelRequest(scope, request);
      await transaction((tx) => removeMigrationUser(tx, organization.name, user.address));
    }
    await transaction(async (tx) => {
      const stored = await migrationBatches.find(tx, organization.name, batch.name);
      if (stored !== undefined) await migrationBatches.remove(tx, stored, at);
    });
  }),
} satisfies Readonly<Record<string, Cmdlet>>;

/** A new batch with its people: those of a list, or some who are in a batch already. */
async function made(scope: CmdletScope, given: CmdletParameters): Promise<MigrationBatch> {
  const copied = await copiedUsers(scope, given);
  const [first] = copied ?? [];
  if (copied !== undefined && first !== undefined) {
    const batch = copiedBatch(scope, given, first.batch);
    await scope.transaction(async (tx) => {
      await createBatch(tx, scope, batch, []);
      await takeOverUsers(tx, scope, batch, copied);
    });
    return batch;
  }
  const batch = await batchGiven(scope, given);
  const users = await kindOfBatch(batch).list(scope, given, batch);
  await scope.transaction((tx) => createBatch(tx, scope, batch, users));
  return batch;
}

function stateNow({ transaction, organization, at }: CmdletScope, batch: MigrationBatch): Promise<BatchState> {
  return stateOfBatch(transaction, organization.name, batch, at);
}

type Work = (scope: CmdletScope, state: BatchState, given: CmdletParameters) => Promise<void>;

/** A cmdlet that does something to one batch: the one that it names, or the only one that there is. */
function verb(parameters: Cmdlet['parameters'], work: Work, required: Cmdlet['required'] = []): Cmdlet {
  return {
    kinds,
    positional: 'Identity',
    parameters: { ...named, ...parameters },
    required,
    async run(scope, given) {
      const { value } = await requireBatch(scope, textGiven(given, 'Identity'));
      await work(scope, await stateNow(scope, value), given);
      return [];
    },
  };
}

async function requireBatch(scope: CmdletScope, identity: string | undefined): Promise<{ readonly value: MigrationBatch }> {
  const { organization, transaction } = scope;
  if (identity !== undefined) return transaction((tx) => requireObject(migrationBatches, organization, identity, tx));
  const [only, ...others] = await transaction((tx) => migrationBatches.list(tx, organization.name));
  if (only === undefined || others.length > 0)
    throw cmdletRefusal(
      'bad-parameter',
      `There are ${only === undefined ? 'no' : others.length + 1} migration batches: name one by -Identity.`,
    );
  return only;
}

/** Changes a batch as it stands, and answers it. `besides`: what holds with it or not at all, whenever the process ends. */
async function save(
  scope: CmdletScope,
  batch: MigrationBatch,
  change: Partial<BatchFrame>,
  besides: (tx: Transaction, saved: MigrationBatch) => Promise<void> = async () => {},
): Promise<MigrationBatch> {
  const { organization, transaction, at } = scope;
  return transaction(async (tx) => {
    const stored = await requireObject(migrationBatches, organization, batch.name, tx);
    const value = { ...stored.value, ...change };
    await migrationBatches.replace(tx, stored, value, at);
    await besides(tx, value);
    return value;
  });
}

async function start(scope: CmdletScope, batch: MigrationBatch): Promise<MigrationBatch> {
  const started = await save(scope, batch, { started: batch.started ?? scope.at, stopped: false });
  await startUsers(scope, started, await usersOfBatch(scope.transaction, scope.organization.name, started));
  return started;
}

type Requested = Pick<UserState, 'user'> & { readonly request: MoveRequest };

/** Does the same to the requests of all users whom it concerns, as they stand in the transaction. */
async function changeRequests(
  tx: Transaction,
  scope: CmdletScope,
  users: readonly UserState[],
  concerns: (state: Requested) => boolean,
  check: Parameters<typeof changeRequest>[3],
  change: (state: Requested) => Parameters<typeof changeRequest>[4],
): Promise<void> {
  for (const { user, request: seen } of users) {
    const request = seen === undefined ? undefined : await getMoveRequest(tx, { organization: scope.organization.name, guid: seen.guid });
    if (request === undefined || isOver(request.status) || !concerns({ user, request })) continue;
    await changeRequest(tx, scope, request, check, change({ user, request }));
  }
}

const completable: readonly MigrationBatchStatus[] = [
  'Synced',
  'SyncedWithErrors',
  'IncrementalSyncing',
  'CompletedWithErrors',
  'Failed',
  'Completing',
];

async function complete(scope: CmdletScope, { batch, users, status, counts }: BatchState, given: CmdletParameters): Promise<void> {
  if (!completable.includes(status)) throw wrongState(batch, status, 'completed');
  if (given['SyncAndComplete'] === true && counts.Failed + counts.Stopped > 0)
    throw cmdletRefusal(
      'operation-failed',
      `${counts.Failed + counts.Stopped} users of the batch '${batch.name}' have failed or are stopped.`,
    );
  await kindOfBatch(batch).mayComplete?.(scope, batch, users);
  const emails = listGiven(given, 'NotificationEmails');
  const change = { completes: true, completeAfter: scope.at, finalized: scope.at };
  const whole = emails === undefined ? change : { ...change, notificationEmails: emails };
  await save(scope, batch, whole, (tx, completing) => applyTerms(tx, scope, completing, users));
}

/** Gives the terms of a batch to the requests of its users; those that are being completed keep theirs. */
async function applyTerms(tx: Transaction, scope: CmdletScope, batch: MigrationBatch, users: readonly UserState[]): Promise<void> {
  await changeRequests(
    tx,
    scope,
    users,
    ({ request }) => request.status !== 'CompletionInProgress' && !request.terms.canceled,
    checkChangeable,
    ({ user }) => setting(scope.at, (terms) => termsOfUser(terms, batch, user)),
  );
}

async function setBatch(scope: CmdletScope, { batch, users, status }: BatchState, given: CmdletParameters): Promise<void> {
  const csv = textGiven(given, 'CSVData');
  if (csv !== undefined) {
    if (given['AddUsers'] !== true && status !== 'Created') throw wrongState(batch, status, 'given another list of users');
    await changeList(scope, batch, users, given);
  }
  const [startAfter, completeAfter] = [numberGiven(given, 'StartAfter'), numberGiven(given, 'CompleteAfter')];
  const notificationEmails = listGiven(given, 'NotificationEmails');
  const change = {
    ...kindOfBatch(batch).change?.(given),
    ...limitsGiven(scope.organization, given),
    ...(startAfter === undefined ? {} : { startAfter }),
    ...(completeAfter === undefined ? {} : { completeAfter, completes: true }),
    ...(notificationEmails === undefined ? {} : { notificationEmails }),
    ...(given['ApproveSkippedItems'] === true ? { skippedItemsApproved: scope.at } : {}),
  };
  const isSynced = ({ request }: Requested): boolean => request.status === 'Synced';
  const changed = await save(scope, batch, change, async (tx, saved) => {
    await applyTerms(tx, scope, saved, users);
    if (given['SyncNow'] === true) await changeRequests(tx, scope, users, isSynced, checkChangeable, () => synchronising(scope.at));
  });
  if (csv !== undefined && changed.started !== null && !changed.stopped)
    await startUsers(scope, changed, await usersOfBatch(scope.transaction, scope.organization.name, changed));
}

/** Adds the people of a list who are not in the batch yet; without -AddUsers the list takes the place of the one before. */
async function changeList(scope: CmdletScope, batch: MigrationBatch, users: readonly UserState[], given: CmdletParameters): Promise<void> {
  const listed = await kindOfBatch(batch).list(scope, given, batch);
  const known = new Set(users.map(({ user }) => user.address.toLowerCase()));
  const replaces = given['AddUsers'] !== true;
  await scope.transaction(async (tx) => {
    if (replaces) for (const { user } of users) await removeMigrationUser(tx, scope.organization.name, user.address);
    const added = replaces ? listed : listed.filter(({ address }) => !known.has(address.toLowerCase()));
    const last = replaces ? 0 : users.reduce((most, { user }) => Math.max(most, user.position), 0);
    await addUsers(tx, scope, batch, added, last);
  });
}

/** The sentence is ours. */
function wrongState({ name }: MigrationBatch, status: MigrationBatchStatus, what: string): Error {
  return cmdletRefusal('operation-failed', `The migration batch '${name}' is ${status} and cannot be ${what} now.`);
}
