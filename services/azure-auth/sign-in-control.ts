import { authenticationService } from '../../shared/domain/world/vocabulary.ts';
import type { Clock, Instant } from '../../shared/kernel/clock.ts';
import { Refusal } from '../../shared/kernel/refusal.ts';
import { type Account, findUser } from './accounts.ts';
import { needsSecondFactor } from './conditional-access.ts';
import type { AzureAuthContext } from './context.ts';

export type SignInRefusalCode = 'unknown-user' | 'unknown-user-code' | 'user-code-decided';

/** What the control port does for a user who is not there: reads their authenticator, and decides about their devices. */
export interface SignInControl {
  /** The code that the user's authenticator shows. Refuses with {@link SignInRefusalCode}. */
  authenticationCode(userName: string): Promise<{ readonly user: string; readonly code: string; readonly until: Instant }>;
  /** Signs a user in for the device that shows a code, or declines. Refuses with {@link SignInRefusalCode}. */
  decideDevice(userCode: string, decision: { readonly user: string; readonly approve: boolean }): Promise<void>;
}

export function createSignInControl(context: AzureAuthContext, clock: Clock): SignInControl {
  const { pending, signIns } = context;
  return {
    async authenticationCode(userName) {
      const { user } = await requireUser(context, userName);
      return {
        user: user.userPrincipalName ?? userName,
        ...(await signIns.secondFactor.code(user.guid, clock.now(authenticationService))),
      };
    },
    async decideDevice(userCode, { user: userName, approve }) {
      const { tenant, user } = await requireUser(context, userName);
      const at = clock.now(authenticationService);
      const grant = await pending.deviceByUserCode(userCode, at);
      if (grant === undefined) throw signInRefusal('unknown-user-code', `no device shows the code ${JSON.stringify(userCode)}`);
      if (grant.request.tenant !== null && grant.request.tenant !== tenant.name) {
        throw signInRefusal('unknown-user', `the device asks for a user of ${grant.request.tenant}, not of ${tenant.name}`);
      }
      const purpose = {
        is: 'device',
        deviceCode: grant.deviceCode,
        request: grant.request,
        application: grant.request.clientId,
      } as const;
      const amr = (await needsSecondFactor(context, tenant.name, user, purpose)) ? ['pwd', 'mfa'] : ['pwd'];
      const decided = await (approve
        ? pending.approveDevice(grant.deviceCode, { tenant: tenant.name, user: user.guid, amr }, at)
        : pending.declineDevice(grant.deviceCode, at));
      if (!decided) throw signInRefusal('user-code-decided', `the code ${grant.userCode} is ${grant.state} or too old`);
    },
  };
}

async function requireUser(context: AzureAuthContext, userName: string): Promise<Account> {
  const account = await findUser(context, { kind: 'shared', text: 'common' }, userName);
  if (account?.user.enabled === true) return account;
  throw signInRefusal('unknown-user', `no tenant has a user ${JSON.stringify(userName)} who may sign in`);
}

function signInRefusal(code: SignInRefusalCode, detail: string): Refusal<SignInRefusalCode> {
  return new Refusal(code, { detail });
}
