import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerManageDelegation } from '../../shared/bridges/authority/federation/manage-delegation.ts';
import { type FederationInstance, federationInstances } from '../../shared/domain/trust/federation-instances.ts';
import { authorityScope } from '../../shared/domain/trust/well-known.ts';
import { present } from '../../shared/kernel/assert.ts';
import { visitOf } from '../../shared/service/http-exchange.ts';
import type { AzureAuthContext } from './context.ts';

type Door = (context: AzureAuthContext, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** `POST /service/managedelegation2.asmx` and its like (MS-OXWSLVID): organisations register themselves and their domains. */
export function manageDelegationDoor(name: FederationInstance['name']): Door {
  const instance = present(
    federationInstances.find((one) => one.name === name),
    'an instance of the gateway',
  );
  return (context, request, reply) => postManageDelegation(context, request, reply, instance);
}

async function postManageDelegation(
  context: AzureAuthContext,
  request: FastifyRequest,
  reply: FastifyReply,
  instance: FederationInstance,
): Promise<FastifyReply> {
  const { exchange, instant } = visitOf(request);
  const octets = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const answer = await answerManageDelegation(octets, instance, {
    store: context.store,
    settings: await context.settings(authorityScope),
    lookUpText: (name) => textRecords(context, name),
    at: instant,
    identifiers: context.identifiers,
  });
  const { status, contentType, body, verdict, operation, caller, code, detail } = answer;
  exchange.note({
    operation: operation ?? 'manage-delegation',
    ...(caller === undefined ? {} : { caller }),
    ...(code === undefined ? {} : { code }),
    ...(detail === undefined ? {} : { detail }),
  });
  exchange.judged(verdict);
  if (!verdict.accepted) exchange.conclude('refused');
  return reply.code(status).header('content-type', contentType).send(body);
}

async function textRecords({ names }: AzureAuthContext, name: string): Promise<readonly string[]> {
  const { answers } = await names.lookUp(name, 'TXT');
  return answers.flatMap((record) => (record.type === 'TXT' ? [record.text] : []));
}
