import { findTenant } from '../../../shared/bridges/authority/urls.ts';
import { verifyPassword } from '../../../shared/domain/identity/nt-hash.ts';
import { shorten } from '../../../shared/kernel/checklist.ts';
import { judgeKnownPassword, judgePasswordAge } from '../password.ts';
import { judgeUser } from '../user.ts';
import { answerForUser } from '../user-tokens.ts';
import type { Grant } from './grant.ts';

/** RFC 6749 section 4.3: user name and password in the request. A second factor cannot be shown this way. */
export const password: Grant = {
  name: 'password',
  required: ['username', 'password'],
  async tenantOf({ form, organizations }) {
    return findTenant(organizations, form.get('username')?.split('@').at(-1) ?? '');
  },
  async answer(call) {
    const { form, judgement, context, tenant, visit } = call;
    const userName = (form.get('username') ?? '').trim();
    visit.exchange.note({ caller: shorten(userName) });
    const user = await context.directory(tenant.name).byUserPrincipalName(userName);
    // The work is the same whether or not there is such a user.
    const given = form.get('password') ?? '';
    const isRight = verifyPassword(user?.ntHash ?? null, given);
    const values = { user: userName, tenant: tenant.tenantId };
    if (user === undefined) return judgement.refuse('user.exists', { actual: 'no such user' }, '50034', values);
    judgement.pass('user.exists');
    await judgeKnownPassword(context, judgement, { tenant: tenant.name, user, password: given, isRight, at: visit.instant }, values);
    judgeUser(call, user);
    await judgePasswordAge(context, judgement, { tenant: tenant.name, user, at: visit.instant }, values);
    const mfa = { expected: 'a password is enough', actual: user.mfa ? 'a second factor is required' : 'it is' };
    if (user.mfa) return judgement.refuse('user.second-factor', mfa, '50076', { ...values, resource: call.form.get('resource') ?? '' });
    judgement.pass('user.second-factor', mfa);
    return answerForUser(call, { user, amr: ['pwd'], scope: form.get('scope'), resource: form.get('resource') });
  },
};
