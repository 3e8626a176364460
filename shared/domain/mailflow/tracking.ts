import type { Instant } from '../../kernel/clock.ts';
import { nextSequence } from '../../store/change-feed.ts';
import type { Executor } from '../../store/database.ts';
import { prepared } from '../../store/prepared.ts';
import { storable, storableJson } from '../../store/storable.ts';
import type { TrackingEventTable } from '../../store/transport-schema.ts';

/** EventId of the message tracking log. */
export type TrackingEventId =
  | 'RECEIVE'
  | 'SUBMIT'
  | 'RESOLVE'
  | 'EXPAND'
  | 'REDIRECT'
  | 'TRANSFER'
  | 'SEND'
  | 'DELIVER'
  | 'DEFER'
  | 'DSN'
  | 'FAIL'
  | 'DROP'
  | 'INITMESSAGECREATED'
  | 'MODERATORAPPROVE'
  | 'MODERATORREJECT'
  | 'MODERATIONEXPIRE'
  | 'MODERATORSALLNDR';

/** Source of the message tracking log. */
export type TrackingSource = 'SMTP' | 'STOREDRIVER' | 'ROUTING' | 'RESOLVER' | 'DSN' | 'QUEUE' | 'MAILBOXRULE' | 'AGENT' | 'APPROVAL';

/**
 * One row: names and meaning as in Get-MessageTrackingLog and "Fields in the message tracking log files"
 * (OfficeDocs-Exchange, message-tracking).
 */
export interface TrackingEvent {
  readonly event: TrackingEventId;
  readonly source: TrackingSource;
  /** MessageId, with angle brackets. */
  readonly messageId: string;
  readonly sender: string;
  readonly facts: TrackingFacts;
}

/** The columns that not every row has; plain JSON. */
export interface TrackingFacts {
  readonly internalMessageId?: number | undefined;
  readonly subject?: string | undefined;
  readonly recipients: readonly string[];
  /** In the order of `recipients`: a reply of SMTP, a folder, an enhanced code. */
  readonly recipientStatus?: readonly string[] | undefined;
  readonly totalBytes?: number | undefined;
  readonly returnPath?: string | undefined;
  readonly connectorId?: string | undefined;
  readonly sourceContext?: string | undefined;
  readonly clientIp?: string | undefined;
  readonly clientHostname?: string | undefined;
  readonly serverIp?: string | undefined;
  readonly serverHostname?: string | undefined;
  readonly relatedRecipientAddress?: string | undefined;
  readonly reference?: readonly string[] | undefined;
  readonly directionality?: 'Incoming' | 'Originating' | undefined;
  readonly messageInfo?: string | undefined;
}

const insertEvent = prepared((db, p: TrackingEventTable) => db.insertInto('tracking_event').values({ ...columnsOf(p) }));

function columnsOf({
  organization,
  number,
  at,
  event,
  source,
  internet_message_id,
  sender,
  facts,
}: TrackingEventTable): TrackingEventTable {
  return { organization, number, at, event, source, internet_message_id, sender, facts };
}

/** What numbers the rows of an organisation's message tracking log. */
export function trackingScope(organization: string): string {
  return `tracking:${organization}`;
}

/**
 * Writes rows of an organisation's message tracking log, in their order.
 *
 * @param taken the first of their numbers, where they have been taken
 */
export async function track(
  tx: Executor,
  organization: string,
  events: readonly TrackingEvent[],
  at: Instant,
  taken?: number,
): Promise<void> {
  if (events.length === 0) return;
  const first = taken ?? (await nextSequence(tx, trackingScope(organization), events.length));
  for (const [index, { event, source, messageId, sender, facts }] of events.entries()) {
    const row = { organization, number: first + index, at, event, source, internet_message_id: keyOf(messageId), sender: keyOf(sender) };
    await insertEvent.run(tx, { ...row, facts: storableJson(facts) });
  }
}

/** What fits a column that lies in an index: nobody's id is that long but one who tries. */
function keyOf(text: string): string {
  return storable(text).slice(0, 500);
}
