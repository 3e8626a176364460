import { arbitrationRecipient } from '../../domain/directory/arbitration.ts';
import type { ItemDraft } from '../../domain/mailbox/draft.ts';
import { createFolder } from '../../domain/mailbox/folder-writes.ts';
import { requireFolder } from '../../domain/mailbox/folders.ts';
import { createItems } from '../../domain/mailbox/item-writes.ts';
import { createMailbox } from '../../domain/mailbox/mailboxes.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import { present } from '../../kernel/assert.ts';
import type { Instant } from '../../kernel/clock.ts';
import { namedGuid } from '../../kernel/ids.ts';
import { tags } from '../../kernel/mapi.ts';
import type { Random } from '../../kernel/random.ts';
import { appointments } from './appointments.ts';
import { folderMessages } from './folder-messages.ts';
import type { Letter } from './letter.ts';
import type { MailboxOwner } from './mailbox-owner.ts';
import { recipientGuid } from './seed-organizations.ts';

const dayMs = 86_400_000;

/** A letter with the draft of the item that it becomes. */
export interface DraftedLetter {
  readonly letter: Letter;
  readonly draft: ItemDraft;
}

/** Creates the mailboxes of a world and fills them. `letters` are in the order of their dates. */
export async function seedMailboxes(
  tx: Transaction,
  owners: readonly MailboxOwner[],
  letters: readonly DraftedLetter[],
  anchor: Instant,
  random: Random,
): Promise<void> {
  const people = owners.filter(({ type }) => type === 'UserMailbox');
  for (const owner of owners) {
    const { organization, address, mailbox, content } = owner;
    const own = random.fork(`${organization}/${address}`);
    const ids = { databaseGuid: namedGuid('database', organization), replicaGuid: namedGuid('replica', organization, address) };
    const recipient = recipientGuid(organization, address);
    await createMailbox(tx, { guid: mailbox, organization, recipient, kind: 'primary', ...ids }, anchor - 400 * dayMs);

    const received = letters.filter(({ letter }) => letter.receivers.includes(owner));
    const inbox = await requireFolder(tx, mailbox, 'inbox');
    await createItems(tx, mailbox, inbox.counter, receivedCopies(received, anchor, own), anchor);
    const sent = letters.filter(({ letter }) => letter.sender === owner);
    const sentItems = await requireFolder(tx, mailbox, 'sentitems');
    await createItems(tx, mailbox, sentItems.counter, sent.map(sentCopy), anchor);
    const calendar = await requireFolder(tx, mailbox, 'calendar');
    await createItems(tx, mailbox, calendar.counter, appointments(owner, anchor, own.fork('calendar')), anchor);

    const root = await requireFolder(tx, mailbox, 'msgfolderroot');
    for (const folder of content.folders) {
      const { counter } = await createFolder(
        tx,
        mailbox,
        { parent: root.counter, displayName: folder.name, class: 'IPF.Note' },
        anchor - 400 * dayMs,
      );
      for (const drafts of folderMessages(owner, folder, people, anchor, own.fork(`folder/${folder.name}`))) {
        await createItems(tx, mailbox, counter, drafts, anchor);
      }
    }
  }
}

/** The copies in the Inbox: the newest three are unread, of the last ten days' about half, none that is older. */
function receivedCopies(letters: readonly DraftedLetter[], anchor: Instant, random: Random): readonly ItemDraft[] {
  return letters.map(({ letter, draft }, index) => {
    const received = letter.date + 1_000 + random.integer(4_000);
    const isOld = received < anchor - 10 * dayMs;
    const isRead = index < letters.length - 3 && (random.next() < 0.5 || isOld);
    return copyOf(draft, received, isRead);
  });
}

function sentCopy({ letter, draft }: DraftedLetter): ItemDraft {
  return copyOf(draft, letter.date, true);
}

function copyOf(draft: ItemDraft, at: Instant, isRead: boolean): ItemDraft {
  const times = { [tags.messageDeliveryTime]: at, [tags.creationTime]: at, [tags.lastModificationTime]: at };
  return { ...draft, properties: { ...draft.properties, ...times, [tags.read]: isRead } };
}

/** The mailboxes that Setup leaves in organisations for itself; nothing is in them. */
export async function seedArbitrationMailboxes(tx: Transaction, organizations: readonly Organization[], anchor: Instant): Promise<void> {
  for (const organization of organizations) {
    const { name } = organization;
    const { guid: recipient, exchangeGuid } = arbitrationRecipient(organization);
    const ids = { databaseGuid: namedGuid('database', name), replicaGuid: namedGuid('arbitration-replica', name) };
    const guid = present(exchangeGuid, 'the GUID of an arbitration mailbox');
    await createMailbox(tx, { guid, organization: name, recipient, kind: 'primary', ...ids }, anchor - 400 * dayMs);
  }
}
