import { freshProgress, type MoveRequest, type MoveTerms } from '../../shared/domain/migration/move-request.ts';
import { replicationSettings } from '../../shared/domain/migration/replication-settings.ts';
import { namedGuid } from '../../shared/kernel/ids.ts';

export const noon: number = Date.UTC(2026, 10, 1, 12);

export const plainTerms: MoveTerms = {
  ...{ remoteHost: 'mail.contoso.test', credential: null, endpoint: 'hybrid', batch: '' },
  ...{ suspend: false, suspendComment: '', canceled: false, suspendWhenReadyToComplete: false, preventCompletion: false },
  ...{ startAfter: null, completeAfter: null, incrementalSyncMs: replicationSettings.incrementalSyncMs },
  ...{ badItemLimit: 0, largeItemLimit: 0, scored: false, acceptLargeDataLoss: false, skippedItemsApproved: null },
  ...{ ignoreRuleLimitErrors: false, priority: 'Normal', completedAgeLimitMs: replicationSettings.completedAgeLimitMs, moveOptions: [] },
};

/** A request as it has just been made: due at noon. */
export function plainRequest(name: string, change: Partial<Omit<MoveRequest, 'terms'>> & { terms?: Partial<MoveTerms> } = {}): MoveRequest {
  const { terms, ...rest } = change;
  return {
    ...{
      type: 'ExchangeRemoteMove',
      guid: namedGuid('request', name),
      organization: 'tailspin',
      recipient: namedGuid('person', name),
      alias: name,
      displayName: name,
    },
    ...{ mailboxGuid: namedGuid('mailbox', name), archiveGuid: null, direction: 'Pull', parts: 'PrimaryOnly' },
    ...{ deliveryDomain: 'contoso.mail.onmicrosoft.test', targetDatabase: null, targetArchiveDatabase: null },
    ...{ createdBy: 'tailspin/Users/admin', created: noon, status: 'Queued', progress: freshProgress(noon), due: noon },
    ...{ version: 1, owner: null, lease: null, terms: { ...plainTerms, ...terms } },
    ...rest,
  };
}
