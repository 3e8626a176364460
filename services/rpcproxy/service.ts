import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { outlookAnywhere } from '../../shared/domain/organization/client-access.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import { serverFqdn, serversOf } from '../../shared/domain/organization/servers.ts';
import type { Seams } from '../../shared/kernel/seams.ts';
import { type RpcAddress, readRpcAddress, rpcPorts } from '../../shared/protocols/rpch/address.ts';
import { echoPacket, mostEchoBytes } from '../../shared/protocols/rpch/echo.ts';
import { type RpcError, rpcErrorPhrase, rpcErrors } from '../../shared/protocols/rpch/rpc-error.ts';
import { type AdmissionContext, admit, visited } from '../../shared/service/admit.ts';
import { exchangeOf } from '../../shared/service/http-exchange.ts';
import { createServiceApp } from '../../shared/service/http-host.ts';
import { methodWritten } from '../../shared/service/rpc-methods.ts';

/** Everything that the proxy needs from outside; the composition root fills it in. */
export interface RpcProxyContext extends AdmissionContext {
  readonly seams: Seams;
}

/**
 * The RPC proxy of Outlook Anywhere as a Fastify instance that never listens: the front end passes requests to it. It signs in, looks where
 * a request would lead, and answers echo requests; no channel is opened.
 */
export function createRpcProxyService(context: RpcProxyContext): FastifyInstance {
  const app = createServiceApp({ bodyLimitBytes: mostEchoBytes, seams: context.seams });
  // A channel's body has no end: it is answered unread.
  app.addHook('onRequest', (request, reply) => answer(context, request, reply));
  app.all('/*', (_request, reply) => reply);
  return app;
}

async function answer(context: RpcProxyContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { exchange } = exchangeOf(request);
  exchange.note({ operation: 'rpcproxy.dll' });
  const { organization, settings } = await visited(context, request);
  const [path = '', query = ''] = request.url.split(/\?(.*)/s);
  const isThere = organization.kind === 'on-premises' && outlookAnywhere(organization, settings).isEnabled;
  // Disable-OutlookAnywhere takes the virtual directory away; Exchange Online ended RPC over HTTP in 2017.
  if (!isThere || path.toLowerCase() !== '/rpc/rpcproxy.dll') return refuse(request, reply, 404, 'NotFound');
  if ((await admit(context, request, reply, 'OutlookAnywhere')) === undefined) return reply;
  const method = methodWritten(request.raw);
  // What a browser shows whoever has signed in: an empty page.
  if (method === 'GET' || method === 'HEAD') return reply.code(200).send();
  if (method !== 'RPC_IN_DATA' && method !== 'RPC_OUT_DATA') return refuse(request, reply, 405, 'MethodNotAllowed');
  const address = readRpcAddress(query);
  if (address === undefined) return fail(request, reply, rpcErrors.invalidParameter, 'the query is no name of a server with a port');
  if (!isValid(organization, address)) return fail(request, reply, rpcErrors.accessDenied, `${query} is none of ValidPorts`);
  const length = Number(request.headers['content-length'] ?? Number.POSITIVE_INFINITY);
  if (length > mostEchoBytes) return fail(request, reply, rpcErrors.serverUnavailable, 'channels are not part of this simulation');
  exchange.note({ code: 'NoError' });
  reply.raw.statusMessage = 'Success';
  return reply.code(200).header('content-type', 'application/rpc').send(echoPacket());
}

/**
 * Whether a proxy leads there, as ValidPorts lists what Exchange listens on: its servers by short and full name, and since Exchange 2013 a
 * mailbox of an accepted domain; the ports of the store, of referrals and of the directory.
 */
function isValid(organization: Organization, { server, port }: RpcAddress): boolean {
  if (!Object.values<number>(rpcPorts).includes(port)) return false;
  const asked = server.toLowerCase();
  const names = serversOf(organization).flatMap((name) => [name, serverFqdn(organization, name)]);
  if (names.some((name) => name.toLowerCase() === asked)) return true;
  const [, domain] = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}@(.+)$/.exec(asked) ?? [];
  return organization.domains.some((own) => own.toLowerCase() === domain);
}

/** An error of the proxy. What is left of the request stays unread, so the connection ends. */
function fail(request: FastifyRequest, reply: FastifyReply, error: RpcError, detail: string): FastifyReply {
  const phrase = rpcErrorPhrase(error);
  reply.raw.statusMessage = phrase;
  reply.header('connection', 'close');
  return refuse(request, reply, 503, phrase, detail);
}

function refuse(request: FastifyRequest, reply: FastifyReply, status: number, code: string, detail = ''): FastifyReply {
  const { exchange } = exchangeOf(request);
  exchange.note({ code, detail });
  exchange.conclude('refused');
  return reply.code(status).send();
}
