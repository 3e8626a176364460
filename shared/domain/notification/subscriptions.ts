import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { nextSequence, touchScope } from '../../store/change-feed.ts';
import type { Executor } from '../../store/database.ts';
import { prepared } from '../../store/prepared.ts';
import type { SubscriptionTable } from '../../store/schema.ts';
import { storableJson } from '../../store/storable.ts';
import { notificationRefusal } from './errors.ts';
import { expiryOf, type Subscription, type SubscriptionKey, type SubscriptionKind, type SubscriptionTerms } from './subscription.ts';

/** The scope that wakes those who call subscribers: there is one more, or one less. */
export const pushScope = 'push-subscriptions';

/** A subscription that is asked for. */
export type SubscriptionDraft = Omit<Subscription, 'ticks' | 'expires' | 'holder'>;

interface RowKey {
  readonly mailbox: string;
  readonly ticks: string;
}

const byKey = prepared((db, p: RowKey) =>
  db.selectFrom('subscription').selectAll().where('mailbox', '=', p.mailbox).where('ticks', '=', p.ticks),
);
const ofKind = prepared((db, p: { kind: string }) =>
  db.selectFrom('subscription').selectAll().where('kind', '=', p.kind).orderBy('mailbox').orderBy('ticks'),
);
const ofSubscriber = prepared((db, p: { organization: string; subscriber: string }) =>
  db
    .selectFrom('subscription')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('organization', '=', p.organization)
    .where('subscriber', '=', p.subscriber),
);
const lastOf = prepared((db, p: { mailbox: string }) =>
  db.selectFrom('subscription').select('ticks').where('mailbox', '=', p.mailbox).orderBy('ticks', 'desc').limit(1),
);
const insert = prepared((db, p: Omit<SubscriptionTable, 'holder' | 'lease'>) =>
  db.insertInto('subscription').values({
    mailbox: p.mailbox,
    ticks: p.ticks,
    kind: p.kind,
    organization: p.organization,
    subscriber: p.subscriber,
    position: p.position,
    expires: p.expires,
    terms: p.terms,
    holder: null,
    lease: null,
  }),
);
const remove = prepared((db, p: RowKey) => db.deleteFrom('subscription').where('mailbox', '=', p.mailbox).where('ticks', '=', p.ticks));
const removeExpired = prepared((db, p: { now: number }) => db.deleteFrom('subscription').where('expires', '<=', p.now));
const served = prepared((db, p: RowKey & { position: number; expires: number }) =>
  db
    .updateTable('subscription')
    .set({ position: p.position, expires: p.expires })
    .where('mailbox', '=', p.mailbox)
    .where('ticks', '=', p.ticks),
);
const hold = prepared((db, p: RowKey & { holder: string; expires: number }) =>
  db
    .updateTable('subscription')
    .set({ holder: p.holder, expires: p.expires })
    .where('mailbox', '=', p.mailbox)
    .where('ticks', '=', p.ticks),
);
const toldBy = prepared((db, p: RowKey & { holder: string; position: number }) =>
  db
    .updateTable('subscription')
    .set({ position: p.position })
    .where('mailbox', '=', p.mailbox)
    .where('ticks', '=', p.ticks)
    .where('holder', '=', p.holder),
);
const lend = prepared((db, p: RowKey & { holder: string; lease: number; now: number }) =>
  db
    .updateTable('subscription')
    .set({ holder: p.holder, lease: p.lease })
    .where('mailbox', '=', p.mailbox)
    .where('ticks', '=', p.ticks)
    .where((row) => row.or([row('holder', 'is', null), row('holder', '=', p.holder), row('lease', '<=', p.now)])),
);
const logEnd = prepared((db, p: { scope: string }) => db.selectFrom('change_counter').select('last').where('scope', '=', p.scope));

/** Where the log of a mailbox ends: everything up to there has been committed. */
export async function endOfLog(executor: Executor, mailbox: Guid): Promise<number> {
  return (await logEnd.first(executor, { scope: mailbox }))?.last ?? 0;
}

/**
 * Adds a subscription; those of everybody that have expired go. Refuses with `too-many-subscriptions`.
 *
 * @param most how many the subscriber may have
 */
export async function addSubscription(tx: Executor, draft: SubscriptionDraft, now: Instant, most: number): Promise<Subscription> {
  const { mailbox, organization, subscriber, kind, terms } = draft;
  await nextSequence(tx, `subscriber:${subscriber}`);
  await nextSequence(tx, `subscriptions:${mailbox}`);
  await removeExpired.run(tx, { now });
  const { count } = (await ofSubscriber.first(tx, { organization, subscriber })) ?? { count: 0 };
  if (Number(count) >= most) throw notificationRefusal('too-many-subscriptions', `${subscriber} has ${count} subscriptions`);
  const last = await lastOf.first(tx, { mailbox });
  const ticks = laterTicks(now, last === undefined ? undefined : BigInt(last.ticks));
  const made: Subscription = { ...draft, ticks, expires: expiryOf(kind, terms, now), holder: null };
  const { position, expires } = made;
  await insert.run(tx, { ...rowKey(made), kind, organization, subscriber, position, expires, terms: storableJson(terms) });
  if (kind === 'push') touchScope(tx, pushScope);
  return made;
}

/** The subscription with that key; undefined when there is none. */
export async function getSubscription(executor: Executor, key: SubscriptionKey): Promise<Subscription | undefined> {
  const row = await byKey.first(executor, rowKey(key));
  return row === undefined ? undefined : subscriptionOf(row);
}

/**
 * The subscription with that key, if it lives. Refuses with `subscription-not-found`, and with `subscription-expired`
 * where it ended by time and nobody has taken it away yet.
 */
export async function liveSubscription(executor: Executor, key: SubscriptionKey, now: Instant): Promise<Subscription> {
  const found = await getSubscription(executor, key);
  if (found === undefined) throw notificationRefusal('subscription-not-found', `subscription ${key.ticks} of mailbox ${key.mailbox}`);
  if (found.expires !== null && found.expires <= now)
    throw notificationRefusal('subscription-expired', `subscription ${key.ticks} of mailbox ${key.mailbox}`);
  return found;
}

/** All subscriptions whose subscribers are called. */
export async function pushSubscriptions(executor: Executor): Promise<Subscription[]> {
  return (await ofKind.all(executor, { kind: 'push' })).map(subscriptionOf);
}

/** Takes a subscription away; false when there was none. Whoever follows the mailbox is woken. */
export async function removeSubscription(tx: Executor, key: SubscriptionKey): Promise<boolean> {
  const gone = (await remove.run(tx, rowKey(key))) > 0;
  if (gone) for (const scope of [key.mailbox, pushScope]) touchScope(tx, scope);
  return gone;
}

/** Notes that a subscriber asked, and what he was told: his time begins again. */
export async function keepAlive(tx: Executor, subscription: Subscription, position: number, now: Instant): Promise<void> {
  const { kind, terms } = subscription;
  await served.run(tx, { ...rowKey(subscription), position, expires: expiryOf(kind, terms, now) ?? now });
}

/** Makes a connection the one that tells; whoever told before is woken and sees that he does not any more. */
export async function holdSubscription(tx: Executor, key: SubscriptionKey, holder: string, expires: Instant): Promise<void> {
  await hold.run(tx, { ...rowKey(key), holder, expires });
  touchScope(tx, key.mailbox);
}

/** Notes what has been told; false when somebody else tells now. */
export async function noteTold(tx: Executor, key: SubscriptionKey, holder: string, position: number): Promise<boolean> {
  return (await toldBy.run(tx, { ...rowKey(key), holder, position })) > 0;
}

/** Makes a process the one that calls, unless another that lives does. `now` and `until` are machine time. */
export async function leaseSubscription(
  tx: Executor,
  key: SubscriptionKey,
  { holder, now, until }: { readonly holder: string; readonly now: number; readonly until: number },
): Promise<boolean> {
  return (await lend.run(tx, { ...rowKey(key), holder, now, lease: until })) > 0;
}

/** Ticks of 1970-01-01. */
const unixEpochTicks = 621_355_968_000_000_000n;

function laterTicks(now: Instant, last: bigint | undefined): bigint {
  const ticks = unixEpochTicks + BigInt(now) * 10_000n;
  return last === undefined || ticks > last ? ticks : last + 1n;
}

/** 20 digits, so that the order of text is that of the numbers. */
function rowKey({ mailbox, ticks }: SubscriptionKey): RowKey {
  return { mailbox, ticks: String(ticks).padStart(20, '0') };
}

function subscriptionOf(row: SubscriptionTable): Subscription {
  return {
    mailbox: row.mailbox as Guid,
    ticks: BigInt(row.ticks),
    kind: row.kind as SubscriptionKind,
    organization: row.organization,
    subscriber: row.subscriber as Guid,
    position: row.position,
    expires: row.expires,
    holder: row.holder,
    terms: JSON.parse(row.terms) as SubscriptionTerms,
  };
}
