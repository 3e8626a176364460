import type { Acknowledgement, SequencePlace } from './message.ts';

// The receiving side of WS-ReliableMessaging (February 2005) for a client that cannot be called: each request has its answer on
// its own connection. Exactly once and in order: a message that comes too early is not taken, and comes again; one that comes
// again is answered as before. Values in, values out: no clock, no octets.

/** Bounds of a sequence. */
export const sequenceLimits = {
  /** InactivityTimeout of the published policy. */
  inactivityMs: 600_000,
  /** Answers that the client has not confirmed yet and may ask for again. */
  mostKept: 32,
  /** Message numbers end here: WS-ReliableMessaging allows 2^63-1, a double counts less far. */
  highestNumber: Number.MAX_SAFE_INTEGER,
} as const;

/** An answer that may be asked for again. */
export interface KeptAnswer<Answer> {
  /** Its number in the client's own sequence; unrelated to that of the request. */
  readonly number: number;
  readonly answer: Answer;
}

/** A sequence of requests and, in the client's offered one, their answers. */
export interface ServedSequence<Answer> {
  /** Named by this side. */
  readonly identifier: string;
  /** Named by the client, for the answers. */
  readonly offered: string;
  /** Every message up to this has come. */
  readonly received: number;
  /** Number of the message that said it was the last. */
  readonly last: number | undefined;
  /** By number of the request. */
  readonly kept: ReadonlyMap<number, KeptAnswer<Answer>>;
  /** Answers that were numbered. */
  readonly sent: number;
}

export function openedSequence<Answer>(identifier: string, offered: string): ServedSequence<Answer> {
  return { identifier, offered, received: 0, last: undefined, kept: new Map(), sent: 0 };
}

/** What to do with a message. */
export type Receipt =
  /** It is the next one. */
  | { readonly is: 'next' }
  /** It has come before, and its answer is kept or being made. */
  | { readonly is: 'again' }
  /** Nothing: what has come is told. Too early, too many answers unconfirmed, or come before and its answer confirmed. */
  | { readonly is: 'told' }
  | { readonly is: 'fault'; readonly fault: 'InvalidAcknowledgement' | 'LastMessageNumberExceeded' | 'MessageNumberRollover' };

/** Takes a message of the sequence, with what it confirms of the answers. */
export function receive<Answer>(
  state: ServedSequence<Answer>,
  place: SequencePlace | undefined,
  acknowledgements: readonly Acknowledgement[],
): { readonly state: ServedSequence<Answer>; readonly receipt: Receipt } {
  const confirmed = confirm(state, acknowledgements);
  if (confirmed === undefined) return { state, receipt: { is: 'fault', fault: 'InvalidAcknowledgement' } };
  if (place === undefined) return { state: confirmed, receipt: { is: 'told' } };
  const { number, isLast } = place;
  if (number >= sequenceLimits.highestNumber) return { state: confirmed, receipt: { is: 'fault', fault: 'MessageNumberRollover' } };
  const exceeds = confirmed.last !== undefined && number > confirmed.last;
  if (exceeds || (isLast && number < confirmed.received))
    return { state: confirmed, receipt: { is: 'fault', fault: 'LastMessageNumberExceeded' } };
  if (number <= confirmed.received) {
    // Answers are made in the order of the requests: those after the last that was sent are being made.
    const isThere = confirmed.kept.has(number) || number > confirmed.sent;
    return { state: confirmed, receipt: { is: isThere ? 'again' : 'told' } };
  }
  if (number > confirmed.received + 1 || remainingOf(confirmed) === 0) return { state: confirmed, receipt: { is: 'told' } };
  return { state: { ...confirmed, received: number, last: isLast ? number : confirmed.last }, receipt: { is: 'next' } };
}

/** Forgets answers that the client has; undefined where it claims to have what was never sent. */
function confirm<Answer>(state: ServedSequence<Answer>, acknowledgements: readonly Acknowledgement[]): ServedSequence<Answer> | undefined {
  const ranges = acknowledgements.filter(({ identifier }) => identifier === state.offered).flatMap((one) => one.ranges);
  if (ranges.some(([, to]) => to > state.sent)) return undefined;
  if (ranges.length === 0) return state;
  const kept = new Map([...state.kept].filter(([, { number }]) => !ranges.some(([from, to]) => from <= number && number <= to)));
  return kept.size === state.kept.size ? state : { ...state, kept };
}

/** Keeps the answer of a request that was taken; it is given the next number of the client's sequence. */
export function answered<Answer>(state: ServedSequence<Answer>, request: number, make: (number: number) => Answer): ServedSequence<Answer> {
  const number = state.sent + 1;
  return { ...state, sent: number, kept: new Map([...state.kept, [request, { number, answer: make(number) }]]) };
}

/** How many more requests are taken before answers are confirmed. */
function remainingOf<Answer>({ kept, received, sent }: ServedSequence<Answer>): number {
  return Math.max(0, sequenceLimits.mostKept - kept.size - (received - sent));
}

/** What has come: `0-0` for nothing, as WCF says it. */
export function acknowledgementOf<Answer>(state: ServedSequence<Answer>): Acknowledgement {
  const { identifier, received } = state;
  return { identifier, ranges: [[received === 0 ? 0 : 1, received]], remaining: remainingOf(state) };
}

/** The sending side: a client that sends one request at a time and sends it again until it has the answer. */
export interface SentSequence {
  /** Named by the other side. */
  readonly identifier: string;
  /** Named by this side, for the answers. */
  readonly offered: string;
  /** Requests that were numbered. */
  readonly sent: number;
  /** Answers that have come: all up to this. */
  readonly received: number;
}

/** Numbers the next request. */
export function numbered(state: SentSequence): SentSequence {
  return { ...state, sent: state.sent + 1 };
}

/** What an answer is to a client that waits for one. */
export type AnswerReceipt = 'taken' | 'not-an-answer' | 'foreign-sequence' | 'out-of-order';

/** Takes an answer. `not-an-answer`: it tells only what has come; the request is sent again. */
export function takeAnswer(
  state: SentSequence,
  place: SequencePlace | undefined,
): { readonly state: SentSequence; readonly receipt: AnswerReceipt } {
  if (place === undefined) return { state, receipt: 'not-an-answer' };
  if (place.identifier !== state.offered) return { state, receipt: 'foreign-sequence' };
  if (place.number !== state.received + 1) return { state, receipt: 'out-of-order' };
  return { state: { ...state, received: place.number }, receipt: 'taken' };
}
