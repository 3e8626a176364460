import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request as sendRequest } from 'node:http';
import { formatTraceparent } from '../../shared/kernel/traceparent.ts';
import { connectLoopback } from '../../shared/net/loopback.ts';
import { answer, execute, headerPairs, type Visit } from '../../shared/service/http-door.ts';
import { destinationOf } from './destination.ts';
import type { ForwardProxyOptions, ProxyLimits } from './options.ts';

/** Passes a request in absolute form on to one of our plain-http listeners, streaming both ways. */
export function forwardRequest(options: ForwardProxyOptions, limits: ProxyLimits, visit: Visit, target: URL): void {
  const host = target.hostname.replace(/^\[(.*)\]$/, '$1');
  const destination = destinationOf(options.hosts(), host, Number(target.port || 80));
  const proceed = (): void => {
    if (destination.kind === 'answer') answer(visit, destination.status, text, destination.text);
    else pass(limits, visit, target, destination.listener);
  };
  const decision = options.seams.at('dial', { ...visit.exchange.seamFacts, host });
  if (decision === undefined) proceed();
  else if (decision.effect.kind !== 'refuse') execute(decision, visit, proceed, () => proceed());
  else {
    visit.exchange.faulted(decision.rule, decision.effect.kind);
    visit.exchange.conclude('fault');
    answer(visit, 502, text, `Connection refused: ${host}.\r\n`);
  }
}

const text = { 'content-type': 'text/plain; charset=utf-8' };

function pass(limits: ProxyLimits, visit: Visit, target: URL, listener: { readonly address: string; readonly port: number }): void {
  const { request, response, exchange } = visit;
  const upstream = sendRequest({
    createConnection: () => connectLoopback(listener, limits.idleTimeoutMs),
    method: request.method,
    path: `${target.pathname}${target.search}`,
    headers: { ...endToEnd(request.headers), host: target.host, traceparent: formatTraceparent(exchange) },
  });
  upstream.on('response', (incoming) => {
    const headers = endToEnd(incoming.headers);
    exchange.sent(headerPairs(headers), undefined);
    response.writeHead(incoming.statusCode ?? 502, headers);
    incoming.on('error', () => response.destroy());
    incoming.pipe(response);
  });
  upstream.on('timeout', () => upstream.destroy(new Error('no answer in time')));
  upstream.on('error', (error) => {
    if (response.headersSent) response.destroy();
    else answer(visit, 502, text, `${target.host} does not answer (${error.message}).\r\n`);
  });
  response.once('close', () => upstream.destroy());
  request.pipe(upstream);
}

/** Headers of one connection only (RFC 9110 section 7.6.1) stay behind, as do those named by `Connection`. */
function endToEnd(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const named = (headers.connection ?? '').toLowerCase().split(/\s*,\s*/);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name) && !named.includes(name)));
}

const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
