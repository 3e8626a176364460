import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Seams } from '../kernel/seams.ts';
import { headerPairs } from '../net/header-pairs.ts';
import { execute } from './http-door.ts';
import { exchangeOf } from './http-exchange.ts';
import { type Pace, PacedBody } from './paced-answer.ts';

/** An answer that goes on: what is written leaves at once, whole, never compressed and never held back. */
export interface HttpStream {
  /**
   * Resolves with true when the octets were handed to the system, with false when the connection is gone. Where a front end in another
   * process passes them on it has {@link passingMs} for that: should it die meanwhile nobody may have got them, and this is false.
   */
  write(text: string): Promise<boolean>;
  /** Ends the answer after what was written. */
  end(): void;
  /** Aborts when the answer has ended, by whichever side. */
  readonly closed: AbortSignal;
}

export interface HttpStreamOptions {
  readonly seams: Seams;
  /** Headers besides those of every answer, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** By machine time: a client that has not taken what was written by then loses its connection. */
  readonly stalledMs: number;
}

/** What a front end that has much to do may take from octets at its door to octets that have left; machine time. */
export const passingMs = 1_000;
/** Octets of a stream that the journal keeps: its beginning. */
const recordedLength = 16_384;

/**
 * Begins an answer of status 200 that goes on, past the seam `http.response`; `opened` is not called where a fault rule
 * answers instead. The reply is taken out of Fastify's hands.
 */
export function openHttpStream(
  request: FastifyRequest,
  reply: FastifyReply,
  { seams, headers, stalledMs }: HttpStreamOptions,
  opened: (stream: HttpStream) => void,
): void {
  const { exchange, connection, commonHeaders } = exchangeOf(request);
  const { raw } = reply;
  const all = { ...reply.getHeaders(), ...commonHeaders, ...headers };
  reply.hijack();
  const proceed = (pace?: Pace): void => {
    raw.statusCode = 200;
    for (const [name, value] of Object.entries(all)) if (value !== undefined) raw.setHeader(name, value);
    raw.flushHeaders();
    opened(
      streamOver(
        reply,
        { stalledMs, paced: pace && new PacedBody(raw, pace), heldMs: connection.isRelayed === true ? passingMs : 0 },
        (beginning) => exchange.sent(headerPairs(all), beginning),
      ),
    );
  };
  const decision = seams.at('http.response', exchange.seamFacts);
  const effect = decision?.effect;
  if (decision === undefined) proceed();
  else if (effect?.kind === 'truncate' || effect?.kind === 'drip') {
    exchange.faulted(decision.rule, effect.kind);
    exchange.conclude('fault');
    proceed(effect);
  } else {
    execute(
      decision,
      { exchange, connection, response: raw },
      () => proceed(),
      (effect) => {
        raw.writeHead(effect.status, { ...commonHeaders, ...effect.headers }).end(effect.body);
      },
    );
  }
}

function streamOver(
  { raw }: FastifyReply,
  {
    stalledMs,
    paced,
    heldMs,
  }: Pick<HttpStreamOptions, 'stalledMs'> & {
    readonly paced: PacedBody | undefined;
    /** How long octets that were handed over may not have come any further. */
    readonly heldMs: number;
  },
  record: (beginning: string) => void,
): HttpStream {
  const gone = new AbortController();
  // Whoever waits for a write is answered also when the connection ends in its midst.
  const waiting = new Set<(taken: boolean) => void>();
  let recorded = '';
  raw.once('close', () => {
    gone.abort();
    for (const answer of [...waiting]) answer(false);
  });
  return {
    closed: gone.signal,
    write(text) {
      if (gone.signal.aborted || raw.writableEnded) return Promise.resolve(false);
      if (recorded.length + text.length <= recordedLength) {
        recorded += text;
        record(recorded);
      }
      // A client that is kept waiting by a fault rule has not stalled.
      if (paced !== undefined) return paced.write(Buffer.from(text));
      return new Promise((resolve) => {
        const stalled = setTimeout(() => raw.destroy(), stalledMs);
        stalled.unref();
        const answer = (taken: boolean): void => {
          clearTimeout(stalled);
          waiting.delete(answer);
          resolve(taken);
        };
        waiting.add(answer);
        raw.write(text, (error) => {
          clearTimeout(stalled);
          const isTaken = error === null || error === undefined;
          if (isTaken && heldMs > 0) setTimeout(answer, heldMs, true).unref();
          else answer(isTaken);
        });
      });
    },
    end() {
      if (!raw.writableEnded) raw.end();
    },
  };
}
