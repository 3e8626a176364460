import type { ItemDraft } from '../../../shared/domain/mailbox/draft.ts';
import { requireFolder } from '../../../shared/domain/mailbox/folders.ts';
import type { MailboxSize } from '../../../shared/domain/mailbox/mailbox-size.ts';
import { createMailbox } from '../../../shared/domain/mailbox/mailboxes.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { namedGuid } from '../../../shared/kernel/ids.ts';
import { type PropertyBag, tags } from '../../../shared/kernel/mapi.ts';
import type { Store } from '../../../shared/store/database.ts';

export const at = Date.UTC(2026, 10, 21, 8);
export const mailbox: Guid = namedGuid('mailbox', 'mary');

/** A store with one mailbox; answers the counter of its inbox. */
export async function withMailbox(store: Store, guid: Guid = mailbox): Promise<number> {
  return store.transaction(async (tx) => {
    const { databaseGuid, replicaGuid } = { databaseGuid: namedGuid('database'), replicaGuid: namedGuid('replica') };
    await createMailbox(tx, { guid, organization: 'acme', recipient: namedGuid('mary'), kind: 'primary', databaseGuid, replicaGuid }, at);
    return (await requireFolder(tx, guid, 'inbox')).counter;
  });
}

export function message(subject: string, properties: PropertyBag = {}, rest: Partial<ItemDraft> = {}): ItemDraft {
  return { class: 'IPM.Note', properties: { [tags.subject]: subject, ...properties }, recipients: [], attachments: [], ...rest };
}

/** The size of a mailbox, by looking at every item. */
export async function sizeSummed(store: Store, guid: Guid): Promise<MailboxSize> {
  const size = { inUse: 0, recoverable: 0 };
  const folders = await store.read.selectFrom('folder').select(['counter', 'role']).where('mailbox', '=', guid).execute();
  for (const { counter, role } of folders) {
    const rows = await store.read.selectFrom('item').select('size').where('mailbox', '=', guid).where('folder', '=', counter).execute();
    for (const row of rows) size[role?.startsWith('recoverableitems') === true ? 'recoverable' : 'inUse'] += row.size;
  }
  return size;
}
