import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { generateBook, readBook } from '../../shared/bridges/address-book/generate.ts';
import {
  type GeneratedBook,
  offlineAddressBookId,
  readBookFile,
  setupBook,
} from '../../shared/domain/organization/offline-address-books.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import type { Instant } from '../../shared/kernel/clock.ts';
import type { Seams } from '../../shared/kernel/seams.ts';
import { writeManifest } from '../../shared/protocols/oab/manifest.ts';
import { type AdmissionContext, admit } from '../../shared/service/admit.ts';
import { exchangeOf } from '../../shared/service/http-exchange.ts';
import { createServiceApp } from '../../shared/service/http-host.ts';

/** Everything that offline address books need from outside; the composition root fills it in. */
export interface OabContext extends AdmissionContext {
  readonly seams: Seams;
}

/** Nothing is sent here. */
const mostBodyBytes = 1_024;
/** A book that is older is made anew for whoever asks. */
const bookDayMs = 86_400_000;

/** Offline address books as a Fastify instance that never listens: the front end passes requests to it. */
export function createOabService(context: OabContext): FastifyInstance {
  const app = createServiceApp({ bodyLimitBytes: mostBodyBytes, seams: context.seams });
  app.all('/OAB/:book/:file', (request, reply) => getFile(context, request, reply));
  app.all('/OAB/*', async (request, reply) => ((await admitted(context, request, reply)) === undefined ? reply : notFound(request, reply)));
  return app;
}

/** The manifest or the file that it names; only the newest is there. */
async function getFile(context: OabContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { exchange, instant } = exchangeOf(request);
  exchange.note({ operation: 'OAB' });
  const organization = await admitted(context, request, reply);
  if (organization === undefined) return reply;
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    exchange.note({ code: 'MethodNotAllowed' });
    return reply.code(405).header('allow', 'GET, HEAD').send();
  }
  const { book = '', file = '' } = request.params as Readonly<Record<string, string>>;
  if (book.toLowerCase() !== offlineAddressBookId(organization)) return notFound(request, reply);
  const isManifest = file.toLowerCase() === 'oab.xml';
  const made = await current(context, organization, instant, isManifest);
  if (made === undefined || (!isManifest && file.toLowerCase() !== fileName(organization, made))) return notFound(request, reply);
  const etag = `"${made.sha1}"`;
  reply.header('etag', etag).header('last-modified', new Date(made.at).toUTCString()).header('cache-control', 'private');
  exchange.note({ code: 'NoError' });
  const held = (request.headers['if-none-match'] ?? '').split(',').map((one) => one.trim());
  if (held.includes(etag)) return reply.code(304).send();
  if (isManifest) return reply.type('text/xml; charset=utf-8').send(manifestOf(organization, made));
  return reply.type('application/octet-stream').send(await readBookFile(context.store.read, made));
}

async function admitted(context: OabContext, request: FastifyRequest, reply: FastifyReply): Promise<Organization | undefined> {
  const visit = await admit(context, request, reply, 'OabVirtualDirectory');
  return visit?.organization;
}

/** The book as it was made last. Whoever asks for the manifest has it made where it never was, or was a day ago. */
async function current(context: OabContext, organization: Organization, at: Instant, mayMake: boolean): Promise<GeneratedBook | undefined> {
  const { generated } = await readBook(context.store.read, organization);
  if (!mayMake || (generated !== undefined && at - generated.at < bookDayMs)) return generated;
  const { store } = context;
  const directory = context.directory(organization.name);
  return generateBook({ organization, directory, transaction: (work) => store.transaction(work) }, at);
}

function fileName(organization: Organization, { sequence }: GeneratedBook): string {
  return `${offlineAddressBookId(organization)}-data-${sequence}.lzx`;
}

function manifestOf(organization: Organization, made: GeneratedBook): string {
  return writeManifest({ id: offlineAddressBookId(organization), name: setupBook.Name }, { ...made, name: fileName(organization, made) });
}

function notFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  exchangeOf(request).exchange.note({ code: 'NotFound' });
  return reply.code(404).send();
}
