import type { Judgement } from '../../shared/bridges/authority/judgement.ts';
import { readScope, resolveResource } from '../../shared/bridges/authority/resources.ts';
import type { Settings } from '../../shared/domain/organization/settings.ts';
import type { ServicePrincipal } from '../../shared/domain/trust/service-principals.ts';
import type { AuthorizationRequest, Prompt, ReplyTarget, ResponseMode, ResponseType } from './authorization-request.ts';
import { type BrowserVisit, required } from './browser-visit.ts';
import type { AuthorizedGrant } from './pending.ts';

const responseModes: readonly ResponseMode[] = ['query', 'fragment', 'form_post'];

const responseTypes: readonly ResponseType[] = ['code', 'id_token'];

const prompts: readonly Prompt[] = ['none', 'login', 'select_account', 'consent', 'create'];

/** Where errors go, as far as it can be told before the rest of the request is looked at. */
export function readReplyTarget(parameters: ReadonlyMap<string, string>, client: ServicePrincipal, redirectUri: string): ReplyTarget {
  const asked = responseModes.find((mode) => mode === parameters.get('response_mode'));
  const responseMode = asked ?? (parameters.get('response_type')?.includes('token') === true ? 'fragment' : 'query');
  return { client, redirectUri, responseMode, state: parameters.get('state') };
}

/** Reads the rest of a request whose client and redirect URI are known. Throws the refusal that is to be told to the client. */
export function readAuthorizationRequest(
  visit: BrowserVisit,
  parameters: ReadonlyMap<string, string>,
  target: ReplyTarget,
  place: Pick<AuthorizationRequest, 'version' | 'segment' | 'home'>,
): AuthorizationRequest {
  const { judgement } = visit;
  const types = readResponseTypes(visit, parameters);
  const mode = parameters.get('response_mode');
  const modeFacts = { expected: responseModes.join(' or '), actual: mode ?? 'nothing' };
  const leaksToken = mode === 'query' && types.has('id_token');
  if ((mode !== undefined && mode !== target.responseMode) || leaksToken)
    return judgement.refuse('request.response-mode', modeFacts, '70007');
  judgement.pass('request.response-mode', modeFacts);
  const prompt = parameters.get('prompt');
  const known = prompts.find((one) => one === prompt);
  if (known === undefined && prompt !== undefined) {
    return judgement.refuse('request.prompt', { expected: prompts.join(' or '), actual: prompt }, '90023');
  }
  return {
    ...target,
    ...place,
    responseTypes: types,
    scope: place.version === 2 ? required(visit, parameters, 'scope') : (parameters.get('scope') ?? ''),
    resource: parameters.get('resource'),
    challenge: readChallenge(visit, parameters),
    nonce: types.has('id_token') ? required(visit, parameters, 'nonce') : parameters.get('nonce'),
    prompt: known,
    loginHint: parameters.get('login_hint'),
    maxAgeSeconds: readSeconds(parameters.get('max_age')),
    wantsClientInfo: parameters.get('client_info') === '1',
  };
}

/** Looks whether what is asked for exists and names one resource. What has been granted on it is the token endpoint's business. */
export function judgeResource(judgement: Judgement, request: AuthorizationRequest, settings: Settings): void {
  const read = request.version === 2 ? readScope(request.scope) : { resource: request.resource, permissions: [], openId: [] };
  if ('problem' in read) {
    const code = read.problem === 'several-resources' ? '700022' : '70011';
    judgement.refuse('request.scope', { actual: `${read.problem}: ${read.scope}` }, code, { scope: read.scope });
  }
  const { resource } = read;
  const values = { resource: resource ?? '', tenant: request.home.tenantId };
  if (resource !== undefined && resource !== '' && resolveResource(settings, resource) === undefined) {
    judgement.refuse('resource.exists', { actual: resource }, '500011', values);
  }
  judgement.pass('resource.exists', { actual: resource ?? 'none named' });
}

function readResponseTypes(visit: BrowserVisit, parameters: ReadonlyMap<string, string>): ReadonlySet<ResponseType> {
  const text = required(visit, parameters, 'response_type');
  const words = text.split(' ').filter((word) => word !== '');
  const types = new Set(responseTypes.filter((type) => words.includes(type)));
  const facts = { expected: 'code, id_token or code id_token', actual: text };
  const isEnabled = types.size === words.length && types.size > 0;
  if (!isEnabled) return visit.judgement.refuse('request.response-type', facts, '700054');
  visit.judgement.pass('request.response-type', facts);
  return types;
}

/** RFC 7636 section 4.3. */
function readChallenge({ judgement }: BrowserVisit, parameters: ReadonlyMap<string, string>): AuthorizedGrant['challenge'] {
  const value = parameters.get('code_challenge');
  const method = parameters.get('code_challenge_method');
  if (value === undefined && method === undefined) return undefined;
  const facts = { expected: 'S256 or plain, 43 to 128 unreserved characters', actual: `${method ?? 'plain'} ${value ?? 'nothing'}` };
  if ((method !== undefined && method !== 'plain' && method !== 'S256') || !/^[\w.~-]{43,128}$/.test(value ?? '')) {
    return judgement.refuse('request.code-challenge', { ...facts, reference: 'RFC 7636 section 4.2' }, '50147');
  }
  judgement.pass('request.code-challenge', facts);
  return { method: method ?? 'plain', value: value ?? '' };
}

function readSeconds(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
