import { CliFailure, exitCodes } from './failures.ts';

/** Talks to the control port of a lab. Every failure is a {@link CliFailure} with what the lab said. */
export interface AdminClient {
  readonly url: string;
  get<T>(path: string): Promise<T>;
  getText(path: string): Promise<string>;
  getOctets(path: string): Promise<Uint8Array>;
  putOctets(path: string, octets: Uint8Array): Promise<void>;
  send<T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<T>;
  /** The objects of an answer that goes on line by line, as they come. */
  lines<T>(path: string, body: object): AsyncGenerator<T>;
  /** Whether the lab is ready, what it waits for, or that nobody answers. */
  readiness(): Promise<{ readonly ready: boolean; readonly pending: readonly string[]; readonly answers: boolean }>;
  /** Exchanges as they close, after the one named; ends when the lab does. */
  events<T>(path: string, lastEventId: string | undefined): AsyncGenerator<T>;
}

/** A call that moves the clock waits for the timers that it makes due. */
const timeoutMs = 120_000;
const probeTimeoutMs = 2_000;

export function createAdminClient(url: string, token: string | null): AdminClient {
  const headers = { accept: 'application/json', ...(token === null ? {} : { authorization: `Bearer ${token}` }) };

  const ask = async (method: string, path: string, body?: object): Promise<Response> => {
    const content = body === undefined ? {} : { body: JSON.stringify(body), headers: { ...headers, 'content-type': 'application/json' } };
    const answer = await reach(url, () => fetch(`${url}${path}`, { method, headers, signal: AbortSignal.timeout(timeoutMs), ...content }));
    if (!answer.ok) throw await failureOf(answer);
    return answer;
  };

  return {
    url,
    get: async <T>(path: string) => (await (await ask('GET', path)).json()) as T,
    getText: async (path) => (await ask('GET', path)).text(),
    getOctets: async (path) => new Uint8Array(await (await ask('GET', path)).arrayBuffer()),
    async putOctets(path, octets) {
      const content = {
        method: 'PUT',
        headers: { ...headers, 'content-type': 'application/octet-stream' },
        body: new Blob([new Uint8Array(octets)]),
      };
      const answer = await reach(url, () => fetch(`${url}${path}`, { ...content, signal: AbortSignal.timeout(timeoutMs) }));
      if (!answer.ok) throw await failureOf(answer);
    },
    send: async <T>(method: string, path: string, body?: object) => {
      const answer = await ask(method, path, body);
      return (answer.status === 204 ? {} : await answer.json()) as T;
    },
    async *lines<T>(path: string, body: object) {
      const answer = await ask('POST', path, body);
      let rest = '';
      const decoder = new TextDecoder();
      for await (const part of answer.body ?? new ReadableStream()) {
        const whole = (rest + decoder.decode(part as Uint8Array, { stream: true })).split('\n');
        rest = whole.pop() ?? '';
        for (const line of whole) yield JSON.parse(line) as T;
      }
    },
    async readiness() {
      try {
        const answer = await fetch(`${url}/readyz`, { headers, signal: AbortSignal.timeout(probeTimeoutMs) });
        const { pending = [] } = (await answer.json()) as { pending?: readonly string[] };
        return { ready: answer.status === 200, pending, answers: true };
      } catch {
        return { ready: false, pending: [], answers: false };
      }
    },
    async *events<T>(path: string, lastEventId: string | undefined) {
      const resume = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
      const answer = await reach(url, () => fetch(`${url}${path}`, { headers: { ...headers, accept: 'text/event-stream', ...resume } }));
      if (!answer.ok) throw await failureOf(answer);
      for await (const data of eventData(answer.body ?? new ReadableStream())) yield JSON.parse(data) as T;
    },
  };
}

async function reach(url: string, call: () => Promise<Response>): Promise<Response> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError')
      throw new CliFailure(exitCodes.timeout, `the lab at ${url} did not answer in time`);
    throw new CliFailure(exitCodes.failure, `no lab answers at ${url}`);
  }
}

/** A problem (RFC 9457) in words; what the caller sent wrong is bad usage, what is not there did not match. */
async function failureOf(answer: Response): Promise<CliFailure> {
  const text = await answer.text();
  let said = `${answer.status} from ${new URL(answer.url).origin}, which does not look like a control port`;
  try {
    const { title, detail } = JSON.parse(text) as { title?: unknown; detail?: unknown };
    if (typeof detail === 'string') said = typeof title === 'string' && answer.status >= 500 ? `${title}: ${detail}` : detail;
  } catch {
    // Not a problem document: said above.
  }
  const usage = [400, 409, 413, 415, 422].includes(answer.status);
  return new CliFailure(usage ? exitCodes.usage : answer.status === 404 ? exitCodes.nothingMatched : exitCodes.failure, said);
}

/** The `data` of each event of a stream (HTML Living Standard 9.2.6); ends with the stream, also when that breaks off. */
async function* eventData(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = '';
  const decoder = new TextDecoder();
  try {
    for await (const part of stream) {
      const blocks = (rest + decoder.decode(part, { stream: true })).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = block.split('\n').flatMap((line) => (line.startsWith('data: ') ? [line.slice(6)] : []));
        if (data.length > 0) yield data.join('\n');
      }
    }
  } catch {
    // The lab has ended or let this client go; either way there is no more to tell.
  }
}
