import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { exchangeOf } from '../../shared/service/http-exchange.ts';
import { createServiceApp } from '../../shared/service/http-host.ts';
import { admit } from './access.ts';
import type { EwsContext } from './context.ts';
import { getPhotoOverHttp } from './photos/rest-door.ts';
import { postSoap, requestLimits } from './soap-door.ts';
import { Budgets } from './throttling/budgets.ts';
import { postWsSecurity } from './ws-security-door.ts';

type Door = (context: EwsContext, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** Every path and what may be done there; paths match in any letter case, a HEAD is answered as a GET. */
const doors: Readonly<Record<string, { readonly GET?: Door; readonly POST?: Door }>> = {
  '/EWS/Exchange.asmx': { GET: redirectToDescription, POST: postSoap },
  '/EWS/Exchange.asmx/s/GetUserPhoto': { GET: getPhotoOverHttp },
  '/EWS/Exchange.asmx/WSSecurity': { POST: postWsSecurity('token') },
  '/EWS/Exchange.asmx/WSSecurity/SymmetricKey': { POST: postWsSecurity('proof') },
  '/EWS/Exchange.asmx/WSSecurity/X509Cert': { POST: postWsSecurity('certificate') },
  '/EWS/Services.wsdl': { GET: (context, request, reply) => sendDescription(context, request, reply, 'servicesWsdl') },
  '/EWS/messages.xsd': { GET: (context, request, reply) => sendDescription(context, request, reply, 'messagesXsd') },
  '/EWS/types.xsd': { GET: (context, request, reply) => sendDescription(context, request, reply, 'typesXsd') },
};

/** The EWS service as a Fastify instance that never listens: the front end passes requests to it. */
export function createEwsService(parts: Omit<EwsContext, 'budgets'>): FastifyInstance {
  const context: EwsContext = { ...parts, budgets: new Budgets() };
  const app = createServiceApp({ bodyLimitBytes: requestLimits.maxBytes, seams: context.seams });
  app.addHook('onReady', async () => {
    const { startPusher } = await import('./notifications/pusher.ts');
    await startPusher(context, uncaught);
  });
  for (const [path, { GET, POST }] of Object.entries(doors)) {
    app.all(path, async (request, reply) => {
      const door = request.method === 'POST' ? POST : request.method === 'GET' || request.method === 'HEAD' ? GET : undefined;
      if (door !== undefined) return door(context, request, reply);
      exchangeOf(request).exchange.note({ code: 'MethodNotAllowed' });
      exchangeOf(request).exchange.conclude('refused');
      return reply
        .code(405)
        .header('allow', [GET && 'GET', POST && 'POST'].filter((method) => method !== undefined).join(', '))
        .send();
    });
  }
  return app;
}

/** A defect in what no request waits for. */
function uncaught(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}

/** Exchange shows browsers the way to the service's description (from memory; sources differ). */
async function redirectToDescription(context: EwsContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  exchangeOf(request).exchange.note({ operation: 'Exchange.asmx' });
  if ((await admit(context, request, reply)) === undefined) return reply;
  return reply.redirect('/EWS/Services.wsdl', 302);
}

async function sendDescription(
  context: EwsContext,
  request: FastifyRequest,
  reply: FastifyReply,
  document: 'servicesWsdl' | 'messagesXsd' | 'typesXsd',
): Promise<FastifyReply> {
  exchangeOf(request).exchange.note({ operation: document });
  if ((await admit(context, request, reply)) === undefined) return reply;
  const { serviceDescription } = await import('../../shared/protocols/ews/wsdl.ts');
  return reply.header('content-type', 'text/xml; charset=utf-8').send(serviceDescription()[document]);
}
