import { availabilityConfigName, availabilityConfigs } from '../../domain/trust/availability-address-spaces.ts';
import { type Guid, namedGuid } from '../../kernel/ids.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { judge, type Verdict } from '../../kernel/verdict.ts';
import type { SecurityContext } from '../../protocols/ews/request-header.ts';
import { callerOf } from './basic.ts';
import type { Caller } from './caller.ts';
import { hasMember, recipientNamed } from './group-membership.ts';
import type { ImpersonationGround } from './impersonation.ts';

/** Somebody says for whom he asks, and may not. */
export type SecurityContextRefusalCode = 'token-serialization-denied';

/** As whom a request is carried out whose sender names the user for whom it asks. */
export type SpeakingFor =
  | { readonly verdict: Verdict; readonly caller: Caller; readonly refusal?: never }
  | { readonly verdict: Verdict; readonly caller?: never; readonly refusal: Refusal<SecurityContextRefusalCode> };

const check = {
  check: 'sharing.per-user-account',
  reference: 'https://learn.microsoft.com/powershell/module/exchange/set-availabilityconfig',
} as const;

/**
 * The user of another forest for whom its server asks (SerializedSecurityContext, in requests of an availability address
 * space with `PerUserFB`). The account that signs in must be the one that the availability configuration names, or in the
 * group that it names. Here the user is whoever has the address among the recipients; one who is none of them is nobody,
 * so that Default counts. SIDs are not looked at: no forest here trusts another one's.
 */
export async function speakFor(server: Caller, context: SecurityContext, ground: ImpersonationGround): Promise<SpeakingFor> {
  const { organization, settings, directory } = ground;
  const named = availabilityConfigs.get(settings, availabilityConfigName)?.PerUserAccount ?? '';
  const account = await recipientNamed(directory, named);
  const expected = account === undefined ? 'an account that may speak for users' : named;
  if (account === undefined || !(await hasMember(directory, account, server.recipient))) {
    const actual = server.primarySmtpAddress;
    const refusal = new Refusal<SecurityContextRefusalCode>('token-serialization-denied', {
      detail: `${actual} is not the PerUserAccount`,
    });
    return { verdict: judge([{ ...check, outcome: 'failed', expected, actual }]), refusal };
  }
  const { primarySmtpAddress } = context;
  const user = await directory.byAddress(primarySmtpAddress);
  const impersonatedBy = server.primarySmtpAddress;
  const actual = `${impersonatedBy} for ${primarySmtpAddress}${user === undefined ? ', who is no recipient here' : ''}`;
  const verdict = judge([{ ...check, outcome: 'passed', expected, actual }]);
  if (user !== undefined) return { verdict, caller: { ...callerOf(user), impersonatedBy } };
  const nobody: Guid = namedGuid('user of another forest', primarySmtpAddress.toLowerCase());
  const names = { primarySmtpAddress, userPrincipalName: primarySmtpAddress };
  return { verdict, caller: { organization: organization.name, recipient: nobody, ...names, mailbox: null, impersonatedBy } };
}
