import { gzip } from 'node:zlib';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type HopEdit, heldText, type Seams, withReplacement } from '../kernel/seams.ts';
import { headerPairs } from '../net/header-pairs.ts';
import { holdExchange, joined } from './held-exchange.ts';
import { defectStatus, execute } from './http-door.ts';
import { visitOf } from './http-exchange.ts';
import { noSchemas } from './no-schemas.ts';
import { type Pace, PacedBody } from './paced-answer.ts';

/** How a service's Fastify instance differs from another's. */
export interface ServiceAppOptions {
  /** A longer request body is answered 413. */
  readonly bodyLimitBytes: number;
  readonly seams: Seams;
}

type Payload = string | Buffer | NodeJS.ReadableStream | null | undefined;
type Done = (error: Error | null, payload?: unknown) => void;

/**
 * A Fastify instance as every service has it; it never listens: a listener passes requests to `app.routing` after
 * `await app.ready()`. Bodies arrive as `Buffer`, whatever their content type (absent bodies as undefined); paths match
 * in any letter case. What a handler throws is a defect: 500 without a body, the error in the journal; while the database
 * is away it is 503.
 */
export function createServiceApp(options: ServiceAppOptions): FastifyInstance {
  const app = Fastify({
    logger: false,
    schemaController: noSchemas,
    bodyLimit: options.bodyLimitBytes,
    routerOptions: { caseSensitive: false, maxParamLength: 1_024 },
    return503OnClosing: false,
    frameworkErrors(error, request, reply) {
      // No hook runs for a path that cannot be read.
      addCommonHeaders(request, reply);
      answerError(error, request, reply);
    },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    visitOf(request).exchange.receivedBody(body as Buffer);
    done(null, body);
  });
  app.addHook('onSend', (request, reply, payload, done) => send(options.seams, request, reply, payload as Payload, done));
  app.setErrorHandler<FastifyError>(answerError);
  app.setNotFoundHandler((_request, reply) => reply.code(404).send());
  return app;
}

/** Errors by which Fastify says that the request is at fault. */
const requestErrors = /^FST_ERR_(?:CTP_|BAD_URL$|MAX_PARAM_LENGTH$)/;

function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const { exchange } = visitOf(request);
  if (request.raw.errored === error) {
    // The body broke off: the connection is gone, and with it whoever could read an answer.
    exchange.conclude('aborted');
    reply.code(400).send();
  } else if (requestErrors.test(error.code ?? '')) {
    exchange.note({ code: error.code, detail: error.message });
    exchange.conclude('refused');
    reply.code(error.statusCode ?? 400).send();
  } else {
    exchange.conclude('defect', error);
    reply.code(defectStatus(error)).removeHeader('content-type').send();
  }
}

function send(seams: Seams, request: FastifyRequest, reply: FastifyReply, payload: Payload, done: Done): void {
  addCommonHeaders(request, reply);
  const held = holdExchange(seams, 'http.response', visitOf(request), () => ({
    headers: joined(reply.getHeaders()),
    text: heldText(wholeOf(payload), String(reply.getHeader('content-type') ?? '')),
  }));
  if (held === undefined) meetFault(seams, request, reply, payload, done);
  else void sendEdited(held, { seams, request, reply, payload, done });
}

/** Sends an answer that is held, once it is let go; one that nobody waits for is not recorded as sent. */
async function sendEdited(
  held: Promise<HopEdit | 'gone'>,
  { seams, request, reply, payload, done }: { seams: Seams; request: FastifyRequest; reply: FastifyReply; payload: Payload; done: Done },
): Promise<void> {
  const edit = await held;
  if (edit === 'gone') {
    done(null, payload);
    return;
  }
  for (const name of edit.headers?.remove ?? []) reply.removeHeader(name);
  reply.headers(edit.headers?.set ?? {});
  const whole = wholeOf(payload);
  const changed = edit.text === undefined || whole === undefined ? payload : withReplacement(whole.toString(), edit.text);
  meetFault(seams, request, reply, changed, done);
}

function meetFault(seams: Seams, request: FastifyRequest, reply: FastifyReply, payload: Payload, done: Done): void {
  const { exchange, connection } = visitOf(request);
  const decision = seams.at('http.response', exchange.seamFacts);
  if (decision === undefined) {
    finish(request, reply, payload, done);
    return;
  }
  const { effect } = decision;
  if (effect.kind === 'truncate' || effect.kind === 'drip') {
    exchange.faulted(decision.rule, effect.kind);
    exchange.conclude('fault');
    void sendPaced(request, reply, payload, effect);
    return;
  }
  const proceed = (): void => finish(request, reply, payload, done);
  execute(decision, { exchange, connection, response: reply.raw }, proceed, (effect) => {
    for (const name of describing) reply.removeHeader(name);
    reply.code(effect.status).headers(effect.headers);
    finish(request, reply, effect.body, done);
  });
}

/** Sends an answer by itself, uncompressed, as a fault rule lets its body arrive. */
async function sendPaced(request: FastifyRequest, reply: FastifyReply, payload: Payload, pace: Pace): Promise<void> {
  const { raw } = reply;
  const whole = typeof payload === 'string' || Buffer.isBuffer(payload) ? Buffer.from(payload) : undefined;
  if (whole !== undefined) reply.header('content-length', whole.length);
  visitOf(request).exchange.sent(headerPairs(reply.getHeaders()), whole);
  const headers = Object.entries(reply.getHeaders()).filter((entry): entry is [string, string] => entry[1] !== undefined);
  reply.hijack();
  raw.writeHead(reply.statusCode, Object.fromEntries(headers));
  raw.flushHeaders();
  const body = new PacedBody(raw, pace);
  try {
    for await (const part of whole === undefined ? ((payload ?? []) as AsyncIterable<string | Buffer>) : [whole]) {
      if (request.method === 'HEAD' || !(await body.write(Buffer.from(part)))) break;
    }
    raw.end();
  } catch {
    raw.destroy();
  }
}

function addCommonHeaders(request: FastifyRequest, reply: FastifyReply): void {
  const { commonHeaders } = visitOf(request);
  for (const name in commonHeaders) reply.header(name, commonHeaders[name]);
}

/** Headers that speak of the body or the refusal that a fault has replaced. */
const describing = ['content-type', 'content-encoding', 'content-length', 'www-authenticate'];

/** Records the answer as the service gave it and compresses it where that was asked for. */
function finish(request: FastifyRequest, reply: FastifyReply, payload: Payload, done: Done): void {
  const { exchange } = visitOf(request);
  const whole = wholeOf(payload);
  exchange.sent(headerPairs(reply.getHeaders()), whole);
  if (whole === undefined || whole.length < gzipThresholdBytes || !wantsGzip(request, reply)) {
    done(null, whole ?? payload);
    return;
  }
  gzip(whole, { level: 1 }, (error, compressed) => {
    if (error === null) reply.header('content-encoding', 'gzip').header('vary', 'Accept-Encoding');
    done(error, compressed);
  });
}

/**
 * What is not a stream. A long text is made octets once: as text it would be measured, joined to the head and encoded, and what the
 * journal holds of it would be copied by each collection.
 */
function wholeOf(payload: Payload): string | Buffer | undefined {
  if (typeof payload === 'string') return payload.length < longTextCharacters ? payload : Buffer.from(payload);
  return Buffer.isBuffer(payload) ? payload : undefined;
}

const longTextCharacters = 8_192;
const gzipThresholdBytes = 1_024;
const acceptsGzip = /\bgzip\b(?!\s*;\s*q=0(?:\.0{0,3})?\s*(?:,|$))/i;
const compressible = /^(?:text\/|application\/(?:[\w.-]+\+)?(?:xml|json))/i;

function wantsGzip(request: FastifyRequest, reply: FastifyReply): boolean {
  const accepted = request.headers['accept-encoding'];
  if (accepted === undefined || !acceptsGzip.test(String(accepted))) return false;
  const type = reply.getHeader('content-type');
  const { statusCode } = reply;
  return (
    request.method !== 'HEAD' &&
    statusCode !== 204 &&
    statusCode !== 304 &&
    reply.getHeader('content-encoding') === undefined &&
    typeof type === 'string' &&
    compressible.test(type)
  );
}
