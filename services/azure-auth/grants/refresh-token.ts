import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import { signInSessions } from '../../../shared/domain/trust/sign-in-sessions.ts';
import { openRefreshGrant, type RefreshGrant } from '../sealed-grant.ts';
import { authorityKeys } from '../signer.ts';
import { judgeGrant, passwordMark, tenantNamed, userOf } from '../user.ts';
import { answerForUser } from '../user-tokens.ts';
import type { Grant, GrantCall, TokenRequest } from './grant.ts';

/** Life of a refresh token; each use gives one with a new life. */
const lifeMs = 90 * 24 * 3_600_000;

/** RFC 6749 section 6. The old token stays good, as it does with Entra; it is its user's, not one resource's. */
export const refreshToken: Grant = {
  name: 'refresh_token',
  required: ['refresh_token'],
  async tenantOf(request) {
    return tenantNamed(request.organizations, (await open(request))?.tenant);
  },
  async answer(call) {
    const { form, judgement, visit } = call;
    const grant = await open(call);
    if (grant === undefined) return judgement.refuse('refresh-token.form', { actual: 'none of ours' }, '70000');
    judgement.pass('refresh-token.form');
    judgeGrant(call, grant, '70000');
    const lifetime = { expected: 'at most 90 days', actual: new Date(grant.issued).toISOString() };
    if (visit.instant - grant.issued > lifeMs) {
      const days = Math.floor((visit.instant - grant.issued) / 86_400_000);
      judgement.refuse('refresh-token.lifetime', lifetime, '700082', { issueDate: lifetime.actual, time: `${days}.00:00:00` });
    }
    judgement.pass('refresh-token.lifetime', lifetime);
    const user = await userOf(call, grant.user);
    judgeRevocation(call, grant, user);
    const openId = (grant.scope ?? '').split(' ').filter((one) => /^(openid|offline_access)$/i.test(one));
    const scope = [form.get('scope') ?? grant.scope ?? '', ...openId].join(' ').trim();
    const resource = form.get('resource') ?? grant.resource;
    return answerForUser(call, { user, amr: grant.amr, scope: scope === '' ? undefined : scope, resource });
  },
};

function judgeRevocation({ judgement, settings }: GrantCall, grant: RefreshGrant, user: Recipient): void {
  const validFrom = signInSessions.get(settings, user.guid)?.validFrom ?? 0;
  const isOld = grant.issued < validFrom;
  const actual = isOld ? 'revoked' : grant.password !== passwordMark(user) ? 'the password was changed since' : 'not revoked';
  if (actual !== 'not revoked') judgement.refuse('refresh-token.revocation', { actual }, '50173');
  judgement.pass('refresh-token.revocation', { actual });
}

async function open({ form, context }: TokenRequest): Promise<RefreshGrant | undefined> {
  return openRefreshGrant(form.get('refresh_token') ?? '', await authorityKeys(context));
}
