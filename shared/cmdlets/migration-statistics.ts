import { mostBatches } from '../domain/migration/batches.ts';
import { endpointLimits } from '../domain/migration/endpoints.ts';
import { summaryOf } from '../domain/migration/migration-states.ts';
import type { Cmdlet } from './cmdlet.ts';
import { usersIn } from './migration-user.ts';

const kinds = ['on-premises', 'cloud'] as const;

/** `Get-MigrationStatistics`: everybody in all batches, counted. */
export const migrationStatistics = {
  get: {
    kinds,
    parameters: { DomainController: 'text' },
    required: [],
    async run(scope) {
      const users = await usersIn(scope, undefined);
      const count = (...summaries: readonly string[]): number => users.filter(({ status }) => summaries.includes(summaryOf(status))).length;
      return [
        {
          ...{
            Identity: scope.organization.name,
            MigrationType: 'ExchangeRemoteMove',
            TotalCount: users.length,
            ActiveCount: count('Active'),
          },
          ...{
            StoppedCount: count('Stopped'),
            SyncedCount: count('Synced', 'Completed'),
            FinalizedCount: count('Completed'),
            FailedCount: count('Failed'),
          },
          ...{ PendingCount: users.filter(({ request }) => request === undefined).length, IsValid: true },
        },
      ];
    },
  } satisfies Cmdlet,
};

/** `Get-MigrationConfig`: what batches and endpoints are bounded by. */
export const migrationConfig = {
  get: {
    kinds,
    parameters: { DomainController: 'text' },
    required: [],
    run: ({ organization }) =>
      Promise.resolve([
        {
          ...{
            Identity: organization.name,
            MaxNumberOfBatches: mostBatches,
            MaxConcurrentMigrations: endpointLimits.mostOfType,
            CanSubmitNewBatch: true,
          },
          ...{ SupportsCutover: false, Features: ['MultiBatch'], IsValid: true },
        },
      ]),
  } satisfies Cmdlet,
};
