import { issueAppToken } from '../../../shared/bridges/authority/issue.ts';
import { defaultScope, readScope } from '../../../shared/bridges/authority/resources.ts';
import { judgeResource } from '../resource.ts';
import type { Grant, GrantCall, TokenBody } from './grant.ts';

/** RFC 6749 section 4.4: an application by itself. Its roles are what it has been granted; with none the token has none. */
export const clientCredentials: Grant = {
  name: 'client_credentials',
  required: [],
  unproved: '7000216',
  async answer(call) {
    const { judgement, client, authentication, ground, version } = call;
    // Nobody can be sure of an application that proves nothing.
    if (authentication === '0') judgement.refuse('client.confidential', { actual: 'a public client' }, '7000216', { client: client.appId });
    judgement.pass('client.confidential');
    const { principal, audience } = judgeResource(call, version === 2 ? wholeResource(call) : required(call, 'resource'));
    const roles = client.appRoleAssignments.filter(({ resource }) => resource === principal.appId).map(({ role }) => role);
    judgement.pass('client.roles', { actual: roles.join(' ') });
    const { token, expiresIn } = await issueAppToken(ground, { client, clientAuthentication: authentication, audience, roles });
    call.visit.exchange.note({ detail: `issued for ${audience}` });
    return tokenBody(call, audience, expiresIn, token);
  },
};

function required({ judgement, form }: GrantCall, name: string): string {
  return form.get(name) ?? judgement.refuse('request.parameters', { expected: name, actual: 'nothing' }, '900144', { name });
}

/** The resource whose `.default` the scope names: nothing else can be asked for by an application. */
function wholeResource(call: GrantCall): string {
  const { judgement } = call;
  const text = required(call, 'scope');
  const scope = readScope(text);
  const facts = { expected: 'a resource and /.default', actual: text };
  if ('problem' in scope) {
    return judgement.refuse('request.scope', facts, scope.problem === 'several-resources' ? '700022' : '1002012', { scope: text });
  }
  const { resource, permissions, openId } = scope;
  if (resource === undefined || permissions[0] !== defaultScope || openId.length > 0) {
    return judgement.refuse('request.scope', facts, '1002012', { scope: text });
  }
  judgement.pass('request.scope', facts);
  return resource;
}

function tokenBody({ version, ground }: GrantCall, audience: string, expiresIn: number, token: string): TokenBody {
  const lives = { token_type: 'Bearer', expires_in: expiresIn, ext_expires_in: expiresIn };
  if (version === 2) return { ...lives, access_token: token };
  const issued = Math.floor(ground.at / 1_000);
  return { ...lives, expires_on: issued + expiresIn, not_before: issued, resource: audience, access_token: token };
}
