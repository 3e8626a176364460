import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { ExchangeOutcome, OpenExchange } from '../../shared/kernel/exchange.ts';
import type { Decision } from '../../shared/kernel/seams.ts';
import { connectToLab } from '../../shared/net/lab-connection.ts';
import { parseAuthority } from '../../shared/service/authority.ts';
import { endWhenIdle } from '../../shared/service/held-idle.ts';
import type { HttpDoorOptions } from '../../shared/service/http-door.ts';
import { destinationOf } from './destination.ts';
import type { ForwardProxyOptions, ProxyLimits } from './options.ts';

/** The socket of a CONNECT request and what came behind its header. */
interface ClientSide {
  readonly client: Socket;
  readonly head: Buffer;
}

/** Answers CONNECT: a tunnel to one of our listeners, or a refusal. One exchange in the journal for as long as it lasts. */
export function openTunnel(options: ForwardProxyOptions, limits: ProxyLimits, request: IncomingMessage, side: ClientSide): void {
  const { client } = side;
  const asked = parseAuthority(request.url);
  const exchange = openExchange(options, request, client, asked?.host ?? '');
  let outcome: ExchangeOutcome = 'aborted';
  client.on('error', () => client.destroy());
  let carried: (() => string) | undefined;
  client.once('close', () => {
    if (carried !== undefined) exchange.note({ detail: carried() });
    exchange.close(outcome, options.clock.now());
  });
  const refuse = (status: number, text: string, kind: ExchangeOutcome = 'refused'): void => {
    outcome = kind;
    exchange.note({ status, detail: text.trim() });
    writeAnswer(exchange, client, status, text);
  };
  if (asked?.port === undefined) {
    refuse(400, 'CONNECT takes host:port.\r\n');
    return;
  }
  const destination = destinationOf(options.hosts(), asked.host, asked.port);
  const proceed = (): void => {
    if (destination.kind === 'answer') {
      refuse(destination.status, destination.text);
      return;
    }
    void connectToLab(destination.listeners).then(
      (upstream) => {
        outcome = 'answered';
        carried = () => `${upstream.bytesWritten} octets up, ${upstream.bytesRead} down`;
        exchange.note({ status: 200 });
        carry(upstream, { ...limits, patience: options.patience }, side);
      },
      (error: Error) => refuse(502, `Connection refused: ${asked.host} does not answer (${error.message}).\r\n`),
    );
  };
  const decision = options.seams.at('dial', { service: 'proxy', host: asked.host, traceId: exchange.traceId });
  if (decision === undefined) proceed();
  else {
    exchange.faulted(decision.rule, decision.effect.kind);
    if (decision.effect.kind === 'refuse') refuse(502, `Connection refused: ${asked.host}.\r\n`, 'fault');
    else if (decision.effect.kind === 'reset') {
      outcome = 'fault';
      client.resetAndDestroy();
    } else delayed(decision, client, proceed);
  }
}

function openExchange(options: HttpDoorOptions, request: IncomingMessage, client: Socket, host: string): OpenExchange {
  const { traceparent } = request.headers;
  const exchange = options.recorder.open({
    service: 'proxy',
    direction: 'incoming',
    protocol: 'connect',
    target: `CONNECT ${request.url ?? ''}`,
    host,
    peer: `${client.remoteAddress ?? ''}:${client.remotePort ?? ''}`,
    at: options.clock.now(),
    ...(typeof traceparent === 'string' ? { traceparent } : {}),
  });
  exchange.received(request.rawHeaders, undefined);
  return exchange;
}

function carry(
  upstream: Socket,
  { idleTimeoutMs, patience }: ProxyLimits & Pick<HttpDoorOptions, 'patience'>,
  { client, head }: ClientSide,
): void {
  if (client.destroyed) {
    upstream.destroy();
    return;
  }
  endWhenIdle(client, idleTimeoutMs, patience, () => client.destroy());
  client.once('close', () => upstream.destroy());
  endWhenIdle(upstream, idleTimeoutMs, patience, () => upstream.destroy());
  // What the listener has sent still reaches the client.
  upstream.once('close', () => client.destroySoon());
  client.write('HTTP/1.1 200 Connection established\r\n\r\n');
  if (head.length > 0) upstream.write(head);
  client.pipe(upstream);
  upstream.pipe(client);
}

function delayed({ effect }: Decision, client: Socket, proceed: () => void): void {
  if (effect.kind !== 'latency') throw new Error(`defect: a fault of kind ${effect.kind} cannot act at seam dial`);
  const timer = setTimeout(proceed, effect.delayMs);
  client.once('close', () => clearTimeout(timer));
}

const reasons: Readonly<Record<number, string>> = { 400: 'Bad Request', 403: 'Forbidden', 502: 'Bad Gateway' };

function writeAnswer(exchange: OpenExchange, client: Socket, status: number, text: string): void {
  const lines = [
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Connection: close',
    `x-coexist-trace: ${exchange.traceId}`,
  ];
  exchange.sent(lines, text);
  client.end(`HTTP/1.1 ${status} ${reasons[status] ?? ''}\r\n${lines.join('\r\n')}\r\n\r\n${text}`);
}
