import { request as sendRequest } from 'node:http';
import { callbackify } from 'node:util';
import { formatTraceparent } from '../../shared/kernel/traceparent.ts';
import { connectToLab, type LabListener } from '../../shared/net/lab-connection.ts';
import { answer, execute, type Visit } from '../../shared/service/http-door.ts';
import { fields, relay, requestFields } from '../../shared/service/relay.ts';
import { destinationOf } from './destination.ts';
import type { ForwardProxyOptions, ProxyLimits } from './options.ts';

/** Passes a request in absolute form on to one of our plain-http listeners, streaming both ways. */
export function forwardRequest(options: ForwardProxyOptions, limits: ProxyLimits, visit: Visit, target: URL): void {
  const host = target.hostname.replace(/^\[(.*)\]$/, '$1');
  const destination = destinationOf(options.hosts(), host, Number(target.port || 80));
  const proceed = (): void => {
    if (destination.kind === 'answer') answer(visit, destination.status, text, destination.text);
    else pass({ idleMs: limits.idleTimeoutMs, patience: options.patience }, visit, target, destination.listeners);
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

function pass(idle: Parameters<typeof relay>[2], visit: Visit, target: URL, listeners: readonly LabListener[]): void {
  const { request, exchange } = visit;
  const told = fields(requestFields(request)).filter(([name]) => !own.has(name.toLowerCase()));
  const upstream = sendRequest({
    createConnection(_options, done) {
      callbackify(connectToLab)(listeners, done);
      return undefined;
    },
    method: request.method,
    path: `${target.pathname}${target.search}`,
    headers: [...told, ['Host', target.host], ['traceparent', formatTraceparent(exchange)]].flat(),
  });
  relay(visit, upstream, idle, {
    answered(_incoming, headers) {
      exchange.sent(headers, undefined);
      return true;
    },
    failed: (error) => answer(visit, 502, text, `${target.host} does not answer (${error.message}).\r\n`),
  });
}

const own = new Set(['host', 'traceparent']);
