import { assert } from '../../kernel/assert.ts';
import type { Instant } from '../../kernel/clock.ts';
import { meetSequence, touchScope } from '../../store/change-feed.ts';
import type { Executor } from '../../store/database.ts';
import { prepared } from '../../store/prepared.ts';
import { cancelTimer, setTimer } from '../../store/timer-table.ts';
import type { DeliveryType } from './next-hop.ts';
import { messageSequence, queueScope } from './queue.ts';

/** The kind of timer that has a queue looked at again. */
export const queueTimer = 'mail-queue';

/** A queue as whoever sends reads it. */
export interface Queue {
  readonly number: number;
  readonly delivery: DeliveryType;
  readonly connector: string;
  readonly nextHop: string;
  readonly status: 'Ready' | 'Retry' | 'Suspended';
  readonly attempts: number;
  readonly retry: Instant | null;
  readonly lastAttempt: Instant | null;
  readonly lastError: string | null;
  /** Who sends from it, and until when nobody else may; machine time. */
  readonly held: { readonly by: string; readonly until: number } | undefined;
}

/** Who sends, and for how long he may keep others from it; machine time. */
export interface Holder {
  readonly name: string;
  readonly now: number;
  readonly leaseMs: number;
}

const queues = prepared((db, p: { organization: string }) =>
  db.selectFrom('transport_queue').selectAll().where('organization', '=', p.organization).orderBy('number'),
);
const hold = prepared((db, p: { organization: string; queue: number; name: string; now: number; until: number }) =>
  db
    .updateTable('transport_queue')
    .set({ holder: p.name, lease: p.until })
    .where('organization', '=', p.organization)
    .where('number', '=', p.queue)
    .where((row) => row.or([row('holder', 'is', null), row('holder', '=', p.name), row('lease', '<=', p.now)])),
);
const renew = prepared((db, p: { organization: string; queue: number; name: string; until: number }) =>
  db
    .updateTable('transport_queue')
    .set({ lease: p.until })
    .where('organization', '=', p.organization)
    .where('number', '=', p.queue)
    .where('holder', '=', p.name),
);
const letGo = prepared((db, p: { organization: string; queue: number; name: string }) =>
  db
    .updateTable('transport_queue')
    .set({ holder: null, lease: null })
    .where('organization', '=', p.organization)
    .where('number', '=', p.queue)
    .where('holder', '=', p.name),
);
const seen = prepared((db, p: { organization: string; queue: number; at: number }) =>
  db
    .updateTable('transport_queue')
    .set({ last_attempt: p.at })
    .where('organization', '=', p.organization)
    .where('number', '=', p.queue)
    .where('delivery', '=', 'Unreachable'),
);
const anybody = prepared((db, p: { organization: string; queue: number }) =>
  db.selectFrom('transport_recipient').select('message').where('organization', '=', p.organization).where('queue', '=', p.queue).limit(1),
);
const remove = prepared((db, p: { organization: string; queue: number }) =>
  db.deleteFrom('transport_queue').where('organization', '=', p.organization).where('number', '=', p.queue),
);
const nextMoments = prepared((db, p: { organization: string; queue: number }) =>
  db
    .selectFrom('transport_recipient as r')
    .innerJoin('transport_message as m', (join) => join.onRef('m.organization', '=', 'r.organization').onRef('m.number', '=', 'r.message'))
    .select((row) => [
      row.fn.min('m.expires').as('expires'),
      row.fn.min('r.retry').as('retry'),
      row.fn.min(row.case().when('r.notified', 'is', null).then(row.ref('m.received')).end()).as('untold'),
    ])
    .where('r.organization', '=', p.organization)
    .where('r.queue', '=', p.queue),
);

/** All queues of an organisation, by number. `now`: machine time. */
export async function readQueues(executor: Executor, organization: string, now: number): Promise<readonly Queue[]> {
  const rows = await queues.all(executor, { organization });
  return rows.map((row) => ({
    ...{ number: row.number, connector: row.connector, nextHop: row.next_hop, attempts: row.attempts },
    ...{ retry: row.retry, lastAttempt: row.last_attempt, lastError: row.last_error },
    delivery: row.delivery as DeliveryType,
    status: row.status as Queue['status'],
    held: row.holder !== null && row.lease !== null && row.lease > now ? { by: row.holder, until: row.lease } : undefined,
  }));
}

/**
 * Takes a queue for one process. False: another one has it. Whoever has it renews his hold with everything that he settles; a
 * process that was killed loses it when the lease is over, or to itself when it comes back under its name.
 */
export async function holdQueue(tx: Executor, organization: string, queue: number, { name, now, leaseMs }: Holder): Promise<boolean> {
  return (await hold.run(tx, { organization, queue, name, now, until: now + leaseMs })) > 0;
}

/** Renews a hold. It having been lost is a defect: somebody else sends the same messages. */
export async function keepHolding(tx: Executor, organization: string, queue: number, { name, now, leaseMs }: Holder): Promise<void> {
  const renewed = await renew.run(tx, { organization, queue, name, until: now + leaseMs });
  assert(renewed > 0, `the queue ${queue} of ${organization} is held by another process`);
}

/** Takes from a process that has died all that it held. Wakes whoever sends. */
export async function releaseQueues(tx: Executor, organization: string, name: string): Promise<void> {
  const held = tx.updateTable('transport_queue').where('organization', '=', organization).where('holder', '=', name);
  await held.set({ holder: null, lease: null }).execute();
  touchScope(tx, queueScope(organization));
}

/** What is known of a queue after a visit. */
export interface Visit {
  /** The last attempt failed: why, and when the next one is due. */
  readonly failed?: { readonly error: string; readonly retry: Instant; readonly attempts: number } | undefined;
  /** Whether it was tried to connect at all. */
  readonly attempted: boolean;
  readonly delayMs: number;
}

/** Gives a queue back: it goes when it is empty, else a timer has it looked at when something in it is due. */
export async function releaseQueue(
  tx: Executor,
  organization: string,
  queue: number,
  holder: Holder,
  { failed, attempted, delayMs }: Visit,
  instant: Instant,
): Promise<void> {
  if (attempted) await noteAttempt(tx, organization, queue, failed, instant);
  else await seen.run(tx, { organization, queue, at: instant });
  await letGo.run(tx, { organization, queue, name: holder.name });
  const id = `${queueTimer}/${organization}/${queue}`;
  if ((await isEmpty(tx, organization, queue)) && (await remove.run(tx, { organization, queue })) > 0) {
    await cancelTimer(tx, id);
    return;
  }
  const { expires = null, retry = null, untold = null } = (await nextMoments.first(tx, { organization, queue })) ?? {};
  const own = await tx
    .selectFrom('transport_queue')
    .select(['status', 'retry'])
    .where('organization', '=', organization)
    .where('number', '=', queue)
    .executeTakeFirst();
  // A recipient's own wait is never over before its queue's.
  const attempt = own?.status === 'Suspended' ? [] : [own?.status === 'Retry' ? own.retry : retry];
  const moments = [expires, untold === null ? null : untold + delayMs, ...attempt].filter((moment) => moment !== null);
  if (moments.length > 0) await setTimer(tx, { id, due: Math.min(...moments), kind: queueTimer, payload: { organization, queue } });
}

/** What another process puts into it meanwhile is seen by one of the two: else it would wait in a queue that is not there any more. */
async function isEmpty(tx: Executor, organization: string, queue: number): Promise<boolean> {
  if ((await anybody.first(tx, { organization, queue })) !== undefined) return false;
  await meetSequence(tx, messageSequence(organization));
  return true;
}

/** A queue that is suspended meanwhile stays so. */
async function noteAttempt(tx: Executor, organization: string, queue: number, failed: Visit['failed'], instant: Instant): Promise<void> {
  const state =
    failed === undefined
      ? { attempts: 0, retry: null, last_error: null, last_attempt: instant }
      : { attempts: failed.attempts, retry: failed.retry, last_error: failed.error, last_attempt: instant };
  const own = tx.updateTable('transport_queue').where('organization', '=', organization).where('number', '=', queue);
  await own.set(state).execute();
  await own
    .set({ status: failed === undefined ? 'Ready' : 'Retry' })
    .where('status', '<>', 'Suspended')
    .execute();
}

/** Has queues tried at once: `Retry-Queue`. Wakes whoever sends. */
export async function retryQueue(tx: Executor, organization: string, queue: number): Promise<void> {
  const own = tx.updateTable('transport_queue').where('organization', '=', organization).where('number', '=', queue);
  await own.set({ retry: null }).execute();
  await own.set({ status: 'Ready' }).where('status', '=', 'Retry').execute();
  await tx
    .updateTable('transport_recipient')
    .set({ status: 'Ready', retry: null })
    .where('organization', '=', organization)
    .where('queue', '=', queue)
    .where('status', '=', 'Retry')
    .execute();
  touchScope(tx, queueScope(organization));
}

/** Stops a queue, or lets it go on: `Suspend-Queue`, `Resume-Queue`. */
export async function suspendQueue(tx: Executor, organization: string, queue: number, suspended: boolean): Promise<void> {
  const own = tx.updateTable('transport_queue').where('organization', '=', organization).where('number', '=', queue);
  if (suspended) await own.set({ status: 'Suspended' }).execute();
  else await own.set({ status: 'Ready', retry: null }).where('status', '=', 'Suspended').execute();
  touchScope(tx, queueScope(organization));
}
