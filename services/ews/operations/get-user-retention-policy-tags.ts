import { retentionTagsOf } from '../../../shared/domain/organization/retention.ts';
import type { getUserRetentionPolicyTags as contract } from '../../../shared/protocols/ews/operations/get-user-retention-policy-tags.ts';
import { openMailboxOf } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getuserretentionpolicytags-operation
 * The tags of the policy of the caller's mailbox; without a policy there are none (inferred). Users see personal ones.
 */
export const getUserRetentionPolicyTags: Operation<typeof contract> = async (call) => {
  // A refusal is a fault: the schema has no answer without tags.
  const { owner } = await openMailboxOf(call);
  const RetentionPolicyTag = (await retentionTagsOf(call.context.store.read, owner)).map((tag) => ({
    DisplayName: tag.Name,
    RetentionId: tag.RetentionId,
    RetentionPeriod: tag.RetentionEnabled ? (tag.AgeLimitForRetention ?? 0) : 0,
    Type: tag.Type,
    RetentionAction: tag.RetentionAction,
    Description: tag.Comment,
    IsVisible: tag.Type === 'Personal',
    OptedInto: false,
    IsArchive: tag.RetentionAction === 'MoveToArchive',
  }));
  return { class: 'Success', RetentionPolicyTags: { RetentionPolicyTag } };
};
