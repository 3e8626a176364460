import { expect, test } from 'vitest';
import type { SubscriptionKind } from '../../../shared/domain/notification/subscription.ts';
import {
  addSubscription,
  getSubscription,
  holdSubscription,
  leaseSubscription,
  liveSubscription,
  noteTold,
  removeSubscription,
  type SubscriptionDraft,
} from '../../../shared/domain/notification/subscriptions.ts';
import { namedGuid } from '../../../shared/kernel/ids.ts';
import { describeOnEveryStore } from '../../support/stores.ts';
import { at, mailbox } from '../mailbox/support.ts';

const draft = (kind: SubscriptionKind, who = 'mary'): SubscriptionDraft => ({
  mailbox,
  kind,
  organization: 'acme',
  subscriber: namedGuid(who),
  position: 5,
  terms: { folders: 'all', events: ['Created'], timeoutMinutes: 10 },
});

describeOnEveryStore('subscriptions', (source) => {
  test('two of the same moment are two, and both outlive a restart', async () => {
    const store = await source.open();
    const [one, two] = await store.transaction(async (tx) => [
      await addSubscription(tx, draft('pull'), at, 9),
      await addSubscription(tx, draft('streaming'), at, 9),
    ]);
    expect(two.ticks - one.ticks).toBe(1n);
    if (source.kind === 'memory') return;
    await store.close();
    const again = await source.reopen();
    expect(await getSubscription(again.read, one)).toEqual(one);
    expect(await getSubscription(again.read, two)).toEqual(two);
  });

  test('there are no more than the subscriber may have; those that expired do not count', async () => {
    const store = await source.open();
    const add = (now: number, who?: string) => store.transaction((tx) => addSubscription(tx, draft('pull', who), now, 2));
    const first = await add(at);
    await add(at + 1);
    await expect(add(at + 2)).rejects.toMatchObject({ code: 'too-many-subscriptions' });
    await add(at + 2, 'rob');
    await expect(liveSubscription(store.read, first, at + 600_000)).rejects.toMatchObject({ code: 'subscription-expired' });
    await add(at + 600_000);
    await expect(liveSubscription(store.read, first, at)).rejects.toMatchObject({ code: 'subscription-not-found' });
  });

  test('only who holds a subscription notes what was told, and a new holder wakes the mailbox, in every process', async () => {
    const store = await source.open();
    const other = await source.another();
    const made = await store.transaction((tx) => addSubscription(tx, draft('streaming'), at, 2));
    await store.transaction((tx) => holdSubscription(tx, made, 'one', at));
    expect(await store.transaction((tx) => noteTold(tx, made, 'one', 7))).toBe(true);
    const woken = new Promise<string>((resolve) => other.changes.watch(mailbox, resolve));
    await store.transaction((tx) => holdSubscription(tx, made, 'two', at));
    expect(await woken).toBe(mailbox);
    expect(await other.transaction((tx) => noteTold(tx, made, 'one', 9))).toBe(false);
    expect(await getSubscription(other.read, made)).toMatchObject({ position: 7, holder: 'two' });
  });

  test('a lease keeps others away until it is over', async () => {
    const store = await source.open();
    const made = await store.transaction((tx) => addSubscription(tx, draft('push'), at, 2));
    const lease = (holder: string, now: number) =>
      store.transaction((tx) => leaseSubscription(tx, made, { holder, now, until: now + 100 }));
    expect(await lease('one', 1_000)).toBe(true);
    expect(await lease('two', 1_050)).toBe(false);
    expect(await lease('one', 1_050)).toBe(true);
    expect(await lease('two', 1_150)).toBe(true);
    expect(await store.transaction((tx) => removeSubscription(tx, made))).toBe(true);
    expect(await lease('two', 1_200)).toBe(false);
  });
});
