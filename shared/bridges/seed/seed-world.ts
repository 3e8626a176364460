import type { Organization } from '../../domain/organization/organization.ts';
import type { Store, Transaction } from '../../domain/organization/transaction.ts';
import type { World } from '../../domain/world/world.ts';
import type { Instant } from '../../kernel/clock.ts';
import { seededRandom } from '../../kernel/random.ts';
import { writeMime } from '../../protocols/mime/write.ts';
import { draftFromMime } from '../message/draft-from-mime.ts';
import { correspondence } from './correspondence.ts';
import { mailboxOwners } from './mailbox-owner.ts';
import { type DraftedLetter, seedMailboxes } from './seed-mailboxes.ts';
import { seedOrganizations } from './seed-organizations.ts';

/** Runs one cmdlet line in an organisation's shell; cmdlets live on the floor above. */
export type RunCmdlet = (
  scope: { readonly tx: Transaction; readonly organization: Organization; readonly at: Instant },
  line: string,
) => Promise<unknown>;

/** A world may hold a hundred thousand messages: that takes longer than an ordinary transaction may. */
const timeoutMs = 600_000;

/**
 * Puts a world into an empty store, all of it or nothing: organisations and their settings, directory, mailboxes with
 * generated content, and last what the world's cmdlets do. The content depends on the world and on `anchor` alone
 * (Monday 00:00 UTC of the week of the world's now): mail is older, calendars hold that week and the two after it.
 * Refuses with what the repositories and the cmdlets refuse.
 */
export async function seedWorld(store: Store, world: World, anchor: Instant, runCmdlet: RunCmdlet): Promise<void> {
  const random = seededRandom(world.seed);
  const owners = mailboxOwners(world);
  const letters: DraftedLetter[] = [];
  for (const [index, letter] of correspondence(owners, anchor, random.fork('correspondence')).entries()) {
    const octets = writeMime(letter.message, { id: `seed${index}` });
    letters.push({ letter, draft: await draftFromMime(octets, letter.date) });
  }
  await store.transaction(
    async (tx) => {
      const organizations = await seedOrganizations(tx, world, anchor);
      await seedMailboxes(tx, owners, letters, anchor, random.fork('mailboxes'));
      for (const [position, organization] of organizations.entries()) {
        for (const line of world.organizations[position]?.cmdlets ?? []) await runCmdlet({ tx, organization, at: anchor }, line);
      }
    },
    { timeoutMs },
  );
}
