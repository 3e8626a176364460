import type { Guid } from '../../../shared/kernel/ids.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { allFolders } from '../job/seed.ts';
import type { PublicFolderEnds } from './doors.ts';

/** A target may be filled beyond its quota by a fifth: of 107,374,182,400 octets 128,849,018,880 are permissible in the published failure. */
const permissible = 1.2;

/**
 * Refuses with `PublicFolderSizeExceedsTargetQuotaException` where more comes into a public folder mailbox than it may hold; the sentence is
 * Microsoft's (OfficeDocs-Support, "public folder size exceeds target mailbox quota").
 */
export async function checkQuotas({ source, quotaOf }: Pick<PublicFolderEnds, 'source' | 'quotaOf'>): Promise<void> {
  const sizes = new Map<Guid | undefined, number>();
  for (const { entryId, search } of await allFolders(source)) {
    const mailbox = source.contentOf(entryId);
    if (search !== null) continue;
    for await (const messages of source.messages(entryId))
      sizes.set(
        mailbox,
        messages.reduce((sum, { size }) => sum + size, sizes.get(mailbox) ?? 0),
      );
  }
  for (const [mailbox, size] of sizes) {
    const { quota } = await quotaOf(mailbox);
    const most = quota === null ? Number.POSITIVE_INFINITY : Math.floor(quota * permissible);
    if (size <= most) continue;
    const message = `Source public folder size <${size}> exceeds target Mailbox quota. Permissible target Mailbox quota is ${most}. Original target Mailbox quota is ${quota}.`;
    throw new Refusal('PublicFolderSizeExceedsTargetQuotaException', { detail: message, values: { Message: message, Kind: 'Permanent' } });
  }
}
