import type { PropertyKey } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import { type ItemQuery, sortOf } from './find-items.ts';
import { requireFolder } from './folders.ts';
import type { ItemRow } from './item-columns.ts';
import { getItems } from './items.ts';
import { type Paged, pageBounds, paged } from './page.ts';
import { scanValues } from './scan-items.ts';
import { placeOfItems } from './search-folders.ts';
import { compareSorted, type SortKey, type SortValues, sortInTurns } from './sort.ts';

/** By what items are grouped, and which of a group's values says where the group stands. */
export interface Grouping {
  readonly property: PropertyKey;
  readonly direction: 'ascending' | 'descending';
  readonly aggregate: { readonly property: PropertyKey; readonly of: 'minimum' | 'maximum' };
}

/**
 * The items of a folder that fit, in groups of equal values, one page of them: a page counts items, and a group that a page
 * cuts goes on in the next one. Texts are equal without regard to case; what has no value is a group of its own. Refuses as
 * `findItems`.
 */
export async function groupItems(
  executor: Executor,
  query: Omit<ItemQuery, 'atMost'>,
  { property, direction, aggregate }: Grouping,
): Promise<Paged<readonly ItemRow[]> & { readonly count: number }> {
  const { mailbox, page, need } = query;
  const folder = typeof query.folder === 'number' ? await requireFolder(executor, mailbox, query.folder) : query.folder;
  const sort = sortOf(query);
  const keys = [{ property, direction: 'ascending' }, { property: aggregate.property, direction: 'ascending' }, ...sort] as const;
  const found = await scanValues(executor, { ...(await placeOfItems(executor, query, folder)), sort: keys });
  const all = await inGroups(found, direction, aggregate, sort);
  const { start, end } = pageBounds(page, all.length);
  const shown = all.slice(start, end);
  const groupOf = new Map(found.map(({ counter, values }) => [counter, values[0]]));
  const rows = await getItems(
    executor,
    mailbox,
    shown.map(({ counter }) => counter),
    need,
  );
  const runs = Map.groupBy(
    shown.flatMap(({ counter }) => rows.get(counter) ?? []),
    ({ counter }) => groupOf.get(counter),
  );
  return { ...paged(page, all.length, [...runs.values()]), count: shown.length };
}

/** Group by group, in the order of the values that stand for them; within each in the order of the sort keys. */
async function inGroups(
  found: readonly SortValues[],
  direction: Grouping['direction'],
  { property, of }: Grouping['aggregate'],
  sort: readonly SortKey[],
): Promise<readonly SortValues[]> {
  const groups = Map.groupBy(found, ({ values }) => values[0]);
  const byAggregate = compareSorted([{ property, direction: 'ascending' }]);
  const standing = [...groups.values()].map((members) => {
    const values = members.map((member) => ({ counter: member.counter, values: [member.values[1]] }));
    const chosen = values.reduce((one, other) => (byAggregate(one, other) > 0 === (of === 'minimum') ? other : one));
    return { ...chosen, members };
  });
  const within = compareSorted(sort);
  const all: SortValues[] = [];
  for (const { members } of await sortInTurns(standing, compareSorted([{ property, direction }]))) {
    const rest = members.map(({ counter, values }) => ({ counter, values: values.slice(2) }));
    for (const member of await sortInTurns(rest, within)) all.push(member);
  }
  return all;
}
