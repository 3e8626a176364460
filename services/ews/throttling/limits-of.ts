import { type UserLimits, userLimits } from '../../../shared/domain/organization/throttling-policies.ts';
import type { EwsCall } from '../context.ts';

/** What the policy of the mailbox in whose name a request is grants. Two look-ups in memory. */
export async function limitsOf({
  context,
  organization,
  caller,
}: Pick<EwsCall, 'context' | 'organization' | 'caller'>): Promise<UserLimits> {
  const payer = await context.directory(organization.name).byGuid(caller.recipient);
  return userLimits(organization, await context.settings(organization.name), payer?.settings.throttlingPolicy);
}
