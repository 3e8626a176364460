import type { FastifyReply, FastifyRequest } from 'fastify';
import { exchangeOf } from '../../shared/service/http-exchange.ts';
import { DatabaseAway } from '../../shared/store/database-away.ts';
import type { AutodiscoverContext } from './context.ts';
import { jsonDefect } from './failures.ts';
import { type JsonV2Reply, jsonV2 } from './operations/json-v2.ts';

/** Answers a GET of `autodiscover.json`; nobody signs in for it. */
export async function getJson(context: AutodiscoverContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { exchange } = exchangeOf(request);
  exchange.note({ operation: 'JSONv2' });
  reply.header('cache-control', 'private');
  const answer = await answerOf(context, request);
  if (answer.status === 302) {
    exchange.note({ code: 'redirect' });
    return reply.code(302).header('location', answer.location).send();
  }
  if (answer.status === 200) exchange.note({ code: 'NoError' });
  else exchange.note({ code: answer.body.ErrorCode, ...(answer.detail === undefined ? {} : { detail: answer.detail }) });
  return reply.code(answer.status).send(answer.body);
}

async function answerOf(context: AutodiscoverContext, request: FastifyRequest): Promise<JsonV2Reply> {
  const asked = exchangeOf(request);
  try {
    return await jsonV2(context, asked, request.raw.url ?? '');
  } catch (error) {
    if (error instanceof DatabaseAway) throw error;
    asked.exchange.conclude('defect', error);
    return { status: 500, body: jsonDefect };
  }
}
