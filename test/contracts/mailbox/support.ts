import type { ItemDraft } from '../../../shared/domain/mailbox/draft.ts';
import { requireFolder } from '../../../shared/domain/mailbox/folders.ts';
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
