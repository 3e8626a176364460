import { type MigrationBatch, termsOfBatch } from '../../domain/migration/batches.ts';
import type { MigrationUser } from '../../domain/migration/migration-users.ts';
import type { MoveTerms } from '../../domain/migration/move-request.ts';

/** Terms of somebody's request: the batch's, with what is said of him alone. */
export function termsOfUser(terms: MoveTerms, batch: MigrationBatch, user: MigrationUser): MoveTerms {
  const { completeAfter = batch.completeAfter, startAfter = batch.startAfter, skippedItemsApproved = batch.skippedItemsApproved } = user;
  return {
    ...{ ...terms, ...termsOfBatch(batch), completeAfter, startAfter, skippedItemsApproved },
    // Only a later hour holds back one user of a batch that completes.
    preventCompletion: !batch.completes && (user.completeAfter ?? null) === null,
    ...(user.badItemLimit === undefined ? {} : { badItemLimit: user.badItemLimit }),
    ...(user.largeItemLimit === undefined ? {} : { largeItemLimit: user.largeItemLimit }),
  };
}
