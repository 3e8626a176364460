import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';

/** What somebody may be told of. */
export const eventNames = ['Copied', 'Created', 'Deleted', 'Modified', 'Moved', 'NewMail', 'FreeBusyChanged'] as const;
export type EventName = (typeof eventNames)[number];

/** How somebody is told: he asks, he holds a connection open, or he is called. */
export type SubscriptionKind = 'pull' | 'push' | 'streaming';

/** What a subscription is known by: the mailbox that is followed, and its number there. */
export interface SubscriptionKey {
  readonly mailbox: Guid;
  /** Ticks (100 ns since the year 1) of the moment at which it was made; no two of a mailbox have the same. */
  readonly ticks: bigint;
}

/** Where and how often somebody is called. */
export interface PushTerms {
  readonly url: string;
  /** The longest silence, and the longest time for which a call that fails is repeated. */
  readonly statusMinutes: number;
  readonly callerData?: string;
}

/** What a subscriber asked for. */
export interface SubscriptionTerms {
  /** Object counters; `all`: the whole mailbox. */
  readonly folders: readonly number[] | 'all';
  readonly events: readonly EventName[];
  /** Of a pull subscription: how long it lives without being asked for. */
  readonly timeoutMinutes?: number;
  readonly push?: PushTerms;
  /** Full name of the server that keeps it; absent in those of earlier versions, as is the next. */
  readonly server?: string;
  /** Who signed in to subscribe, in whoever's name: the subscription is his. An address, or the id of an application. */
  readonly owner?: string;
}

/** Somebody who is told of the changes of a mailbox. */
export interface Subscription extends SubscriptionKey {
  readonly kind: SubscriptionKind;
  /** Whose the subscriber is, and his object GUID: what he may read is what is told. */
  readonly organization: string;
  readonly subscriber: Guid;
  /** The last number of the mailbox's log that was told of. */
  readonly position: number;
  /** World time after which it is void; null: it ends in another way. */
  readonly expires: Instant | null;
  /** Who is telling at the moment: a connection, or a process. */
  readonly holder: string | null;
  readonly terms: SubscriptionTerms;
}

/** How long a streaming subscription lives without a connection. The longest ConnectionTimeout; inferred. */
export const streamingLifeMs = 30 * 60_000;

/** When a subscription ends unless it is asked for, reckoned from now; null: never by time. */
export function expiryOf(kind: SubscriptionKind, { timeoutMinutes = 0 }: SubscriptionTerms, now: Instant): Instant | null {
  if (kind === 'push') return null;
  return now + (kind === 'pull' ? timeoutMinutes * 60_000 : streamingLifeMs);
}
