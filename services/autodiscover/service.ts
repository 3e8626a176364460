import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { exchangeOf } from '../../shared/service/http-exchange.ts';
import { createServiceApp } from '../../shared/service/http-host.ts';
import type { AutodiscoverContext } from './context.ts';
import { getJson } from './json-door.ts';
import { getMetadata } from './metadata-door.ts';
import { postPox, probePox } from './pox-door.ts';
import { requestLimits } from './request-limits.ts';
import { postSoap, probeSoap } from './soap-door.ts';
import { postWsSecurity } from './ws-security-door.ts';

type Door = (context: AutodiscoverContext, request: FastifyRequest, reply: FastifyReply) => FastifyReply | Promise<FastifyReply>;

/** Every path and what may be done there; paths match in any letter case, a HEAD is answered as a GET. */
const doors: Readonly<Record<string, { readonly GET?: Door; readonly POST?: Door }>> = {
  '/autodiscover/autodiscover.xml': { GET: probePox, POST: postPox },
  '/autodiscover/autodiscover.svc': { GET: probeSoap, POST: postSoap },
  '/autodiscover/autodiscover.svc/WSSecurity': { POST: postWsSecurity('token') },
  '/autodiscover/autodiscover.svc/WSSecurity/SymmetricKey': { POST: postWsSecurity('proof') },
  '/autodiscover/autodiscover.svc/WSSecurity/X509Cert': { POST: postWsSecurity('certificate') },
  '/autodiscover/autodiscover.json': { GET: getJson },
  '/autodiscover/autodiscover.json/v1.0/:email': { GET: getJson },
  '/autodiscover/metadata/json/1': { GET: getMetadata },
};

/** The Autodiscover service as a Fastify instance that never listens: the front end passes requests to it. */
export function createAutodiscoverService(context: AutodiscoverContext): FastifyInstance {
  const app = createServiceApp({ bodyLimitBytes: requestLimits.maxBytes, seams: context.seams });
  for (const [path, methods] of Object.entries(doors)) {
    app.all(path, (request, reply) => {
      const door =
        request.method === 'POST' ? methods.POST : request.method === 'GET' || request.method === 'HEAD' ? methods.GET : undefined;
      return door === undefined ? refuseMethod(request, reply, Object.keys(methods)) : door(context, request, reply);
    });
  }
  return app;
}

function refuseMethod(request: FastifyRequest, reply: FastifyReply, allowed: readonly string[]): FastifyReply {
  exchangeOf(request).exchange.note({ code: 'MethodNotAllowed' });
  return reply.code(405).header('allow', allowed.join(', ')).send();
}
