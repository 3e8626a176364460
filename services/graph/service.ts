import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Seams } from '../../shared/kernel/seams.ts';
import { visitOf } from '../../shared/service/http-exchange.ts';
import { createServiceApp } from '../../shared/service/http-host.ts';
import type { Store } from '../../shared/store/database.ts';
import { admitByToken, type GraphAccessContext } from './access.ts';
import { getSchedule } from './get-schedule.ts';
import { GraphRefusal } from './refusal.ts';

/** Everything that Graph needs from outside; the composition root fills it in. */
export interface GraphContext extends GraphAccessContext {
  readonly store: Store;
  readonly seams: Seams;
}

const maxBodyBytes = 1_048_576;
const collection = 'https://graph.microsoft.com/v1.0/$metadata#Collection(microsoft.graph.scheduleInformation)';

/** Microsoft Graph, as far as hybrid organisations need it, as a Fastify instance that never listens. */
export function createGraphService(context: GraphContext): FastifyInstance {
  const app = createServiceApp({ bodyLimitBytes: maxBodyBytes, seams: context.seams });
  app.post('/v1.0/users/:user/calendar/getSchedule', (request, reply) => answered(request, reply, () => postGetSchedule(context, request)));
  app.all('/*', (request, reply) =>
    answered(request, reply, () => {
      visitOf(request).exchange.note({ operation: 'Graph' });
      const path = request.url.replace(/\?.*$/s, '');
      throw new GraphRefusal(
        400,
        'BadRequest',
        `${request.method} ${path} is not supported here: POST /v1.0/users/{id}/calendar/getSchedule is.`,
      );
    }),
  );
  return app;
}

async function postGetSchedule(context: GraphContext, request: FastifyRequest): Promise<object> {
  const { exchange, instant } = visitOf(request);
  exchange.note({ operation: 'getSchedule' });
  const { tenant, principal } = await admitByToken(context, request);
  const { user = '' } = request.params as Readonly<Record<string, string>>;
  const caller = principal.is === 'user' ? principal.caller : undefined;
  const directory = context.directory(tenant.name);
  const ground = { store: context.store, seams: context.seams, directory, caller, at: instant, exchange };
  const { verdict, schedules } = await getSchedule(ground, user, jsonIn(request.body));
  if (verdict !== undefined) exchange.judged(verdict);
  return { '@odata.context': collection, value: schedules };
}

/** Undefined where it is no JSON. */
function jsonIn(body: unknown): unknown {
  try {
    return JSON.parse(Buffer.isBuffer(body) ? body.toString('utf8') : '');
  } catch {
    return undefined;
  }
}

/** What a door answers, or why not, with the ids by which Graph knows a request. */
async function answered(request: FastifyRequest, reply: FastifyReply, door: () => Promise<object> | object): Promise<FastifyReply> {
  const { exchange, instant } = visitOf(request);
  const clientRequestId = request.headers['client-request-id'];
  const requestId = exchange.traceId;
  reply.headers({ 'request-id': requestId, 'client-request-id': String(clientRequestId ?? requestId), 'odata-version': '4.0' });
  try {
    const body = await door();
    exchange.note({ code: 'NoError' });
    return await sendJson(reply, 200, body);
  } catch (error) {
    if (!(error instanceof GraphRefusal)) throw error;
    const { status, code, message, detail } = error;
    exchange.note({ code, detail });
    exchange.conclude('refused');
    const date = new Date(instant).toISOString().slice(0, 19);
    const innerError = { date, 'request-id': requestId, 'client-request-id': String(clientRequestId ?? requestId) };
    return sendJson(reply, status, { error: { code, message, innerError } });
  }
}

function sendJson(reply: FastifyReply, status: number, body: object): FastifyReply {
  return reply.code(status).header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(body));
}
