import type { Instant } from '../../shared/kernel/clock.ts';
import { freeOctets } from '../../shared/kernel/free-octets.ts';
import type { Guid } from '../../shared/kernel/ids.ts';
import { oneAtATime } from '../../shared/kernel/one-at-a-time.ts';
import type { Acknowledgement, MrsMessage, SequencePlace } from '../../shared/protocols/mrs/message.ts';
import {
  acknowledgementOf,
  answered,
  openedSequence,
  type Receipt,
  receive,
  type ServedSequence,
  sequenceLimits,
} from '../../shared/protocols/mrs/reliable-sequence.ts';
import type { MrsVersion } from '../../shared/protocols/mrs/version.ts';
import { Handles } from './handles.ts';

/** An answer as it is kept: acknowledgements and relation are written anew each time it is sent. */
export interface SessionAnswer extends Pick<MrsMessage, 'action' | 'body' | 'sequence' | 'relatesTo'> {
  /** Octets in its body that nobody else has: they go when the client has confirmed it. */
  readonly own?: readonly Uint8Array[];
}

/** A reliable session: its sequence, what it has open, and the request that is being carried out. Lives on one server. */
export class Session {
  readonly handles = new Handles();
  readonly caller: Guid;
  readonly #inTurn = oneAtATime();
  #state: ServedSequence<SessionAnswer>;
  #making = new Map<number, Promise<void>>();
  #own: Uint8Array[] = [];
  #heard: Instant;
  /** What has called, once it has said so. */
  client: MrsVersion | undefined;
  /** Whether the caller was found to hold a role; asked once. */
  isAllowed: boolean | undefined;

  constructor(identifier: string, offered: string, caller: Guid, at: Instant) {
    this.#state = openedSequence(identifier, offered);
    this.caller = caller;
    this.#heard = at;
  }

  get identifier(): string {
    return this.#state.identifier;
  }

  get offered(): string {
    return this.#state.offered;
  }

  get acknowledgement(): Acknowledgement {
    return acknowledgementOf(this.#state);
  }

  /** Whether nobody has spoken for as long as the other side may be silent. */
  isOver(at: Instant): boolean {
    return this.#making.size === 0 && at - this.#heard > sequenceLimits.inactivityMs;
  }

  hear(place: SequencePlace | undefined, acknowledgements: readonly Acknowledgement[], at: Instant): Receipt {
    this.#heard = Math.max(this.#heard, at);
    const { kept } = this.#state;
    const { state, receipt } = receive(this.#state, place, acknowledgements);
    this.#state = state;
    for (const [number, { answer }] of kept) if (!state.kept.has(number)) for (const octets of answer.own ?? []) freeOctets(octets);
    return receipt;
  }

  /** Of the answer that is being made, octets that nobody else has: see {@link SessionAnswer}. */
  owns(octets: Uint8Array): void {
    this.#own.push(octets);
  }

  /** Carries a request out after those before it, and keeps its answer. `carryOut` never rejects. */
  carryOut(number: number, make: () => Promise<Omit<SessionAnswer, 'sequence'>>): Promise<void> {
    const made = this.#inTurn(async () => {
      const answer = { ...(await make()), own: this.#own };
      this.#own = [];
      const isLast = this.#state.last === number;
      const { offered } = this.#state;
      this.#state = answered(this.#state, number, (own) => ({ ...answer, sequence: { identifier: offered, number: own, isLast } }));
      this.#making.delete(number);
    });
    this.#making.set(number, made);
    return made;
  }

  /** The answer to a request that was taken, when it is there; undefined: the client has confirmed it since. */
  async answerTo(number: number): Promise<SessionAnswer | undefined> {
    await this.#making.get(number);
    return this.#state.kept.get(number)?.answer;
  }

  /** Resolves when no request is being carried out that has been taken by now. */
  async settled(): Promise<void> {
    await Promise.all(this.#making.values());
  }

  async end(): Promise<void> {
    await this.settled();
    await this.handles.closeAll();
  }
}
