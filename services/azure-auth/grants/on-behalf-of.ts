import { claimText } from '../../../shared/bridges/authority/clients.ts';
import { resolveResource } from '../../../shared/bridges/authority/resources.ts';
import { entraIssuer, findTenant, type Tenant } from '../../../shared/bridges/authority/urls.ts';
import { parseGuid } from '../../../shared/kernel/ids.ts';
import { type Jwt, readJwt, verificationKey, verifySignature } from '../../../shared/protocols/oauth/jwt.ts';
import { authorityKeys } from '../signer.ts';
import { userOf } from '../user.ts';
import { answerForUser } from '../user-tokens.ts';
import type { Grant, GrantCall } from './grant.ts';

const skewSeconds = 300;

/** A service that was called with a user's token asks for another one in the user's name (RFC 7523, `requested_token_use`). */
export const onBehalfOf: Grant = {
  name: 'on_behalf_of',
  required: ['assertion', 'requested_token_use'],
  async tenantOf({ form, organizations }): Promise<Tenant | undefined> {
    const jwt = readJwt(form.get('assertion') ?? '');
    const tid = 'problem' in jwt ? undefined : jwt.claims['tid'];
    return typeof tid === 'string' ? findTenant(organizations, tid) : undefined;
  },
  async answer(call) {
    const { judgement, form, client, authentication } = call;
    const use = { expected: 'on_behalf_of', actual: form.get('requested_token_use') ?? '' };
    if (use.actual !== use.expected) judgement.refuse('request.token-use', use, '90023', { name: 'requested_token_use' });
    judgement.pass('request.token-use', use);
    if (authentication === '0') judgement.refuse('client.confidential', { actual: 'a public client' }, '7000218', { client: client.appId });
    judgement.pass('client.confidential');
    const jwt = await judgeAssertion(call, form.get('assertion') ?? '');
    const { oid, amr } = jwt.claims;
    const id = typeof oid === 'string' ? parseGuid(oid) : undefined;
    if (id === undefined) return judgement.refuse('assertion.user', { actual: claimText(oid) }, '50013');
    const user = await userOf(call, id);
    const methods = Array.isArray(amr) ? amr.filter((one) => typeof one === 'string') : ['pwd'];
    return answerForUser(call, { user, amr: methods, scope: form.get('scope'), resource: form.get('resource') });
  },
};

/** The token of the user must be our own, of this tenant, meant for the service that shows it, and not too old. */
async function judgeAssertion(call: GrantCall, text: string): Promise<Jwt> {
  const { judgement, context, tenant, visit } = call;
  const jwt = readJwt(text);
  if ('problem' in jwt) return judgement.refuse('assertion.form', { actual: jwt.problem }, '50027');
  judgement.pass('assertion.form');
  const named = claimText(jwt.header['x5t'] ?? jwt.header['kid']);
  const known = (await authorityKeys(context)).filter(({ state }) => state === 'active' || state === 'published');
  const key = known.find(({ x5t }) => x5t === named);
  const facts = { expected: known.map(({ x5t }) => x5t).join(' '), actual: named };
  if (key === undefined) return judgement.refuse('assertion.key', facts, '50013');
  judgement.pass('assertion.key', facts);
  if (!(await verifySignature(jwt, verificationKey(key.certificate)))) {
    judgement.refuse('assertion.signature', { actual: 'another signature' }, '50013');
  }
  judgement.pass('assertion.signature');
  const { iss, exp, scp } = jwt.claims;
  const issuer = { expected: entraIssuer(tenant.tenantId, 1), actual: claimText(iss) };
  if (iss !== issuer.expected) judgement.refuse('assertion.issuer', issuer, '50013');
  judgement.pass('assertion.issuer', issuer);
  judgeAudience(call, jwt);
  const now = visit.instant / 1_000;
  const life = { expected: new Date(visit.instant).toISOString(), actual: `until ${claimText(exp)}`, reference: 'RFC 7523 section 3' };
  if (typeof exp !== 'number' || now > exp + skewSeconds)
    judgement.refuse('assertion.lifetime', life, '500133', { now: life.expected, to: claimText(exp) });
  judgement.pass('assertion.lifetime', life);
  const user = { expected: 'a token of a user', actual: scp === undefined ? 'a token of an application' : 'a token of a user' };
  if (scp === undefined) judgement.refuse('assertion.user', user, '50013');
  judgement.pass('assertion.user', user);
  return jwt;
}

function judgeAudience({ judgement, settings, client }: GrantCall, { claims: { aud } }: Jwt): void {
  const facts = { expected: client.appId, actual: claimText(aud) };
  const meant = typeof aud === 'string' ? resolveResource(settings, aud)?.principal : undefined;
  if (meant?.appId !== client.appId) {
    judgement.refuse('assertion.audience', facts, '50013');
  }
  judgement.pass('assertion.audience', facts);
}
