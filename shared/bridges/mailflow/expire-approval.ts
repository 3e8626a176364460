import type { ApprovalExpiry } from '../../domain/mailflow/approvals.ts';
import type { Store } from '../../domain/organization/transaction.ts';
import type { Instant } from '../../kernel/clock.ts';
import { carryOutAcceptance, planAcceptance, type TransportGround } from './accept.ts';
import { carryOutApproval } from './approvals.ts';
import { findWaiting, planSettling } from './moderate.ts';
import { pastHeld } from './past-held.ts';

/**
 * Gives a message up that no moderator has decided on in time, unless one just does.
 *
 * @param groundOf how an organisation takes messages
 */
export async function expireApproval(
  store: Pick<Store, 'transaction'>,
  groundOf: (organization: string) => Promise<TransportGround>,
  { organization, request }: ApprovalExpiry,
  at: Instant,
): Promise<void> {
  await pastHeld(await groundOf(organization), async (ground) => {
    const found = await findWaiting(ground, request);
    if (found === undefined) return;
    const step = await planSettling(ground, found, undefined, at, (message) => planAcceptance(ground, message, at));
    await store.transaction((tx) => carryOutApproval(tx, organization, step, at, (one) => carryOutAcceptance(tx, ground, one, at)));
  });
}
