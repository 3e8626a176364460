import { locked, token } from './store.ts';

/** The control port said no, in the words of its problem document (RFC 9457), or could not be reached (status 0). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Asks the control port below `/_coexist`; throws {@link ApiError}. A token that is missing or wrong locks the console. */
export async function call<T>(method: Method, path: string, body?: object): Promise<T> {
  const answer = await ask(method, path, body);
  return (answer.status === 204 ? {} : await answer.json()) as T;
}

/** The same for what is no JSON: a file. Its octets are not looked at, so a large one holds nothing up. */
export async function callForFile(path: string): Promise<Blob> {
  return (await ask('GET', path)).blob();
}

async function ask(
  method: Method,
  path: string,
  body?: object,
  signal?: AbortSignal,
  more: Record<string, string> = {},
): Promise<Response> {
  const headers = {
    ...more,
    ...(token.value === '' ? {} : { authorization: `Bearer ${token.value}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  let answer: Response;
  try {
    answer = await fetch(`/_coexist${path}`, {
      ...{ method, headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    throw new ApiError(0, signal?.aborted === true ? 'given up' : `The lab cannot be reached: ${String(error)}`);
  }
  if (answer.status === 401) locked.value = true;
  if (!answer.ok) throw new ApiError(answer.status, await detailOf(answer));
  return answer;
}

async function detailOf(answer: Response): Promise<string> {
  const text = await answer.text();
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown };
    if (typeof detail === 'string') return detail;
  } catch {
    // No problem document: the text is all there is.
  }
  return `${answer.status} ${text.slice(0, 300)}`;
}

/** One event of a stream. */
export interface StreamEvent {
  readonly name: string;
  readonly id: string;
  readonly data: string;
}

/**
 * Reads server-sent events (HTML Living Standard 9.2) until the stream ends or `signal` says so. By fetch: an EventSource
 * sends no token.
 */
export async function readStream(
  path: string,
  lastId: string,
  signal: AbortSignal,
  on: { readonly open: () => void; readonly event: (event: StreamEvent) => void },
): Promise<void> {
  const answer = await ask('GET', path, undefined, signal, lastId === '' ? {} : { 'last-event-id': lastId });
  on.open();
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = `${rest}${value}`.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = eventOf(block);
      if (event !== undefined) on.event(event);
    }
  }
}

/** Undefined for a heartbeat. */
function eventOf(block: string): StreamEvent | undefined {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).trimStart());
  }
  const data = fields.get('data');
  return data === undefined ? undefined : { name: fields.get('event') ?? 'message', id: fields.get('id') ?? '', data };
}
