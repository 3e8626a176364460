import type { Instant } from '../../kernel/clock.ts';
import { touchScope } from '../../store/change-feed.ts';
import type { Executor } from '../../store/database.ts';
import { prepared } from '../../store/prepared.ts';
import { queueScope } from './queue.ts';
import type { Notify, TransportFacts } from './transport-message.ts';

/** A message in a queue, with those of its recipients that wait there. */
export interface QueuedMessage {
  readonly number: number;
  readonly sender: string;
  readonly internetMessageId: string;
  readonly subject: string;
  readonly size: number;
  readonly received: Instant;
  readonly expires: Instant;
  /** Blob hash of its octets. */
  readonly mime: string;
  readonly facts: TransportFacts;
  readonly recipients: readonly QueuedRecipient[];
}

/** A recipient who waits. */
export interface QueuedRecipient {
  readonly position: number;
  readonly address: string;
  readonly queue: number;
  /** `PendingRemove`: somebody wants it gone, and its sender told; `Resubmit`: it goes through the categoriser again. */
  readonly status: 'Ready' | 'Retry' | 'Suspended' | 'PendingRemove' | 'Resubmit';
  readonly attempts: number;
  readonly retry: Instant | null;
  readonly lastError: string | null;
  readonly notify?: readonly Notify[];
  readonly original?: string;
}

interface QueueKey {
  readonly organization: string;
  readonly queue: number;
}

const promote = prepared((db, p: QueueKey & { now: number }) =>
  db
    .updateTable('transport_recipient')
    .set({ status: 'Ready', retry: null })
    .where('organization', '=', p.organization)
    .where('queue', '=', p.queue)
    .where('status', '=', 'Retry')
    .where('retry', '<=', p.now),
);
const removeRecipient = prepared((db, p: { organization: string; message: number; position: number }) =>
  db
    .deleteFrom('transport_recipient')
    .where('organization', '=', p.organization)
    .where('message', '=', p.message)
    .where('position', '=', p.position),
);
const deferRecipient = prepared(
  (db, p: { organization: string; message: number; position: number; attempts: number; retry: number; error: string }) =>
    db
      .updateTable('transport_recipient')
      .set({ status: 'Retry', attempts: p.attempts, retry: p.retry, last_error: p.error })
      .where('organization', '=', p.organization)
      .where('message', '=', p.message)
      .where('position', '=', p.position),
);
const removeMessage = prepared((db, p: { organization: string; message: number }) =>
  db
    .deleteFrom('transport_message')
    .where('organization', '=', p.organization)
    .where('number', '=', p.message)
    .where((row) =>
      row.not(
        row.exists(
          row
            .selectFrom('transport_recipient')
            .select('transport_recipient.position')
            .where('transport_recipient.organization', '=', p.organization)
            .where('transport_recipient.message', '=', p.message),
        ),
      ),
    ),
);

/** What is looked for in a queue; by number, from behind `after`. */
export interface MessageQuery {
  readonly queue?: number | undefined;
  readonly status?: QueuedRecipient['status'] | undefined;
  readonly after?: number | undefined;
  readonly message?: number | undefined;
  /** Of those that expire until then. */
  readonly expiring?: Instant | undefined;
  /** Of those that came until then and whose senders were told nothing yet. */
  readonly untoldSince?: Instant | undefined;
  /** Recipients at most; a message's are never cut short. */
  readonly limit: number;
}

/** Messages with those of their recipients that fit, in the order in which they came. */
export async function readMessages(executor: Executor, organization: string, query: MessageQuery): Promise<readonly QueuedMessage[]> {
  const rows = await rowsOf(executor, organization, query);
  const found = new Map<number, QueuedMessage & { recipients: QueuedRecipient[] }>();
  for (const row of rows) {
    const message = found.get(row.message) ?? {
      ...{ number: row.message, sender: row.sender, internetMessageId: row.internet_message_id, subject: row.subject, size: row.size },
      ...{ received: row.received, expires: row.expires, mime: row.mime, facts: JSON.parse(row.facts) as TransportFacts },
      recipients: [],
    };
    found.set(row.message, message);
    message.recipients.push({
      ...{ position: row.position, address: row.address, queue: row.queue, attempts: row.attempts, retry: row.retry },
      status: row.status as QueuedRecipient['status'],
      lastError: row.last_error,
      ...(JSON.parse(row.terms) as Pick<QueuedRecipient, 'notify' | 'original'>),
    });
  }
  const all = [...found.values()];
  // The last one may go on behind the limit; it comes first the next time, unless it is the only one.
  return rows.length === query.limit && all.length > 1 ? all.slice(0, -1) : all;
}

function rowsOf(executor: Executor, organization: string, query: MessageQuery) {
  let rows = executor
    .selectFrom('transport_recipient as r')
    .innerJoin('transport_message as m', (join) => join.onRef('m.organization', '=', 'r.organization').onRef('m.number', '=', 'r.message'))
    .select(['r.message', 'r.position', 'r.address', 'r.queue', 'r.status', 'r.attempts', 'r.retry', 'r.last_error', 'r.terms'])
    .select(['m.sender', 'm.internet_message_id', 'm.subject', 'm.size', 'm.received', 'm.expires', 'm.mime', 'm.facts'])
    .where('r.organization', '=', organization);
  if (query.queue !== undefined) rows = rows.where('r.queue', '=', query.queue);
  if (query.status !== undefined) rows = rows.where('r.status', '=', query.status);
  if (query.after !== undefined) rows = rows.where('r.message', '>', query.after);
  if (query.message !== undefined) rows = rows.where('r.message', '=', query.message);
  if (query.expiring !== undefined) rows = rows.where('m.expires', '<=', query.expiring);
  if (query.untoldSince !== undefined) rows = rows.where('m.received', '<=', query.untoldSince).where('r.notified', 'is', null);
  return rows.orderBy('r.message').orderBy('r.position').limit(query.limit).execute();
}

/** Recipients whose own wait is over go with their queue again. */
export async function promoteDue(tx: Executor, organization: string, queue: number, now: Instant): Promise<void> {
  await promote.run(tx, { organization, queue, now });
}

/** What became of a recipient: gone, or to be tried again by itself. */
export type Settlement = { readonly position: number } & (
  | { readonly done: true }
  | { readonly done: false; readonly attempts: number; readonly retry: Instant; readonly error: string }
);

/** Takes those who are done from a message, and the message with the last of them. */
export async function settle(tx: Executor, organization: string, message: number, settlements: readonly Settlement[]): Promise<void> {
  for (const settlement of settlements) {
    const { position } = settlement;
    if (settlement.done) await removeRecipient.run(tx, { organization, message, position });
    else {
      const { attempts, retry, error } = settlement;
      await deferRecipient.run(tx, { organization, message, position, attempts, retry, error });
    }
  }
  await removeMessage.run(tx, { organization, message });
}

/** Takes one recipient from a message that goes another way; false where somebody else has done so. */
export async function takeOut(tx: Executor, organization: string, message: number, position: number): Promise<boolean> {
  const taken = (await removeRecipient.run(tx, { organization, message, position })) > 0;
  if (taken) await removeMessage.run(tx, { organization, message });
  return taken;
}

/** Messages by queue; a queue without any is absent. */
export async function countMessages(executor: Executor, organization: string): Promise<ReadonlyMap<number, number>> {
  const rows = await executor
    .selectFrom('transport_recipient')
    .select((row) => ['queue', row.fn.count<number | string>('message').distinct().as('messages')])
    .where('organization', '=', organization)
    .groupBy('queue')
    .execute();
  return new Map(rows.map(({ queue, messages }) => [queue, Number(messages)]));
}

/** Has a message go back to its sender from one queue: `Remove-Message`. Wakes whoever sends, and so tells the sender. */
export async function giveBack(
  tx: Executor,
  organization: string,
  { queue, message }: { readonly queue: number; readonly message: number },
): Promise<void> {
  await tx
    .updateTable('transport_recipient')
    .set({ status: 'PendingRemove', retry: null })
    .where('organization', '=', organization)
    .where('queue', '=', queue)
    .where('message', '=', message)
    .execute();
  touchScope(tx, queueScope(organization));
}

/** Has what waits in a queue go through the categoriser again: `Retry-Queue -Resubmit`. What is suspended stays. Wakes whoever sends. */
export async function resubmitQueue(tx: Executor, organization: string, queue: number): Promise<void> {
  await tx
    .updateTable('transport_recipient')
    .set({ status: 'Resubmit', retry: null })
    .where('organization', '=', organization)
    .where('queue', '=', queue)
    .where('status', 'in', ['Ready', 'Retry'])
    .execute();
  touchScope(tx, queueScope(organization));
}

/** Remembers that a message's sender was told of its delay. */
export async function markNotified(tx: Executor, organization: string, { number, recipients }: QueuedMessage, at: Instant): Promise<void> {
  await tx
    .updateTable('transport_recipient')
    .set({ notified: at })
    .where('organization', '=', organization)
    .where('message', '=', number)
    .where(
      'position',
      'in',
      recipients.map(({ position }) => position),
    )
    .execute();
}

/** Stops a message in one queue, or lets it go on: `Suspend-Message`, `Resume-Message`. Wakes whoever sends. */
export async function suspendMessage(
  tx: Executor,
  organization: string,
  { queue, message }: { readonly queue: number; readonly message: number },
  suspended: boolean,
): Promise<void> {
  const own = tx
    .updateTable('transport_recipient')
    .where('organization', '=', organization)
    .where('queue', '=', queue)
    .where('message', '=', message);
  if (suspended) await own.set({ status: 'Suspended', retry: null }).execute();
  else await own.set({ status: 'Ready' }).where('status', '=', 'Suspended').execute();
  touchScope(tx, queueScope(organization));
}
