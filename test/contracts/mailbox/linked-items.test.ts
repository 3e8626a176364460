import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createItems } from '../../../shared/domain/mailbox/item-writes.ts';
import { linkedItems } from '../../../shared/domain/mailbox/linked-items.ts';
import { scanItems } from '../../../shared/domain/mailbox/scan-items.ts';
import { namedGuid } from '../../../shared/kernel/ids.ts';
import { type PropertyBag, tags } from '../../../shared/kernel/mapi.ts';
import { describeOnEveryStore } from '../../support/stores.ts';
import { at, message, withMailbox } from './support.ts';

const keys = [tags.senderName, tags.internetMessageId] as const;
const text = fc.constantFrom('', 'a', 'A', 'b', 'c', 'd', 'ä', 'Ä', 'straße', 'STRASSE');
const item = fc.record({ [tags.senderName]: text, [tags.internetMessageId]: text }, { requiredKeys: [] });
const folded = (one: unknown): string => String(one).toLowerCase().replace('ß', 'ss').replace('ẞ', 'ss');

/** Groups as anybody would make them: until nothing changes any more. */
function grouped(items: readonly Readonly<Record<string, unknown>>[]): readonly (readonly number[])[] {
  const groups = items.map((_, index) => new Set([index]));
  const texts = (index: number): readonly string[] => keys.map((key) => folded(items[index]?.[key] ?? '')).filter((one) => one !== '');
  for (let changed = true; changed; ) {
    changed = false;
    for (const [one, left] of groups.entries())
      for (const [other, right] of groups.entries()) {
        if (
          one >= other ||
          left.size === 0 ||
          ![...left].some((a) => [...right].some((b) => texts(a).some((word) => texts(b).includes(word))))
        )
          continue;
        for (const index of right) left.add(index);
        right.clear();
        changed = true;
      }
  }
  return groups.flatMap((group) => (group.size === 0 ? [] : [[...group].sort((left, right) => left - right)]));
}

describeOnEveryStore('linked items', (source) => {
  test('stand together where they share a text, also by way of a third', async () => {
    const store = await source.open();
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(item, { maxLength: 10 }), async (items) => {
        runs += 1;
        const own = namedGuid('mailbox', String(runs));
        const folder = await withMailbox(store, own);
        const drafts = items.map((properties) => message('contact', properties as PropertyBag));
        await store.transaction((tx) => createItems(tx, own, folder, drafts, at));
        const place = { mailbox: own, folders: [folder], associated: false, restriction: undefined, sort: [] };
        const all = await scanItems(store.read, place);
        const linked = await linkedItems(store.read, place, keys);
        expect(linked).toEqual(grouped(items).map((group) => group.map((index) => all[index])));
      }),
      { numRuns: 25 },
    );
  });
});
