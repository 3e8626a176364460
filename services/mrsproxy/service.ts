import type { FastifyInstance } from 'fastify';
import { exchangeOf } from '../../shared/service/http-exchange.ts';
import { createServiceApp } from '../../shared/service/http-host.ts';
import { admit } from './access.ts';
import type { MrsProxyContext } from './context.ts';
import { ServerNodes } from './server-node.ts';
import { mostBodyBytes, postMessage } from './soap-door.ts';

/** The mailbox replication proxy as a Fastify instance that never listens: the front end passes requests to it. */
export function createMrsProxyService(context: MrsProxyContext): FastifyInstance {
  const app = createServiceApp({ bodyLimitBytes: mostBodyBytes, seams: context.seams });
  const nodes = new ServerNodes();
  app.addHook('onClose', () => nodes.endAll());
  // HTTP.sys and WCF answer 400 to what is too long, before anybody has signed in.
  app.addHook('onRequest', async (request, reply) => {
    if (Number(request.headers['content-length'] ?? 0) <= mostBodyBytes) return;
    const { exchange } = exchangeOf(request);
    exchange.note({ code: 'QuotaExceeded', detail: `more than ${mostBodyBytes} octets` });
    exchange.conclude('refused');
    await reply.code(400).header('connection', 'close').send();
  });
  app.all('/EWS/mrsproxy.svc', async (request, reply) => {
    if (request.method === 'POST') return postMessage(context, nodes, request, reply);
    const { exchange } = exchangeOf(request);
    exchange.note({ operation: 'mrsproxy.svc' });
    if ((await admit(context, request, reply)) === undefined) return reply;
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    exchange.note({ code: isRead ? 'NoHelpPage' : 'MethodNotAllowed' });
    exchange.conclude('refused');
    return isRead ? reply.code(400).send() : reply.code(405).header('allow', 'POST').send();
  });
  return app;
}
