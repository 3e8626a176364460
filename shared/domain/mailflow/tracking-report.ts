import type { Instant } from '../../kernel/clock.ts';
import type { TrackedEvent } from './tracking-search.ts';

/** How far a message has come for somebody (MS-OXWSMTRK 3.1.4.2.4.2); `Read` is not followed here. */
export type DeliveryStatus = 'Unsuccessful' | 'Pending' | 'Delivered' | 'Transferred' | 'Read';

/** What happened (MS-OXWSMTRK 3.1.4.2.4.3: those that occur here). */
type TrackingDescription =
  | 'Submitted'
  | 'SmtpReceive'
  | 'Resolved'
  | 'Expanded'
  | 'Forwarded'
  | 'MessageDefer'
  | 'Delivered'
  | 'FailedGeneral'
  | 'FailedModeration'
  | 'PendingModeration'
  | 'ApprovedModeration'
  | 'TransferredToForeignOrg'
  | 'TransferredToPartnerOrg';

/** Something that happened to a message on its way to one recipient. */
export interface RecipientEvent {
  readonly at: Instant;
  /** As the message was sent to him: what he is called on the way stands in `reached`. */
  readonly recipient: string;
  /** A {@link DeliveryStatus}, or what another organisation calls it. */
  readonly status: string;
  /** A {@link TrackingDescription}, or what another organisation calls it. */
  readonly description: string;
  readonly data: readonly string[];
  readonly server: string;
  readonly internalId: number;
  /** The address at which he was sent to, where that is another. */
  readonly reached?: string;
  /** Whom the message was for that came to him by a group or by forwarding. */
  readonly root?: string;
}

/** A message that the tracking log has. */
export interface TrackedMessage {
  readonly messageId: string;
  readonly internalId: number;
  readonly sender: string;
  readonly subject: string;
  readonly submitted: Instant;
  readonly recipients: readonly string[];
}

/**
 * Messages in rows of the tracking log, in their order: each by the row in which it came, or the first that names it. What was forked
 * from a message (TRANSFER) is that message.
 */
export function trackedMessages(rows: readonly TrackedEvent[]): readonly TrackedMessage[] {
  return [...rowsByMessage(rows)].map(([internalId, [{ at, messageId, sender, facts }]]) => {
    const { subject = '', recipients } = facts;
    return { messageId, internalId, sender, subject, submitted: at, recipients };
  });
}

/**
 * Rows of the tracking log by the message that came, its InternalMessageId; those of what was forked from it with them. What has not
 * come itself, but was approved or submitted anew, goes on with the last message of its Message-ID, and so does a moderator's decision.
 */
export function rowsByMessage(rows: readonly TrackedEvent[]): ReadonlyMap<number, Some<TrackedEvent>> {
  const messages = new Map<number, [TrackedEvent, ...TrackedEvent[]]>();
  const origins = new Map<number, number>();
  const last = new Map<string, number>();
  for (const row of rows) {
    const { internalMessageId: own = last.get(row.messageId), reference = [] } = row.facts;
    if (own === undefined) continue;
    const from = row.event === 'TRANSFER' ? Number(reference[0]) : came.has(row.event) ? own : (last.get(row.messageId) ?? own);
    if (!origins.has(own)) origins.set(own, origins.get(from) ?? from);
    const message = origins.get(own) ?? own;
    last.set(row.messageId, message);
    const known = messages.get(message);
    if (known === undefined) messages.set(message, [row]);
    else known.push(row);
  }
  return messages;
}

const came: ReadonlySet<TrackedEvent['event']> = new Set(['RECEIVE', 'DSN']);

type Some<T> = readonly [T, ...T[]];

/** What the rows of one message say of its recipients, in their order. */
export function recipientEvents(
  rows: readonly TrackedEvent[],
  { server, isPartner }: { readonly server: string; isPartner(domain: string): boolean },
): readonly RecipientEvent[] {
  const family = new Family(rows);
  return rows.flatMap((row) => {
    const { recipients, recipientStatus = [], relatedRecipientAddress, internalMessageId: internalId = 0 } = row.facts;
    return recipients.flatMap((address, index): readonly RecipientEvent[] => {
      const told = toldBy(row, isPartner(address.slice(address.lastIndexOf('@') + 1).toLowerCase()));
      if (told === undefined) return [];
      const [recipient, root] = [family.named(address), family.root(address)];
      const detail = relatedRecipientAddress ?? recipientStatus[index];
      return [
        {
          ...{ at: row.at, recipient, ...told, server, internalId, data: detail === undefined ? [] : [detail] },
          ...(same(recipient, address) ? {} : { reached: address }),
          ...(same(root, recipient) ? {} : { root }),
        },
      ];
    });
  });
}

/** The last that is known of each recipient who stands for nobody else. */
export function summaryOf(events: readonly RecipientEvent[]): readonly RecipientEvent[] {
  const last = new Map<string, RecipientEvent>();
  const leading = new Set<string>();
  for (const event of events) {
    last.set(event.recipient.toLowerCase(), event);
    if (event.description === 'Expanded' || event.description === 'Forwarded') leading.add((event.data[0] ?? '').toLowerCase());
  }
  return [...last].filter(([key, { status }]) => status !== 'Pending' || !leading.has(key)).map(([, event]) => event);
}

/** All that happened on the way to one recipient, to whom it was for in the first place included. */
export function pathTo(events: readonly RecipientEvent[], recipient: string): readonly RecipientEvent[] {
  const wanted = new Set([recipient.toLowerCase()]);
  for (const event of events.toReversed()) {
    const leads = event.description === 'Expanded' || event.description === 'Forwarded';
    if (leads && wanted.has(event.recipient.toLowerCase())) wanted.add((event.data[0] ?? '').toLowerCase());
  }
  if (!events.some((event) => same(event.recipient, recipient))) return [];
  const isEnd = ({ status }: RecipientEvent): boolean => status !== 'Pending';
  return events.filter((event) => wanted.has(event.recipient.toLowerCase()) && (same(event.recipient, recipient) || !isEnd(event)));
}

interface Told {
  readonly status: DeliveryStatus;
  readonly description: TrackingDescription;
}

function toldBy({ event, source, facts }: TrackedEvent, isPartner: boolean): Told | undefined {
  switch (event) {
    case 'RECEIVE':
    case 'DSN': {
      const isFromServer = source === 'SMTP' && facts.connectorId !== undefined;
      return { status: 'Pending', description: isFromServer ? 'SmtpReceive' : 'Submitted' };
    }
    case 'RESOLVE':
      return { status: 'Pending', description: 'Resolved' };
    case 'EXPAND':
      return { status: 'Pending', description: 'Expanded' };
    case 'REDIRECT':
      return { status: 'Pending', description: 'Forwarded' };
    case 'DEFER':
      return { status: 'Pending', description: 'MessageDefer' };
    case 'DELIVER':
      return { status: 'Delivered', description: 'Delivered' };
    case 'SEND':
      return { status: 'Transferred', description: isPartner ? 'TransferredToPartnerOrg' : 'TransferredToForeignOrg' };
    case 'FAIL':
      return { status: 'Unsuccessful', description: 'FailedGeneral' };
    case 'INITMESSAGECREATED':
      return { status: 'Pending', description: 'PendingModeration' };
    case 'MODERATORAPPROVE':
      return { status: 'Pending', description: 'ApprovedModeration' };
    case 'MODERATORREJECT':
    case 'MODERATIONEXPIRE':
    case 'MODERATORSALLNDR':
      return { status: 'Unsuccessful', description: 'FailedModeration' };
    default:
      return undefined;
  }
}

/** Who came from whom: members of groups, whoever mail is forwarded to, and other addresses of the same recipient. */
class Family {
  readonly #parents = new Map<string, string>();
  readonly #names = new Map<string, string>();

  constructor(rows: readonly TrackedEvent[]) {
    for (const { event, facts } of rows) {
      const { relatedRecipientAddress: from, recipients } = facts;
      if (from === undefined) continue;
      for (const to of recipients) {
        if (event === 'RESOLVE') this.#names.set(to.toLowerCase(), from);
        else if (!same(to, from) && !this.#parents.has(to.toLowerCase())) this.#parents.set(to.toLowerCase(), from);
      }
    }
  }

  named(address: string): string {
    return this.#names.get(address.toLowerCase()) ?? address;
  }

  root(address: string): string {
    const seen = new Set<string>();
    for (let one = this.named(address); ; ) {
      const parent = this.#parents.get(one.toLowerCase());
      if (parent === undefined || seen.has(one)) return one;
      seen.add(one);
      one = this.named(parent);
    }
  }
}

function same(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
