import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { exchangeOf } from '../../shared/service/http-exchange.ts';
import { createServiceApp } from '../../shared/service/http-host.ts';
import type { AdminApiContext } from './context.ts';
import { invokeCommand, refuse } from './invoke-command.ts';

const mostBodyBytes = 1_024 * 1_024;

/** The admin API of Exchange Online as a Fastify instance that never listens: the front end passes requests to it. */
export function createAdminApiService(context: AdminApiContext): FastifyInstance {
  const app = createServiceApp({ bodyLimitBytes: mostBodyBytes, seams: context.seams });
  app.all('/adminapi/:version/:tenant/:operation', (request, reply) => {
    const { version, operation } = request.params as Readonly<Record<string, string>>;
    const asked = `${version}/${operation}`.toLowerCase();
    if (!isOfCloud(request) || asked !== 'beta/invokecommand') return elsewhere(request, reply);
    if (request.method === 'POST') return invokeCommand(context, request, reply);
    exchangeOf(request).exchange.note({ code: 'MethodNotAllowed' });
    return reply.code(405).header('allow', 'POST').send();
  });
  app.all('/adminapi/*', elsewhere);
  return app;
}

function isOfCloud(request: FastifyRequest): boolean {
  return exchangeOf(request).organization.kind === 'cloud';
}

/** Exchange on-premises has none of this. Of the cloud's, the rest is missing: the module's own code (EXOModuleFile) before all. */
function elsewhere(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (!isOfCloud(request)) return reply.code(404).send();
  const [path = ''] = (request.raw.url ?? '').split('?');
  const what = /\/EXOModuleFile$/i.test(path)
    ? 'EXOModuleFile, with which Connect-ExchangeOnline begins, holds Microsoft’s own module'
    : `${path.slice(0, 200)} is not simulated`;
  const message = `${what}: here there is POST /adminapi/beta/{tenant}/InvokeCommand, and the lab's own shell (coexist shell).`;
  return refuse(request, reply, { status: 501, code: 'NotImplemented', message });
}
