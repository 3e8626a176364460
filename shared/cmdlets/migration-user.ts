import { type UserState, usersOfBatch } from '../domain/migration/batch-state.ts';
import { migrationBatches } from '../domain/migration/batches.ts';
import { migrationUserStatuses, migrationUserSummaries, summaryOf } from '../domain/migration/migration-states.ts';
import { type MigrationUser, removeMigrationUser, saveMigrationUser } from '../domain/migration/migration-users.ts';
import { checkChangeable } from '../domain/migration/move-transitions.ts';
import { isOver } from '../domain/migration/request-status.ts';
import { type Cmdlet, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { requireObject } from './config-object.ts';
import { choiceGiven, guidGiven, numberGiven, requireOneSet, textGiven } from './given.ts';
import { requireMigrationUser } from './migration/user-identity.ts';
import { userShown, userStatisticsShown } from './migration/user-shown.ts';
import { termsOfUser } from './migration/user-terms.ts';
import { changeRequest, setting, synchronising } from './move-request/change.ts';
import { limitsGiven } from './move-request/limits-given.ts';
import { reportShown, skippedItemsShown, wholeReport } from './move-request/report-shown.ts';
import { resultLimit } from './move-request/result-size.ts';
import { cancelRequest } from './move-request.ts';

const kinds = ['on-premises', 'cloud'] as const;

/** `Get-MigrationUser [[-Identity] <address>] [-BatchId <batch>] [-Status ...]`, `Set-` and `Remove-MigrationUser`: people in batches. */
export const migrationUser = {
  get: {
    kinds,
    positional: 'Identity',
    parameters: {
      ...{ Identity: 'text', EmailAddress: 'text', MailboxGuid: 'text', BatchId: 'text', Status: 'text', StatusSummary: 'text' },
      ...{ ResultSize: 'text', DomainController: 'text' },
    },
    required: [],
    async run(scope, given) {
      requireOneSet(given, [['Identity'], ['EmailAddress'], ['MailboxGuid'], ['BatchId', 'Status', 'StatusSummary']]);
      const identity = textGiven(given, 'Identity') ?? textGiven(given, 'EmailAddress') ?? guidGiven(given, 'MailboxGuid');
      if (identity !== undefined) return [userShown(await requireMigrationUser(scope, identity))];
      const status = choiceGiven(given, 'Status', migrationUserStatuses);
      const summary = choiceGiven(given, 'StatusSummary', migrationUserSummaries);
      const users = (await usersIn(scope, textGiven(given, 'BatchId'))).filter(
        (user) => (status === undefined || user.status === status) && (summary === undefined || summaryOf(user.status) === summary),
      );
      return users.slice(0, resultLimit(given)).map(userShown);
    },
  },
  set: {
    kinds,
    positional: 'Identity',
    parameters: {
      ...{ Identity: 'text', ApproveSkippedItems: 'switch', SyncNow: 'switch', StartAfter: 'date', CompleteAfter: 'date' },
      ...{ BadItemLimit: 'text', LargeItemLimit: 'text', DomainController: 'text' },
    },
    required: ['Identity'],
    async run(scope, given) {
      const { user, request, batch } = await requireMigrationUser(scope, String(given['Identity']));
      const [startAfter, completeAfter] = [numberGiven(given, 'StartAfter'), numberGiven(given, 'CompleteAfter')];
      const changed: MigrationUser = {
        ...{ ...user, ...limitsGiven(scope.organization, given) },
        ...(startAfter === undefined ? {} : { startAfter }),
        ...(completeAfter === undefined ? {} : { completeAfter }),
        ...(given['ApproveSkippedItems'] === true ? { skippedItemsApproved: scope.at } : {}),
      };
      await scope.transaction(async (tx) => {
        await saveMigrationUser(tx, scope.organization.name, changed);
        if (request === undefined || isOver(request.status)) return;
        await changeRequest(
          tx,
          scope,
          request,
          checkChangeable,
          setting(scope.at, (terms) => termsOfUser(terms, batch, changed)),
        );
        if (given['SyncNow'] === true && request.status === 'Synced')
          await changeRequest(tx, scope, request, checkChangeable, synchronising(scope.at));
      });
      return [];
    },
  },
  remove: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', Force: 'switch', DomainController: 'text' },
    required: ['Identity'],
    async run(scope, given) {
      const { user, request, status } = await requireMigrationUser(scope, String(given['Identity']));
      // The sentence is ours.
      if (status === 'Completing')
        throw cmdletRefusal('operation-failed', `The user '${user.address}' is Completing and cannot be removed now.`);
      if (request !== undefined) await cancelRequest(scope, request);
      await scope.transaction((tx) => removeMigrationUser(tx, scope.organization.name, user.address));
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

/** `Get-MigrationUserStatistics <address> [-IncludeReport] [-IncludeSkippedItems]`. */
export const migrationUserStatistics = {
  get: {
    kinds,
    positional: 'Identity',
    parameters: {
      ...{
        Identity: 'text',
        IncludeReport: 'switch',
        IncludeSkippedItems: 'switch',
        LimitSkippedItemsTo: 'integer',
        DiagnosticInfo: 'text',
      },
      DomainController: 'text',
    },
    required: ['Identity'],
    async run(scope, given) {
      const state = await requireMigrationUser(scope, String(given['Identity']));
      const { request } = state;
      const [report, skipped] = [given['IncludeReport'] === true, given['IncludeSkippedItems'] === true];
      const entries = request !== undefined && (report || skipped) ? await wholeReport(scope, request) : [];
      return [
        {
          ...userStatisticsShown(state, scope.at),
          ...(report && request !== undefined ? { Report: reportShown(request, entries) } : {}),
          ...(skipped
            ? { SkippedItems: skippedItemsShown(entries).slice(0, numberGiven(given, 'LimitSkippedItemsTo') ?? entries.length) }
            : {}),
        },
      ];
    },
  } satisfies Cmdlet,
};

/** Everybody in a batch, or in all of them. */
export async function usersIn(scope: CmdletScope, batch: string | undefined): Promise<readonly UserState[]> {
  const { organization, transaction } = scope;
  const batches =
    batch === undefined
      ? await transaction((tx) => migrationBatches.list(tx, organization.name))
      : [await transaction((tx) => requireObject(migrationBatches, organization, batch, tx))];
  const users: UserState[] = [];
  for (const { value } of batches) users.push(...(await usersOfBatch(scope.transaction, scope.organization.name, value)));
  return users;
}
