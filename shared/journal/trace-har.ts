import type { FullExchange } from './record.ts';
import type { RecordedMessage } from './redact.ts';
import { answererOf } from './trace-steps.ts';
import type { TraceNode, TraceTree } from './trace-tree.ts';

/**
 * A trace as an HTTP Archive (HAR 1.2, W3C Web Performance draft): one entry for each request, as the server saw it where
 * that was recorded. Secrets are left out as everywhere in the journal. What is ours alone has names with `_`; exchanges of
 * other protocols have no form in HAR, and `comment` counts them.
 *
 * @param version of the product
 */
export function harOf(tree: TraceTree, version: string): object {
  const hops = tree.roots.flatMap(hopsOf);
  const entries = hops.filter(({ protocol }) => isHttp(protocol));
  const others = hops.filter(({ protocol }) => !isHttp(protocol));
  return {
    log: {
      version: '1.2',
      creator: { name: 'coexist', version },
      pages: [],
      entries: entries.map(entryOf),
      ...(others.length === 0 ? {} : { comment: `not in here: ${countsOf(others)}` }),
      _traceId: tree.traceId,
    },
  };
}

function isHttp(protocol: FullExchange['protocol']): boolean {
  return protocol === 'https' || protocol === 'http' || protocol === 'connect';
}

/** Each hop once: where both ends were recorded, the far end. */
function hopsOf(node: TraceNode): readonly FullExchange[] {
  const answerer = answererOf(node);
  if (answerer === undefined) return [node.exchange, ...node.children.flatMap(hopsOf)];
  return [...hopsOf(answerer), ...node.children.slice(1).flatMap(hopsOf)];
}

function countsOf(exchanges: readonly FullExchange[]): string {
  const counts = Map.groupBy(exchanges, ({ protocol }) => protocol);
  return [...counts].map(([protocol, all]) => `${all.length} of ${protocol}`).join(', ');
}

function entryOf(exchange: FullExchange): object {
  const { startedMs, durationMs, at, service, organization, operation, caller, outcome, code, detail, verdict, faults } = exchange;
  return {
    startedDateTime: new Date(startedMs).toISOString(),
    time: durationMs ?? 0,
    request: requestOf(exchange),
    response: responseOf(exchange),
    cache: {},
    timings: { send: 0, wait: durationMs ?? 0, receive: 0 },
    ...{ _spanId: exchange.spanId, _parentSpan: exchange.parentSpan, _worldTime: new Date(at).toISOString() },
    ...{ _service: service, _organization: organization, _operation: operation, _caller: caller },
    ...{ _outcome: outcome, _code: code, _detail: detail, _checks: verdict?.checks ?? [], _faults: faults },
  };
}

function requestOf({ protocol, host, target, request }: FullExchange): object {
  const [method = '', path = ''] = target.split(' ', 2);
  const headers = headersOf(request);
  const url = protocol === 'connect' ? path : /^https?:/.test(path) ? path : `${protocol}://${host}${path}`;
  const query = URL.canParse(url) ? [...new URL(url).searchParams].map(([name, value]) => ({ name, value })) : [];
  return {
    ...{ method, url, httpVersion: 'HTTP/1.1', headers, queryString: query, cookies: cookiesOf(headers, 'cookie') },
    ...{ headersSize: -1, bodySize: request?.bodyBytes ?? 0 },
    ...(request === null || request.bodyBytes === 0
      ? {}
      : { postData: { mimeType: headerValue(headers, 'content-type'), text: request.body ?? '', ...noteOf(request) } }),
  };
}

function responseOf({ status, answer }: FullExchange): object {
  const headers = headersOf(answer);
  const text = answer?.body ?? null;
  return {
    // 0: nothing was answered.
    ...{ status: status ?? 0, statusText: '', httpVersion: 'HTTP/1.1', headers, cookies: cookiesOf(headers, 'set-cookie') },
    content: {
      ...{ size: answer?.bodyBytes ?? 0, mimeType: headerValue(headers, 'content-type') },
      ...(text === null ? {} : { text }),
      ...(answer === null ? {} : noteOf(answer)),
    },
    ...{ redirectURL: headerValue(headers, 'location'), headersSize: -1, bodySize: answer?.bodyBytes ?? 0 },
  };
}

interface Header {
  readonly name: string;
  readonly value: string;
}

function headersOf(message: RecordedMessage | null): readonly Header[] {
  return (message?.headers ?? []).map((line) => {
    const colon = line.indexOf(':');
    return colon < 0 ? { name: line, value: '' } : { name: line.slice(0, colon), value: line.slice(colon + 1).trim() };
  });
}

function headerValue(headers: readonly Header[], wanted: string): string {
  return headers.find(({ name }) => name.toLowerCase() === wanted)?.value ?? '';
}

function cookiesOf(headers: readonly Header[], header: 'cookie' | 'set-cookie'): readonly Header[] {
  return headers
    .filter(({ name }) => name.toLowerCase() === header)
    .flatMap(({ value }) => (header === 'cookie' ? value.split(';') : [value.split(';', 1)[0] ?? '']))
    .map((pair) => {
      const [name = '', ...rest] = pair.trim().split('=');
      return { name, value: rest.join('=') };
    });
}

function noteOf({ bodyNote }: RecordedMessage): { readonly comment?: string } {
  return bodyNote === undefined ? {} : { comment: bodyNote };
}
