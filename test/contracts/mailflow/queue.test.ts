import { expect, test } from 'vitest';
import type { NextHop } from '../../../shared/domain/mailflow/next-hop.ts';
import { enqueue, moveRecipient, nextMessageNumber } from '../../../shared/domain/mailflow/queue.ts';
import { type Holder, holdQueue, readQueues, releaseQueue } from '../../../shared/domain/mailflow/queue-hold.ts';
import { readMessages } from '../../../shared/domain/mailflow/queue-messages.ts';
import type { Executor, Store } from '../../../shared/store/database.ts';
import { describeOnEveryStore } from '../../support/stores.ts';

const acme = 'acme';
const holder: Holder = { name: 'one', now: 0, leaseMs: 1_000 };
const hop: NextHop = { delivery: 'DnsConnectorDelivery', connector: 'Outside', nextHop: 'fabrikam.test' };

async function put(tx: Executor, to = hop): Promise<number> {
  const { number } = await nextMessageNumber(tx, acme, 1);
  const recipients = [{ address: 'pat@fabrikam.test', hop: to }];
  const auth = { authAs: 'Anonymous', authSource: '', authMechanism: '' } as const;
  const facts = { source: 'SMTP', directionality: 'Originating', connector: 'Outside', ...auth } as const;
  const whole = { sender: 'mary@acme.test', internetMessageId: `<${number}@acme.test>`, subject: `message ${number}`, facts, recipients };
  await enqueue(tx, acme, number, { ...whole, octets: Buffer.from(`message ${number}`), expires: 1_000 }, 0);
  return number;
}

/** What a visit does that has sent all there is. */
async function empty(tx: Executor, queue: number): Promise<void> {
  await releaseQueue(tx, acme, queue, holder, { attempted: true, delayMs: 1_000 }, 0);
}

/** A queue with nothing in it that is held. */
async function emptied(store: Store): Promise<number> {
  return store.transaction(async (tx) => {
    const number = await put(tx);
    for (const table of ['transport_recipient', 'transport_message'] as const) await tx.deleteFrom(table).execute();
    const [queue] = await readQueues(tx, acme, 0);
    expect(await holdQueue(tx, acme, queue?.number ?? 0, holder)).toBe(true);
    expect(number).toBeGreaterThan(0);
    return queue?.number ?? 0;
  });
}

/** Messages that wait where somebody looks. */
async function waiting(store: Store): Promise<readonly string[]> {
  const queues = await readQueues(store.read, acme, 0);
  const found = await Promise.all(queues.map(({ number }) => readMessages(store.read, acme, { queue: number, limit: 10 })));
  return found.flat().map(({ subject }) => subject);
}

describeOnEveryStore('a queue of mail', (source) => {
  /** Runs `second` while `first` has looked and not written yet; where transactions do not run beside each other, after it. */
  const meet = async (
    store: Store,
    first: (tx: Executor) => Promise<unknown>,
    second: (tx: Executor) => Promise<unknown>,
  ): Promise<void> => {
    const other = await source.another();
    const begun = Promise.withResolvers<void>();
    const done = Promise.withResolvers<void>();
    const running = store.transaction(async (tx) => {
      await readQueues(tx, acme, 0);
      begun.resolve();
      if (source.kind === 'postgres') await done.promise;
      await first(tx);
    });
    await begun.promise;
    await other.transaction(second).finally(done.resolve);
    await running;
  };

  test('goes when it is empty, and comes again with the next message', async () => {
    const store = await source.open();
    const queue = await emptied(store);
    await store.transaction((tx) => empty(tx, queue));
    expect(await readQueues(store.read, acme, 0)).toEqual([]);
    await store.transaction((tx) => put(tx));
    expect(await waiting(store)).toEqual(['message 2']);
  });

  test('stays, or comes again, when a message comes into it at the moment at which it has become empty', async () => {
    const stays = await source.open();
    const queue = await emptied(stays);
    await meet(
      stays,
      (tx) => empty(tx, queue),
      (tx) => put(tx),
    );
    expect(await waiting(stays)).toEqual(['message 2']);
    const comes = await source.open();
    const other = await emptied(comes);
    await meet(
      comes,
      (tx) => put(tx),
      (tx) => empty(tx, other),
    );
    expect(await waiting(comes)).toEqual(['message 2']);
  });

  test('the same with one that goes another way', async () => {
    for (const movesFirst of [true, false]) {
      const store = await source.open();
      const queue = await emptied(store);
      const message = await store.transaction((tx) => put(tx, { ...hop, nextHop: 'elsewhere.test' }));
      const from = (await readQueues(store.read, acme, 0)).find(({ number }) => number !== queue)?.number ?? 0;
      const move = (tx: Executor) => moveRecipient(tx, acme, { message, position: 0, from }, hop);
      const going = (tx: Executor) => empty(tx, queue);
      await meet(store, ...((movesFirst ? [move, going] : [going, move]) as [typeof move, typeof going]));
      expect(await waiting(store)).toEqual([`message ${message}`]);
    }
  });
});
