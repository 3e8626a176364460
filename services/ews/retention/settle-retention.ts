import { tags } from '../../../shared/kernel/mapi.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { Draft } from '../drafts/draft.ts';
import type { OpenMailbox } from '../mailboxes.ts';
import { requireTag, shownTag, tagPlaces, tagProperties } from './retention-tag.ts';

/**
 * Judges the retention tags that fields of a request gave an item, and writes what follows from them: the days count from
 * its delivery, else from its creation (page of New-RetentionPolicyTag). Store calls only. Refuses as {@link requireTag}.
 */
export async function settleRetention(executor: Executor, { owner }: OpenMailbox, draft: Draft, instant: number): Promise<void> {
  for (const name of draft.retentionTags) {
    const { period, date } = tagPlaces[name];
    draft.remove(period);
    draft.remove(date);
    const wire = shownTag(name, (key) => draft.current(key));
    if (wire === undefined) continue;
    const tag = await requireTag(executor, owner, name, wire);
    const start = Number(draft.current(tags.messageDeliveryTime) ?? draft.current(tags.creationTime) ?? instant);
    for (const [key, value] of Object.entries(tagProperties(name, tag, start))) draft.set(key as typeof period, value);
  }
}
