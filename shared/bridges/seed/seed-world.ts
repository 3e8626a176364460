import type { Store } from '../../domain/organization/transaction.ts';
import type { World } from '../../domain/world/world.ts';
import type { Instant } from '../../kernel/clock.ts';
import { seededRandom } from '../../kernel/random.ts';
import { writeMime } from '../../protocols/mime/write.ts';
import { draftFromMime } from '../message/draft-from-mime.ts';
import { correspondence } from './correspondence.ts';
import { mailboxOwners } from './mailbox-owner.ts';
import { type DraftedLetter, seedArbitrationMailboxes, seedMailboxes } from './seed-mailboxes.ts';
import { seedOrganizations } from './seed-organizations.ts';
import { type KeySource, makeTrustKeys, seedTrust } from './seed-trust.ts';

/** A world may hold a hundred thousand messages: that takes longer than an ordinary transaction may. */
const timeoutMs = 600_000;

/**
 * Puts a world into an empty store: organisations and their settings, directory, mailboxes with generated content, and
 * then keys and trust, for which `keys` has the time that the content takes. The world's cmdlets are run after it, by the
 * floor above. Keys aside, the content depends on the world and on `anchor` alone (Monday 00:00 UTC of the week of the
 * world's now): mail is older, calendars hold that week and the two after it. Refuses with what the repositories refuse;
 * what was written before stays, so that the store is then of no use.
 */
export async function seedWorld(store: Store, world: World, anchor: Instant, keys: KeySource): Promise<void> {
  const random = seededRandom(world.seed);
  const owners = mailboxOwners(world);
  const letters: DraftedLetter[] = [];
  for (const [index, letter] of correspondence(owners, anchor, random.fork('correspondence')).entries()) {
    const octets = writeMime(letter.message, { id: `seed${index}` });
    letters.push({ letter, draft: await draftFromMime(octets, letter.date) });
  }
  const organizations = await store.transaction(
    async (tx) => {
      const seeded = await seedOrganizations(tx, world, anchor);
      await seedMailboxes(tx, owners, letters, anchor, random.fork('mailboxes'));
      await seedArbitrationMailboxes(tx, seeded, anchor);
      return seeded;
    },
    { timeoutMs },
  );
  const trust = await makeTrustKeys(world, anchor, keys);
  await store.transaction((tx) => seedTrust(tx, world, organizations, trust, anchor));
}
