import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EndpointVersion } from '../../shared/bridges/authority/urls.ts';
import { type Account, findUser, judgeClient, judgeSegment } from './accounts.ts';
import type { AuthorizationRequest } from './authorization-request.ts';
import { answerRefusal } from './authorize-answer.ts';
import { afterPassword, askPassword, goOn } from './authorize-sign-in.ts';
import { type BrowserVisit, judged, openBrowserVisit, parametersOf, required, sendErrorPage } from './browser-visit.ts';
import { needsSecondFactor } from './conditional-access.ts';
import type { AzureAuthContext } from './context.ts';
import { isEntraRefusal } from './failures.ts';
import { judgeResource, readAuthorizationRequest, readReplyTarget } from './read-authorization-request.ts';
import { registeredRedirect } from './redirect-uri.ts';
import { type Purpose, type SignedIn, sessionOf } from './sign-ins.ts';

/**
 * `GET` and `POST /{tenant}/oauth2/[v2.0/]authorize`. What is wrong with the client or its redirect URI is said on a
 * page; every other refusal is told to the client (RFC 6749 section 4.1.2.1).
 */
export function authorize(
  context: AzureAuthContext,
  request: FastifyRequest,
  reply: FastifyReply,
  version: EndpointVersion,
): Promise<FastifyReply> {
  const visit = openBrowserVisit(context, request, reply, 'authorize');
  return judged(visit, () => begin(visit, version), sendErrorPage);
}

async function begin(visit: BrowserVisit, version: EndpointVersion): Promise<FastifyReply> {
  const { context, judgement, request, exchange } = visit;
  const parameters = parametersOf(visit);
  const segment = await judgeSegment(context, judgement, (request.params as { tenant: string }).tenant);
  const { client, home } = await judgeClient(context, judgement, segment, required(visit, parameters, 'client_id'));
  exchange.note({ caller: client.appId, organization: home.name });
  const asked = parameters.get('redirect_uri');
  const redirectUri = registeredRedirect(client, asked);
  const facts = { expected: client.redirectUris.join(' '), actual: asked ?? 'nothing', reference: 'RFC 6749 section 3.1.2' };
  if (redirectUri === undefined) {
    const values = { redirectUri: asked ?? '', appId: client.appId };
    return judgement.refuse('redirect.registered', facts, asked === undefined ? '900971' : '50011', values);
  }
  judgement.pass('redirect.registered', facts);
  const target = readReplyTarget(parameters, client, redirectUri);
  try {
    const read = readAuthorizationRequest(visit, parameters, target, { version, segment, home });
    judgeResource(judgement, read, await context.settings(home.name));
    return await signIn(visit, read);
  } catch (error) {
    if (!isEntraRefusal(error)) throw error;
    return answerRefusal(visit, target, error);
  }
}

/** By the browser's session, by the user whom the request names, or by the page: whichever comes first. */
async function signIn(visit: BrowserVisit, request: AuthorizationRequest): Promise<FastifyReply> {
  const { judgement } = visit;
  const purpose: Purpose = { is: 'authorize', request };
  const isSilent = request.prompt === undefined || request.prompt === 'none';
  if (isSilent) {
    const known = await rememberedUser(visit, request);
    if (known !== undefined) {
      judgement.pass('session.present', { actual: known.amr.join(' ') });
      return goOn(visit, purpose, known);
    }
    const hinted = await hintedUser(visit, request);
    if (hinted !== undefined) {
      const reference = 'signed in by login_hint: the automatic mode of the simulation';
      judgement.pass('user.hinted', { actual: hinted.user.primaryAddress, reference });
      const needsMore = await needsSecondFactor(visit.context, hinted.tenant.name, hinted.user, purpose);
      if (!needsMore || request.prompt === undefined) return afterPassword(visit, purpose, hinted);
      return judgement.refuse('user.second-factor', { expected: 'a second factor', actual: 'none, and prompt=none' }, '50076', {
        resource: request.resource ?? request.scope,
      });
    }
  }
  if (request.prompt === 'none') return judgement.refuse('session.present', { actual: 'nobody is signed in' }, '50058');
  return askPassword(visit, { purpose, stage: 'password', who: undefined, failures: 0 }, request.loginHint ?? '');
}

/** The user of the browser's session, if the request is content with them. */
async function rememberedUser({ context, at, request }: BrowserVisit, asked: AuthorizationRequest): Promise<SignedIn | undefined> {
  const session = await sessionOf(context.signIns, request, at);
  if (session === undefined) return undefined;
  const { segment, loginHint, maxAgeSeconds } = asked;
  if (segment.kind === 'tenant' && segment.tenant.name !== session.tenant) return undefined;
  if (maxAgeSeconds !== undefined && at - session.since > maxAgeSeconds * 1_000) return undefined;
  const user = await context.directory(session.tenant).byGuid(session.user);
  if (user?.enabled !== true) return undefined;
  const purpose: Purpose = { is: 'authorize', request: asked };
  if (!session.amr.includes('mfa') && (await needsSecondFactor(context, session.tenant, user, purpose))) return undefined;
  const isMeant = loginHint === undefined || loginHint.toLowerCase() === user.userPrincipalName?.toLowerCase();
  return isMeant ? session : undefined;
}

async function hintedUser({ context }: BrowserVisit, { loginHint, segment }: AuthorizationRequest): Promise<Account | undefined> {
  if (loginHint === undefined) return undefined;
  const account = await findUser(context, segment, loginHint);
  return account?.user.enabled === true && account.user.ntHash !== null ? account : undefined;
}
