import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CmdletObject, CmdletRefusalCode } from '../../shared/cmdlets/cmdlet.ts';
import { type Invocation, invokeCmdlet } from '../../shared/cmdlets/invocation.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import { present } from '../../shared/kernel/assert.ts';
import { Refusal } from '../../shared/kernel/refusal.ts';
import { admit } from '../../shared/service/admit.ts';
import { exchangeOf } from '../../shared/service/http-exchange.ts';
import { isProblem, readCmdletInput, selectedIn } from './cmdlet-input.ts';
import type { AdminApiContext } from './context.ts';
import { cmdletFailure, problemBody, type RequestProblem } from './failures.ts';

/** POST /adminapi/beta/{tenant}/InvokeCommand: runs one cmdlet as the user of a token. */
export async function invokeCommand(context: AdminApiContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const admitted = await admit(context, request, reply, 'AdminApi');
  if (admitted === undefined) return reply;
  const { organization, principal } = admitted;
  const { exchange, instant, authority } = exchangeOf(request);
  const { tenant = '' } = request.params as { readonly tenant?: string };
  if (!isNameOf(organization, tenant)) return refuse(request, reply, otherTenant);
  if (principal.is !== 'user' || principal.application?.token !== 'user') return refuse(request, reply, nobody);
  const input = readCmdletInput(request.body);
  if (isProblem(input)) return refuse(request, reply, input);
  const selected = selectedIn((request.raw.url ?? '').split('?')[1] ?? '');
  if (isProblem(selected)) return refuse(request, reply, selected);
  if (/clixml/i.test(String(request.headers['x-responseformat'] ?? ''))) return refuse(request, reply, noCliXml);
  const { caller } = principal;
  const account = present(await context.directory(organization.name).byGuid(caller.recipient), 'the user of an accepted token');
  const invocation: Invocation = { organization, account, at: instant, exchange, ...input };
  const at = `https://${authority.host}/adminapi/beta/${tenant}/$metadata#Collection(Exchange.GenericHashTable)`;
  const { status, body } = await answerOf(context, invocation, (objects, warnings) => ({
    '@odata.context': at,
    'adminapi.warnings@odata.type': '#Collection(String)',
    '@adminapi.warnings': warnings,
    value: objects.map((object) => narrowed(object, selected.names)),
  }));
  if (status !== 200) exchange.conclude('refused');
  return reply.code(status).type(contentType).send(body);
}

/** Runs the cmdlet, and tells the journal what came of it. */
async function answerOf(
  { cmdlets }: AdminApiContext,
  invocation: Invocation,
  shown: (objects: readonly CmdletObject[], warnings: readonly string[]) => object,
): Promise<{ readonly status: number; readonly body: object }> {
  const { exchange } = invocation;
  try {
    const { objects, warnings } = await invokeCmdlet(cmdlets, invocation);
    exchange.note({ code: 'NoError' });
    return { status: 200, body: shown(objects, warnings) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    exchange.note({ code: error.code, detail: error.detail ?? '' });
    return cmdletFailure(error.code as CmdletRefusalCode, error.detail ?? error.message);
  }
}

const contentType = 'application/json;odata.metadata=minimal;odata.streaming=true';

/** By its id, or by one of its domains. */
function isNameOf({ tenantId, domains }: Organization, tenant: string): boolean {
  return [tenantId, ...domains].some((name) => name?.toLowerCase() === tenant.toLowerCase());
}

const otherTenant: RequestProblem = { status: 403, code: 'Forbidden', message: 'The tenant of the path is not that of the token.' };
/** Of applications Entra wants a role (App-only authentication, step 5); there are none of Entra's roles here. */
const nobody: RequestProblem = {
  status: 403,
  code: 'Forbidden',
  message: 'Only users run cmdlets here, with an access token of their own: an application has no role of Microsoft Entra in this lab.',
};
const noCliXml: RequestProblem = {
  status: 501,
  code: 'NotImplemented',
  message: 'X-ResponseFormat: clixml is not supported here: ask for json.',
};

/** Answers with JSON that says what is wrong, and tells the journal. */
export function refuse(request: FastifyRequest, reply: FastifyReply, problem: RequestProblem): FastifyReply {
  const { exchange } = exchangeOf(request);
  exchange.note({ code: problem.code, detail: problem.message });
  exchange.conclude('refused');
  return reply.code(problem.status).type(contentType).send(problemBody(problem));
}

/** Names in any case, in the object's own order. */
function narrowed(object: CmdletObject, names: readonly string[] | undefined): CmdletObject {
  return names === undefined ? object : Object.fromEntries(Object.entries(object).filter(([name]) => names.includes(name.toLowerCase())));
}
