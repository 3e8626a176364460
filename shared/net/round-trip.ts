import type { Agent, Dispatcher } from 'undici';
import { heldBodyBytes, type OpenExchange } from '../kernel/exchange.ts';
import { freeOctets } from '../kernel/free-octets.ts';
import { formatTraceparent } from '../kernel/traceparent.ts';
import { refused } from './dial-way.ts';
import type { HttpsAnswer, HttpsCall } from './dialer.ts';
import { headerPairs } from './header-pairs.ts';

type Asked = Pick<HttpsCall, 'method' | 'headers' | 'body' | 'maxBytes'>;

/** One request over a pooled connection and its whole answer, both told to the exchange. */
export async function roundTrip(agent: Agent, call: Asked, url: URL, exchange: OpenExchange, signal: AbortSignal): Promise<HttpsAnswer> {
  const headers = { ...call.headers, traceparent: formatTraceparent(exchange) };
  const body = typeof call.body === 'string' ? Buffer.from(call.body) : call.body;
  exchange.received(headerPairs({ host: url.host, ...headers }), body);
  const asked = {
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: call.method as Dispatcher.HttpMethod,
    headers,
    body: body ?? null,
  };
  const answer = await wholeAnswer(agent, asked, { maxBytes: call.maxBytes, signal }, ({ status }) => exchange.note({ status }));
  exchange.sent(headerPairs(answer.headers), answer.body);
  return answer;
}

/**
 * Collects an answer as it is parsed. Not `agent.request`: its stream, made for answers that are read as they come, costs a
 * small one more than all the rest that undici does.
 */
function wholeAnswer(
  agent: Agent,
  asked: Dispatcher.DispatchOptions,
  { maxBytes, signal }: { readonly maxBytes: number; readonly signal: AbortSignal },
  begun: (head: Pick<HttpsAnswer, 'status'>) => void,
): Promise<HttpsAnswer> {
  return new Promise((resolve, reject) => {
    let connection: Dispatcher.DispatchController | undefined;
    let head: Omit<HttpsAnswer, 'body'> | undefined;
    const chunks: Buffer[] = [];
    let length = 0;
    const stop = (): void => connection?.abort(signal.reason as Error);
    signal.addEventListener('abort', stop);
    agent.dispatch(asked, {
      onRequestStart(controller) {
        connection = controller;
        if (signal.aborted) stop();
      },
      onResponseStart(_controller, status, headers, reason = '') {
        if (status < 200) return;
        head = { status, reason, headers };
        begun(head);
      },
      onResponseData(controller, chunk) {
        length += chunk.length;
        if (length > maxBytes) controller.abort(refused('AnswerTooLarge', `the answer is longer than ${maxBytes} octets`));
        else chunks.push(chunk);
      },
      onResponseEnd() {
        signal.removeEventListener('abort', stop);
        if (head === undefined) reject(new Error('defect: an answer has ended without a head'));
        else resolve({ ...head, body: joined(chunks, length) });
      },
      onResponseError(_controller, error) {
        signal.removeEventListener('abort', stop);
        reject(error);
      },
    });
  });
}

/** The pieces of a long answer are let go but for the last: what it lies in is the parser's still. */
function joined(chunks: readonly Buffer[], length: number): Buffer {
  const whole = Buffer.concat(chunks, length);
  const last = chunks.at(-1);
  if (length > heldBodyBytes) for (const chunk of chunks) if (chunk.buffer !== last?.buffer) freeOctets(chunk);
  return whole;
}
