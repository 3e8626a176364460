import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import { profileOf } from '../../shared/domain/organization/profiles.ts';
import type { Contract, RequestOf, ResponseOf } from '../../shared/protocols/ews/contract-type.ts';
import { writeStreamed } from '../../shared/protocols/ews/envelope.ts';
import { execute } from '../../shared/service/http-door.ts';
import { exchangeOf } from '../../shared/service/http-exchange.ts';
import { type HttpStream, openHttpStream } from '../../shared/service/http-stream.ts';
import type { Clocks } from '../../shared/xml/clocks.ts';
import type { EwsCall, EwsContext } from './context.ts';
import { tellingLimits } from './limits.ts';

/** Where documents go, one after the other. */
export interface DocumentStream<Response> extends Omit<HttpStream, 'write'> {
  write(response: Response): Promise<boolean>;
}

/** An answer of many documents: `begin` is handed the stream, and what it does from then on is its own affair. */
export class StreamedAnswer<Response> {
  readonly begin: (out: DocumentStream<Response>) => void;

  constructor(begin: (out: DocumentStream<Response>) => void) {
    this.begin = begin;
  }
}

/** An operation whose answer is a stream. */
export type StreamingOperation<C> = (call: EwsCall, request: RequestOf<C>) => Promise<StreamedAnswer<ResponseOf<C>>>;

/** An answer of many documents, and how they are written. */
export interface Streaming {
  readonly organization: Organization;
  readonly contract: Contract<unknown, unknown>;
  readonly stream: StreamedAnswer<unknown>;
  readonly clocks: Clocks | undefined;
}

/** Sends a sequence of envelopes, past the seam `soap.response` as any other. */
export function sendStream(
  context: EwsContext,
  request: FastifyRequest,
  reply: FastifyReply,
  { organization, contract, stream: { begin }, clocks }: Streaming,
): FastifyReply {
  const { exchange, connection } = exchangeOf(request);
  const { version } = profileOf(organization.product);
  const headers = { 'content-type': 'text/xml; charset=utf-8', 'cache-control': 'private' };
  const proceed = (): void =>
    openHttpStream(request, reply, { seams: context.seams, headers, stalledMs: tellingLimits.stalledMs }, (stream) =>
      begin({
        closed: stream.closed,
        end: () => stream.end(),
        write: (response) => stream.write(writeStreamed(contract, response, version, clocks)),
      }),
    );
  const decision = context.seams.at('soap.response', exchange.seamFacts);
  if (decision === undefined) proceed();
  else {
    execute(decision, { exchange, connection, response: reply.raw }, proceed, (effect) => {
      reply.code(effect.status).headers(effect.headers).send(effect.body);
    });
  }
  return reply;
}
