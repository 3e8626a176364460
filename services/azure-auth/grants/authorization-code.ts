import { createHash } from 'node:crypto';
import type { AuthorizedGrant } from '../pending.ts';
import { judgeGrant, tenantNamed, userOf } from '../user.ts';
import { answerForUser } from '../user-tokens.ts';
import type { Grant, GrantCall } from './grant.ts';

/** RFC 6749 section 4.1 with RFC 7636: the code that the user's browser has brought. */
export const authorizationCode: Grant = {
  name: 'authorization_code',
  required: ['code', 'redirect_uri'],
  async tenantOf({ form, context, organizations, visit }) {
    return tenantNamed(organizations, (await context.pending.code(form.get('code') ?? '', visit.instant))?.grant.tenant);
  },
  async answer(call) {
    const { form, judgement, context } = call;
    const code = form.get('code') ?? '';
    const grant = await judgeCode(call, code);
    judgeRedirection(call, grant);
    judgeVerifier(call, grant);
    // Looked at again: two requests may have come this far with one code.
    if (!(await context.pending.redeemCode(code, call.visit.instant)))
      return judgement.refuse('code.unused', { actual: 'redeemed' }, '54005');
    const { amr, nonce } = grant;
    const user = await userOf(call, grant.user);
    const scope = [
      form.get('scope') ?? grant.scope,
      ...grant.scope.split(' ').filter((one) => /^(openid|offline_access)$/i.test(one)),
    ].join(' ');
    const resource = form.get('resource') ?? grant.resource;
    return answerForUser(call, { user, amr, scope, resource, nonce });
  },
};

async function judgeCode(call: GrantCall, code: string): Promise<AuthorizedGrant> {
  const { judgement, context, visit } = call;
  const known = await context.pending.code(code, visit.instant);
  if (known === undefined) return judgement.refuse('code.known', { actual: 'no such code' }, '9002313');
  judgement.pass('code.known');
  judgeGrant(call, known.grant, '700005');
  if (known.state === 'redeemed') judgement.refuse('code.unused', { actual: 'redeemed', reference: 'RFC 6749 section 4.1.2' }, '54005');
  judgement.pass('code.unused');
  if (known.state === 'expired') judgement.refuse('code.lifetime', { expected: 'at most 10 minutes' }, '70008');
  judgement.pass('code.lifetime');
  return known.grant;
}

function judgeRedirection({ judgement, form }: GrantCall, { redirectUri, clientId }: AuthorizedGrant): void {
  const facts = { expected: redirectUri, actual: form.get('redirect_uri') ?? '', reference: 'RFC 6749 section 4.1.3' };
  if (facts.actual !== redirectUri) judgement.refuse('code.redirect-uri', facts, '50011', { redirectUri: facts.actual, client: clientId });
  judgement.pass('code.redirect-uri', facts);
}

/** A verifier for a code that was asked for without a challenge is refused as well: somebody has cut the challenge off. */
function judgeVerifier({ judgement, form }: GrantCall, { challenge }: AuthorizedGrant): void {
  const verifier = form.get('code_verifier');
  const reference = 'RFC 7636 section 4.6';
  const shown =
    verifier === undefined || challenge?.method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url');
  if (shown !== challenge?.value) {
    const actual = verifier === undefined ? 'no verifier' : challenge === undefined ? 'a verifier without a challenge' : 'another verifier';
    judgement.refuse('code.verifier', { expected: challenge?.method ?? 'no verifier', actual, reference }, '501481');
  }
  judgement.pass('code.verifier', { reference });
}
