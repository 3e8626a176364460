import { expect, test } from 'vitest';
import { batchReview, reviewBatches, reviewDaily } from '../../../shared/domain/migration/batch-review.ts';
import { type BatchFrame, type MigrationBatch, migrationBatches, termsOfBatch } from '../../../shared/domain/migration/batches.ts';
import { addMigrationUsers, listMigrationUsers, saveMigrationUser } from '../../../shared/domain/migration/migration-users.ts';
import type { MoveRequest } from '../../../shared/domain/migration/move-request.ts';
import { createMoveRequest, getMoveRequest } from '../../../shared/domain/migration/move-requests.ts';
import { namedGuid } from '../../../shared/kernel/ids.ts';
import type { Store } from '../../../shared/store/database.ts';
import { nextDue } from '../../../shared/store/timer-table.ts';
import { noon, plainRequest } from '../../support/move-requests.ts';
import { describeOnEveryStore } from '../../support/stores.ts';

const organization = 'tailspin';
const day = 86_400_000;

const batch: MigrationBatch = {
  ...{ name: 'Wave1', guid: namedGuid('batch'), direction: 'Onboarding', type: 'ExchangeRemoteMove', endpoint: 'Hybrid' },
  ...{ deliveryDomain: 'contoso.mail.onmicrosoft.test', targetDatabases: [], targetArchiveDatabases: [], parts: 'PrimaryAndArchive' },
  ...{ badItemLimit: 10, largeItemLimit: 0, scored: false, moveOptions: [], startAfter: null, completeAfter: null, completes: false },
  ...{ skippedItemsApproved: null, notificationEmails: [], timeZone: 'UTC', createdBy: 'admin', created: noon, started: noon },
  ...{ finalized: null, stopped: false },
};

/** A batch of one whose request is as given. */
async function batchOf(store: Store, change: Partial<BatchFrame>, status: MoveRequest['status']): Promise<MoveRequest> {
  const made = { ...batch, ...change };
  const base = plainRequest('mary', { status, due: null, terms: { ...termsOfBatch(made), skippedItemsApproved: null } });
  const request = {
    ...base,
    progress: { ...base.progress, moments: { ...base.progress.moments, initialSeedingCompleted: noon, started: noon } },
  };
  await store.transaction(async (tx) => {
    await migrationBatches.create(tx, organization, made.name, made, noon);
    const none = { recipient: null, mailboxGuid: null, request: null, failure: null, ended: null, parts: null };
    const user = { ...none, guid: namedGuid('user'), address: 'mary@contoso.test', batch: made.name, position: 1, targetDatabase: null };
    await addMigrationUsers(tx, organization, [{ ...user, targetArchiveDatabase: null }]);
    await createMoveRequest(tx, request);
    await saveMigrationUser(tx, organization, { ...user, targetArchiveDatabase: null, request: request.guid });
    await reviewDaily(tx, organization, noon);
  });
  return request;
}

const review = (store: Store, due: number) => reviewBatches(store)({ id: 'x', kind: batchReview, payload: { organization }, due });
const batches = (store: Store) => migrationBatches.list(store.read, organization);

describeOnEveryStore('review of batches', (source) => {
  test('a batch that has been synced for sixty days is stopped, and ninety days later it is gone', async () => {
    const store = await source.open();
    const request = await batchOf(store, {}, 'Synced');
    expect((await nextDue(store.read, [batchReview], 0)).due).toBe(noon + day);
    await review(store, noon + day);
    expect((await batches(store))[0]?.value.seen).toEqual({ status: 'Synced', since: noon + day });
    await review(store, noon + 60 * day);
    expect((await batches(store))[0]?.value.stopped).toBe(false);
    await review(store, noon + 61 * day);
    expect((await batches(store))[0]?.value).toMatchObject({ stopped: true, seen: { status: 'Stopped', since: noon + 61 * day } });
    expect(await getMoveRequest(store.read, request)).toMatchObject({ status: 'Suspended', due: null, terms: { suspend: true } });
    expect((await nextDue(store.read, [batchReview], 0)).due).toBe(noon + 62 * day);
    await review(store, noon + 150 * day);
    expect(await batches(store)).toHaveLength(1);
    await review(store, noon + 151 * day);
    expect(await batches(store)).toEqual([]);
    expect(await listMigrationUsers(store.read, organization, { limit: 10 })).toEqual([]);
    // What stands of it is undone by whoever moves mailboxes.
    expect(await getMoveRequest(store.read, request)).toMatchObject({ due: noon + 151 * day, terms: { canceled: true } });
  });

  test.each([
    ['Completed', { completes: true }, 60],
    ['Failed', {}, 90],
  ] as const)('a batch that is %s goes after its days', async (status, change, days) => {
    const store = await source.open();
    const request = await batchOf(store, change, status);
    await review(store, noon + day);
    await review(store, noon + days * day);
    expect(await batches(store)).toHaveLength(1);
    await review(store, noon + (days + 1) * day);
    expect(await batches(store)).toEqual([]);
    expect((await getMoveRequest(store.read, request))?.terms.canceled ?? 'gone').toBe(status === 'Completed' ? 'gone' : true);
  });

  test('a batch that moves on begins to count anew', async () => {
    const store = await source.open();
    await batchOf(store, { seen: { status: 'Syncing', since: noon - 1_000 * day } }, 'Synced');
    await review(store, noon);
    expect((await batches(store))[0]?.value).toMatchObject({ stopped: false, seen: { status: 'Synced', since: noon } });
  });
});
