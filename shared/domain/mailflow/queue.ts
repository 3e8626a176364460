import type { Instant } from '../../kernel/clock.ts';
import { putBlob } from '../../store/blob.ts';
import { meetSequence, nextOfTwo, nextSequence, touchScope } from '../../store/change-feed.ts';
import type { Executor } from '../../store/database.ts';
import { prepared } from '../../store/prepared.ts';
import { storable, storableJson } from '../../store/storable.ts';
import type { TransportMessageTable, TransportQueueTable, TransportRecipientTable } from '../../store/transport-schema.ts';
import type { NextHop } from './next-hop.ts';
import { trackingScope } from './tracking.ts';
import type { EnvelopeRecipient, TransportFacts } from './transport-message.ts';

/** The scope of an organisation's queues in the change feed: whoever sends is woken by it. */
export function queueScope(organization: string): string {
  return `queue:${organization}`;
}

/** The sequence of an organisation's messages. Whoever puts something into a queue has met it, and so has whoever takes an empty one away. */
export function messageSequence(organization: string): string {
  return `transport:${organization}`;
}

/** A message that is to wait for at least one hop. */
export interface Waiting {
  readonly sender: string;
  readonly internetMessageId: string;
  readonly subject: string;
  readonly octets: Uint8Array;
  readonly facts: TransportFacts;
  readonly recipients: readonly (EnvelopeRecipient & { readonly hop: NextHop })[];
  /** When it is given up. */
  readonly expires: Instant;
}

const queueOf = prepared((db, p: Pick<TransportQueueTable, 'organization' | 'delivery' | 'connector' | 'next_hop'>) =>
  db
    .selectFrom('transport_queue')
    .select('number')
    .where('organization', '=', p.organization)
    .where('delivery', '=', p.delivery)
    .where('connector', '=', p.connector)
    .where('next_hop', '=', p.next_hop),
);
const insertQueue = prepared((db, p: TransportQueueTable) => db.insertInto('transport_queue').values({ ...queueColumns(p) }));
const insertMessage = prepared((db, p: TransportMessageTable) => db.insertInto('transport_message').values({ ...messageColumns(p) }));
const insertRecipient = prepared((db, p: TransportRecipientTable) =>
  db.insertInto('transport_recipient').values({ ...recipientColumns(p) }),
);

// A prepared query takes its placeholders column by column.
function queueColumns(p: TransportQueueTable): TransportQueueTable {
  const { organization, number, delivery, connector, next_hop, status, attempts, retry, last_attempt, last_error, holder, lease } = p;
  return { organization, number, delivery, connector, next_hop, status, attempts, retry, last_attempt, last_error, holder, lease };
}

function messageColumns(p: TransportMessageTable): TransportMessageTable {
  const { organization, number, sender, internet_message_id, subject, size, received, expires, mime, facts } = p;
  return { organization, number, sender, internet_message_id, subject, size, received, expires, mime, facts };
}

function recipientColumns(p: TransportRecipientTable): TransportRecipientTable {
  const { organization, message, position, address, queue, status, attempts, retry, last_error, notified, terms } = p;
  return { organization, message, position, address, queue, status, attempts, retry, last_error, notified, terms };
}

/**
 * Takes the number of a message, its InternalMessageId, and those of its first rows in the tracking log; whoever has one may be in a
 * queue or not.
 */
export async function nextMessageNumber(
  tx: Executor,
  organization: string,
  rows: number,
): Promise<{ readonly number: number; readonly firstRow: number }> {
  const { first: number, second: firstRow } = await nextOfTwo(tx, messageSequence(organization), trackingScope(organization), rows);
  return { number, firstRow };
}

/** Puts a message under its number, taken in the same transaction, into the queue of each of its hops; queues that are not there yet are made. */
export async function enqueue(tx: Executor, organization: string, number: number, message: Waiting, instant: Instant): Promise<void> {
  await insertMessage.run(tx, {
    organization,
    number,
    sender: storable(message.sender),
    internet_message_id: storable(message.internetMessageId),
    subject: storable(message.subject),
    size: message.octets.length,
    received: instant,
    expires: message.expires,
    mime: await putBlob(tx, message.octets),
    facts: storableJson(message.facts),
  });
  for (const [position, { hop, address, notify, original }] of message.recipients.entries()) {
    await insertRecipient.run(tx, {
      organization,
      message: number,
      position,
      address: storable(address),
      queue: await openQueue(tx, organization, hop),
      status: 'Ready',
      attempts: 0,
      retry: null,
      last_error: hop.lastError ?? null,
      notified: null,
      terms: storableJson({ notify, original }),
    });
  }
  touchScope(tx, queueScope(organization));
}

/** The number of the queue of a hop. */
async function openQueue(tx: Executor, organization: string, { delivery, connector, nextHop, lastError }: NextHop): Promise<number> {
  const key = { organization, delivery, connector, next_hop: nextHop };
  const found = await queueOf.first(tx, key);
  if (found !== undefined) return found.number;
  const number = await nextSequence(tx, `transport-queue:${organization}`);
  const untried = { status: 'Ready', attempts: 0, retry: null, last_attempt: null, last_error: lastError ?? null };
  await insertQueue.run(tx, { ...key, number, ...untried, holder: null, lease: null });
  return number;
}

/** Puts a recipient from one queue into that of a hop, ready to be sent; false where that is the same one. */
export async function moveRecipient(
  tx: Executor,
  organization: string,
  { message, position, from }: { readonly message: number; readonly position: number; readonly from: number },
  hop: NextHop,
): Promise<boolean> {
  await meetSequence(tx, messageSequence(organization));
  const queue = await openQueue(tx, organization, hop);
  await tx
    .updateTable('transport_recipient')
    .set({ queue, status: 'Ready', retry: null, last_error: hop.lastError ?? null })
    .where('organization', '=', organization)
    .where('message', '=', message)
    .where('position', '=', position)
    .where('queue', '=', from)
    .execute();
  if (queue === from) return false;
  touchScope(tx, queueScope(organization));
  return true;
}
