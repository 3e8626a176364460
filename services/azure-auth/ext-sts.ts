import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  type SignedDelegationToken,
  sealDelegationToken,
  signDelegationToken,
} from '../../shared/bridges/authority/federation/delegation-issue.ts';
import type { StsRefusal } from '../../shared/bridges/authority/federation/sts-checks.ts';
import { type JudgedTokenRequest, judgeTokenRequest, type StsAnswer } from '../../shared/bridges/authority/federation/sts-judge.ts';
import { partnersOf } from '../../shared/domain/trust/delegation-partners.ts';
import type { FederationInstance } from '../../shared/domain/trust/federation-instances.ts';
import { authorityScope } from '../../shared/domain/trust/well-known.ts';
import type { Refusal } from '../../shared/kernel/refusal.ts';
import { withReplacement } from '../../shared/kernel/seams.ts';
import { soap12Namespace } from '../../shared/protocols/soap/envelope.ts';
import { type Soap12Fault, soap12FaultElement } from '../../shared/protocols/soap/fault-12.ts';
import { faultAction } from '../../shared/protocols/wstrust/addressing.ts';
import { soap12MediaType } from '../../shared/protocols/wstrust/client.ts';
import { readServiceError, requestStatus, statusHeader } from '../../shared/protocols/wstrust/faults.ts';
import { writeMessage } from '../../shared/protocols/wstrust/message.ts';
import { issueActions } from '../../shared/protocols/wstrust/request.ts';
import { type TokenResponse, writeTokenResponse } from '../../shared/protocols/wstrust/response.ts';
import { holdExchange } from '../../shared/service/held-exchange.ts';
import { visitOf } from '../../shared/service/http-exchange.ts';
import type { AzureAuthContext } from './context.ts';
import { federationInstanceAt, isSecurityTokenService } from './endpoint-spellings.ts';
import { delegationFaults } from './ext-sts-failures.ts';
import { otherClaims, passTokenFaults } from './issued.ts';
import { passwordFlawOf } from './password.ts';
import { activeKey } from './signer.ts';

const answerLifeMs = 300_000;
/** `psf:authstate` of a request that failed (OfficeDocs-Support, "Resolve free/busy errors"). */
const failedAuthState = '0x80048800';

/**
 * `POST /extSTS.srf` (MS-OXWSLVID 3.3.4.1.1): a token request that an organisation has signed, for a token that only the
 * target can read. Which instance of the gateway answers the host says. No memory of requests is kept: one that is sent again
 * within its time is answered again.
 */
export async function postTokenRequest(context: AzureAuthContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { exchange, instant: at, authority } = visitOf(request);
  exchange.note({ operation: 'extSTS.srf' });
  const instance = federationInstanceAt(authority.host);
  const [settings, organizations] = await Promise.all([context.settings(authorityScope), context.organizations()]);
  const answer = await judgeTokenRequest(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0), {
    instance,
    partners: partnersOf(settings, instance.name),
    isService: (address) => isSecurityTokenService(address, authority),
    isTenantDomain: (domain) => organizations.byDomain(domain).some(({ kind }) => kind === 'cloud'),
    passwordFlaw: (user) => passwordFlawOf(context, user, at),
    at,
  });
  exchange.judged(answer.verdict);
  noteCaller(request, answer);
  if ('refusal' in answer) return sendFault(request, reply, answer.refusal, answer.messageId);
  const signed = await signedToken(context, request, instance, answer.judged);
  const held = await holdExchange(context.seams, 'token.claims', visitOf(request), () => ({ text: signed.text }));
  if (held === 'gone') return reply.hijack();
  // Changed behind its signature: whoever gets it sees that.
  const token = sealDelegationToken({ ...signed, text: withReplacement(signed.text, held?.text) });
  const body = tokenMessage(request, answer.messageId, token);
  return passTokenFaults(context, request, reply, () => begun(reply).send(body));
}

async function signedToken(
  context: AzureAuthContext,
  request: FastifyRequest,
  instance: FederationInstance,
  judged: JudgedTokenRequest,
): Promise<SignedDelegationToken> {
  const ground = { instance, signer: await activeKey(context), at: visitOf(request).instant, ids: context.identifiers };
  return signDelegationToken({ ...ground, otherClaims: await otherClaims(context, request) }, judged);
}

function tokenMessage(request: FastifyRequest, messageId: string | undefined, response: TokenResponse): Buffer {
  const { instant: at, authority } = visitOf(request);
  return writeMessage({
    soap: soap12Namespace,
    addressing: { action: issueActions.response, relatesTo: messageId },
    times: { created: at, expires: at + answerLifeMs },
    headers: [statusHeader(requestStatus.succeeded, authority.host)],
    body: writeTokenResponse(response),
  });
}

/** The user, once the organisation vouches for one; before that the organisation. */
function noteCaller(request: FastifyRequest, answer: StsAnswer): void {
  const { exchange } = visitOf(request);
  const [applicationUri] = answer.requester?.uris ?? [];
  if (applicationUri !== undefined) exchange.note({ caller: applicationUri });
  if (!('judged' in answer)) return;
  const { user, offer, appliesTo } = answer.judged;
  exchange.note({ caller: user.emailAddress, detail: `${applicationUri} asks for ${offer} at ${appliesTo}` });
}

function sendFault(
  request: FastifyRequest,
  reply: FastifyReply,
  { code, detail = '' }: Refusal<StsRefusal>,
  messageId: string | undefined,
): FastifyReply {
  const { exchange, authority } = visitOf(request);
  const fault = delegationFaults[code];
  exchange.note({ code: codeOf(fault), detail });
  exchange.conclude('refused');
  const body = writeMessage({
    soap: soap12Namespace,
    addressing: { action: faultAction, relatesTo: messageId },
    headers: [statusHeader(requestStatus.failed, authority.host, failedAuthState)],
    body: soap12FaultElement(fault),
  });
  // Unknown of the real service. SOAP 1.2 part 2, 7.5.2.2 wants 400 for a fault of the sender, which
  // WCF as a client takes for a broken answer; servers built with WCF send 500, and every client reads that.
  return begun(reply).code(500).send(body);
}

/** `FailedAuthentication 0x80041034`. */
function codeOf({ code, subcode, detail = [] }: Soap12Fault): string {
  return [subcode?.name ?? code, readServiceError(detail)?.code].filter((part) => part !== undefined).join(' ');
}

function begun(reply: FastifyReply): FastifyReply {
  return reply.headers({ 'content-type': soap12MediaType, 'cache-control': 'no-store', pragma: 'no-cache' });
}

/** Doors of the same hosts that are for clients and browsers with a Microsoft account; nothing of a hybrid goes through them. */
export async function notOffered(_context: AzureAuthContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { exchange } = visitOf(request);
  const path = request.url.replace(/\?.*$/s, '');
  exchange.note({ code: 'NotOffered', detail: 'a door that does not exist here' });
  exchange.conclude('refused');
  return reply
    .code(404)
    .header('content-type', 'text/plain; charset=utf-8')
    .send(`${path} is not offered here: organisations get their delegation tokens at /extSTS.srf.\n`);
}
