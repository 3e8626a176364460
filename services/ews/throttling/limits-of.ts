import { type EwsLimits, ewsLimits } from '../../../shared/domain/organization/throttling-policies.ts';
import type { EwsCall } from '../context.ts';

/** What the policy of the mailbox in whose name a request is grants. Two look-ups in memory. */
export async function limitsOf({
  context,
  organization,
  caller,
}: Pick<EwsCall, 'context' | 'organization' | 'caller'>): Promise<EwsLimits> {
  const payer = await context.directory(organization.name).byGuid(caller.recipient);
  return ewsLimits(organization, await context.settings(organization.name), payer?.settings.throttlingPolicy);
}
