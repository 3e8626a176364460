import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { outlookAnywhere } from '../../shared/domain/organization/client-access.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import { serverFqdn, serversOf } from '../../shared/domain/organization/servers.ts';
import { present } from '../../shared/kernel/assert.ts';
import type { Guid } from '../../shared/kernel/ids.ts';
import { type RpcAddress, readRpcAddress, rpcPorts } from '../../shared/protocols/rpch/address.ts';
import { directoryLimits, directoryType, readDirectoryRequest } from '../../shared/protocols/rpch/directory.ts';
import { echoPacket, mostEchoBytes } from '../../shared/protocols/rpch/echo.ts';
import { type RpcError, rpcErrorPhrase, rpcErrors } from '../../shared/protocols/rpch/rpc-error.ts';
import { admit, visited } from '../../shared/service/admit.ts';
import { exchangeOf } from '../../shared/service/http-exchange.ts';
import { createServiceApp } from '../../shared/service/http-host.ts';
import { methodWritten } from '../../shared/service/rpc-methods.ts';
import type { RpcProxyContext } from './context.ts';
import { answerDirectory } from './directory.ts';

/**
 * The RPC proxy of Outlook Anywhere as a Fastify instance that never listens: the front end passes requests to it. It signs in, looks where
 * a request would lead, and answers echo requests; no channel is opened.
 */
export function createRpcProxyService(context: RpcProxyContext): FastifyInstance {
  const app = createServiceApp({ bodyLimitBytes: directoryLimits.request, seams: context.seams });
  // A channel's body has no end: it is answered unread.
  app.addHook('onRequest', async (request, reply) => {
    const isIn = await letIn(context, request, reply);
    if (isIn && isOfDirectory(request)) return undefined;
    if (isIn) answerRpc(request, reply);
    return reply;
  });
  app.all('/*', async (request, reply) => {
    const asked = readDirectoryRequest(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
    if (asked === undefined) return refuse(request, reply, 400, 'UnreadableRequest');
    const { exchange, instant } = exchangeOf(request);
    exchange.note({ operation: asked.operation });
    const caller = present(callers.get(request), 'who has signed in');
    const answer = await answerDirectory(context, await visited(context, request), { caller, instant }, asked);
    exchange.note({ code: answer.error ?? 'NoError' });
    if (answer.error !== undefined) exchange.conclude('refused');
    return reply.code(200).header('content-type', directoryType).send(JSON.stringify(answer));
  });
  return app;
}

/** A request in the form that stands here in place of NSPI: it has a body that is read. */
function isOfDirectory(request: FastifyRequest): boolean {
  const { port } = readRpcAddress(queryOf(request)) ?? {};
  return request.method === 'POST' && methodWritten(request.raw) === 'POST' && port === rpcPorts.directory && isTyped(request);
}

/** Object GUIDs of those whose requests are being answered. */
const callers = new WeakMap<FastifyRequest, Guid>();

function isTyped({ headers }: FastifyRequest): boolean {
  return headers['content-type'] === directoryType;
}

function queryOf({ url }: FastifyRequest): string {
  return /\?(.*)/s.exec(url)?.[1] ?? '';
}

/** Whoever has signed in, where Outlook Anywhere is and leads to a server that is there; false: the answer has been sent. */
async function letIn(context: RpcProxyContext, request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
  const { exchange } = exchangeOf(request);
  exchange.note({ operation: 'rpcproxy.dll' });
  const { organization, settings } = await visited(context, request);
  const [path = ''] = request.url.split('?');
  const isThere = organization.kind === 'on-premises' && outlookAnywhere(organization, settings).isEnabled;
  // Disable-OutlookAnywhere takes the virtual directory away; Exchange Online ended RPC over HTTP in 2017.
  if (!isThere || path.toLowerCase() !== '/rpc/rpcproxy.dll') {
    refuse(request, reply, 404, 'NotFound');
    return false;
  }
  const admitted = await admit(context, request, reply, 'OutlookAnywhere');
  if (admitted === undefined) return false;
  if (admitted.principal.is === 'user') callers.set(request, admitted.principal.caller.recipient);
  const method = methodWritten(request.raw);
  // What a browser shows whoever has signed in: an empty page.
  if (method === 'GET' || method === 'HEAD') reply.code(200).send();
  else if (method !== 'RPC_IN_DATA' && method !== 'RPC_OUT_DATA' && !isOfDirectory(request))
    refuse(request, reply, 405, 'MethodNotAllowed');
  else {
    const problem = misled(organization, queryOf(request));
    if (problem === undefined) return true;
    fail(request, reply, problem.error, problem.detail);
  }
  return false;
}

function misled(organization: Organization, query: string): { readonly error: RpcError; readonly detail: string } | undefined {
  const address = readRpcAddress(query);
  if (address === undefined) return { error: rpcErrors.invalidParameter, detail: 'the query is no name of a server with a port' };
  return isValid(organization, address) ? undefined : { error: rpcErrors.accessDenied, detail: `${query} is none of ValidPorts` };
}

function answerRpc(request: FastifyRequest, reply: FastifyReply): void {
  // Without either field there is no body (RFC 9112 6.3).
  const { 'content-length': told = '0', 'transfer-encoding': coding } = request.headers;
  const length = coding === undefined ? Number(told) : Number.POSITIVE_INFINITY;
  if (length > mostEchoBytes) {
    fail(request, reply, rpcErrors.serverUnavailable, 'channels are not part of this simulation');
    return;
  }
  exchangeOf(request).exchange.note({ code: 'NoError' });
  reply.raw.statusMessage = 'Success';
  reply.code(200).header('content-type', 'application/rpc').send(echoPacket());
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
function fail(request: FastifyRequest, reply: FastifyReply, error: RpcError, detail: string): void {
  const phrase = rpcErrorPhrase(error);
  reply.raw.statusMessage = phrase;
  reply.header('connection', 'close');
  refuse(request, reply, 503, phrase, detail);
}

function refuse(request: FastifyRequest, reply: FastifyReply, status: number, code: string, detail = ''): FastifyReply {
  const { exchange } = exchangeOf(request);
  exchange.note({ code, detail });
  exchange.conclude('refused');
  return reply.code(status).send();
}
