import type { FastifyReply, FastifyRequest } from 'fastify';

const nothing = Buffer.alloc(0);

/** The octets of a request's body; none when it has no body. */
export function octetsOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : nothing;
}

/** Whether a request declares one of the media types, whatever their parameters. */
export function hasXmlBody(request: FastifyRequest, types: readonly string[]): boolean {
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0] ?? '';
  return types.includes(type.trim().toLowerCase());
}

/** Sends a document. The content type is spelled exactly so: DavMail and outlook.com compare it. */
export function sendXml(reply: FastifyReply, status: number, document: string): FastifyReply {
  return reply.code(status).header('content-type', 'text/xml; charset=utf-8').header('cache-control', 'private').send(document);
}
