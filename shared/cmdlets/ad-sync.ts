import { runSyncCycle, type SyncRefusalCode } from '../bridges/directory-sync/cycle.ts';
import { synchronisationName, synchronisationSettings, usualSynchronisation } from '../domain/directory/synchronisation.ts';
import { Refusal } from '../kernel/refusal.ts';
import { type Cmdlet, cmdletRefusal } from './cmdlet.ts';
import { choiceGiven, numberGiven } from './given.ts';

const kinds: Cmdlet['kinds'] = ['on-premises'];
/** The names of Microsoft Entra Connect's own parameters. */
const parameterNames = {
  exchangeMailPublicFolder: 'Microsoft.OptionalFeature.ExchangeMailPublicFolder',
  deletionThreshold: 'Microsoft.OptionalFeature.ExportDeletionThresholdValue',
} as const;

/**
 * `Start-ADSyncSyncCycle -PolicyType Delta`: directory synchronisation with the tenant that shares a domain. In life it runs
 * on a server of its own and goes on in the background; here it is over when the cmdlet is. Both policies compare both
 * directories as a whole. It never runs by itself.
 */
export const startAdSyncSyncCycle: Cmdlet = {
  kinds,
  parameters: { PolicyType: 'text' },
  required: [],
  async run(scope, given) {
    choiceGiven(given, 'PolicyType', ['Delta', 'Initial', 'Unspecified']);
    try {
      const { errors, tenant } = await runSyncCycle(scope);
      if (errors > 0) scope.warn(`${errors} values could not be synchronised: Get-MsolDirSyncProvisioningError in ${tenant} shows them.`);
      return [{ Result: 'Success' }];
    } catch (error) {
      const code = error instanceof Refusal ? (error as Refusal<SyncRefusalCode>).code : undefined;
      if (code === 'no-tenant' || code === 'deletion-threshold') throw cmdletRefusal('operation-failed', (error as Refusal).detail ?? code);
      throw error;
    }
  },
};

export const getAdSyncScheduler: Cmdlet = {
  kinds,
  parameters: {},
  required: [],
  run: () =>
    Promise.resolve([
      {
        AllowedSyncCycleInterval: '00:30:00',
        CurrentlyEffectiveSyncCycleInterval: '00:30:00',
        CustomizedSyncCycleInterval: null,
        NextSyncCyclePolicyType: 'Delta',
        PurgeRunHistoryInterval: '7.00:00:00',
        SyncCycleEnabled: false,
        MaintenanceEnabled: false,
        StagingModeEnabled: false,
        SchedulerSuspended: false,
        SyncCycleInProgress: false,
      },
    ]),
};

/**
 * `Set-ADSyncGlobalSettings -ExchangeMailPublicFolder $true`: in life the object of the Get- is changed and handed to the
 * Set-, or the wizard does it ("Exchange Mail Public Folders", `Enable-ADSyncExportDeletionThreshold`); here they are parameters.
 */
export const adSyncGlobalSettings = {
  get: {
    kinds,
    parameters: {},
    required: [],
    async run({ organization, transaction }) {
      const stored = await transaction((tx) => synchronisationSettings.find(tx, organization.name, synchronisationName));
      const settings = { ...usualSynchronisation, ...stored?.value };
      return [
        { Name: parameterNames.exchangeMailPublicFolder, Value: settings.exchangeMailPublicFolder ? 'True' : 'False' },
        { Name: parameterNames.deletionThreshold, Value: String(settings.deletionThreshold) },
      ];
    },
  },
  set: {
    kinds,
    parameters: { ExchangeMailPublicFolder: 'boolean', ExportDeletionThresholdValue: 'integer' },
    required: [],
    async run({ organization, transaction, at }, given) {
      const threshold = numberGiven(given, 'ExportDeletionThresholdValue');
      if (threshold !== undefined && threshold < 0) throw cmdletRefusal('bad-parameter', '-ExportDeletionThresholdValue takes 0 or more.');
      const option = given['ExchangeMailPublicFolder'];
      await transaction(async (tx) => {
        const stored = await synchronisationSettings.find(tx, organization.name, synchronisationName);
        const settings = {
          ...usualSynchronisation,
          ...stored?.value,
          ...(typeof option === 'boolean' ? { exchangeMailPublicFolder: option } : {}),
          ...(threshold === undefined ? {} : { deletionThreshold: threshold }),
        };
        if (stored === undefined) await synchronisationSettings.create(tx, organization.name, synchronisationName, settings, at);
        else await synchronisationSettings.replace(tx, stored, settings, at);
      });
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;
