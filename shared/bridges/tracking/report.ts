import {
  pathTo,
  type RecipientEvent,
  recipientEvents,
  rowsByMessage,
  summaryOf,
  trackedMessages,
} from '../../domain/mailflow/tracking-report.ts';
import type { TrackingReportId } from '../../domain/mailflow/tracking-report-id.ts';
import type { TrackedEvent } from '../../domain/mailflow/tracking-search.ts';
import { serverFqdn } from '../../domain/organization/servers.ts';
import { sharesReports } from './ask.ts';
import { addressesOf, type FoundReport } from './find.ts';
import { follow, reportElsewhere } from './follow.ts';
import { isTrackedHere, mostRows, type TrackingGround, type TrackingTrouble } from './ground.ts';

/** What became of a message. */
export interface Report extends Omit<FoundReport, 'id'> {
  readonly events: readonly RecipientEvent[];
  readonly troubles: readonly TrackingTrouble[];
}

/** What is wanted to be known: the last of each recipient, or all that happened on the way to one. */
export interface ReportWish {
  readonly template: 'Summary' | 'RecipientPath';
  readonly recipient?: string | undefined;
  /** Whoever asks: an id may name him by his object in his own organisation. */
  readonly caller?: string | undefined;
}

/**
 * The report of an id, with what other organisations say of recipients whom the message was handed on to. A message that
 * another organisation has is asked for there. Undefined where nobody has such a message. Not inside a transaction.
 */
export async function reportOf(ground: TrackingGround, id: TrackingReportId, wish: ReportWish): Promise<Report | undefined> {
  const { organization } = ground;
  if (!isTrackedHere(ground, id)) return reportElsewhere(ground, id, wish);
  const named = (await ground.rows({ messageId: id.messageId, limit: mostRows })).filter(({ messageId }) => messageId === id.messageId);
  const isMeant = (rows: readonly TrackedEvent[]): boolean => rows.some(({ facts }) => facts.internalMessageId === id.internalId);
  const rows = [...rowsByMessage(named).values()].find(isMeant) ?? [];
  const [message] = trackedMessages(rows);
  if (message === undefined) return undefined;
  const all = recipientEvents(rows, { server: serverFqdn(organization), isPartner: (domain) => sharesReports(ground, domain) });
  const { events, troubles } = await follow(ground, message, await wantedOf(ground, id, wish, all));
  const { sender, subject, submitted, recipients } = message;
  return {
    ...{
      sender,
      subject,
      submitted,
      troubles,
      recipients: id.is === 'Sender' ? recipients : [...new Set(events.map((one) => one.recipient))],
    },
    events: wish.template === 'Summary' ? summaryOf(events) : events,
  };
}

/** Whether the message of a report is one that whoever has these addresses has sent or got, as its id says. */
export async function concerns(ground: TrackingGround, id: TrackingReportId, report: Report, own: readonly string[]): Promise<boolean> {
  // Of a message elsewhere its own organisation has decided.
  if (!isTrackedHere(ground, id)) return true;
  const people = id.is === 'Sender' ? [report.sender] : report.events.flatMap(({ recipient, reached = recipient }) => [recipient, reached]);
  for (const one of people) if ((await addressesOf(ground, one)).some((address) => own.includes(address))) return true;
  return false;
}

/** Whoever got the message is told of himself alone. */
async function wantedOf(
  ground: TrackingGround,
  { is, user }: TrackingReportId,
  { recipient, caller }: ReportWish,
  events: readonly RecipientEvent[],
): Promise<readonly RecipientEvent[]> {
  const named = is === 'Sender' || user === undefined ? undefined : await ground.directory.byGuid(user);
  const own = is === 'Sender' ? undefined : (named?.primaryAddress ?? caller);
  if (is === 'Recipient' && own === undefined) return [];
  let wanted = events;
  for (const one of [own, recipient]) {
    if (one === undefined) continue;
    const addresses = await addressesOf(ground, one);
    const isHis = (address: string | undefined): boolean => address !== undefined && addresses.includes(address.toLowerCase());
    const his = wanted.find((event) => isHis(event.recipient) || isHis(event.reached));
    wanted = his === undefined ? [] : pathTo(wanted, his.recipient);
  }
  return wanted;
}
