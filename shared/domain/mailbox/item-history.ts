import type { Guid } from '../../kernel/ids.ts';
import { tags } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import { prepared } from '../../store/prepared.ts';
import { type ChangedProperty, changeOf } from './change-rows.ts';
import type { ItemRow } from './item-columns.ts';

/** Changes of the mailbox, and of the item, that are looked through at most: bounds of ours. */
const farthest = 20_000;
const mostChanges = 200;

const changesOfObject = prepared((db, p: { scope: string; object: number; after: number; limit: number }) =>
  db
    .selectFrom('change')
    .selectAll()
    .where('scope', '=', p.scope)
    .where('sequence', '>', p.after)
    .where('object', '=', p.object)
    .orderBy('sequence')
    .limit(p.limit),
);

/**
 * What of an item was changed since it had a change number; undefined where that is not known: too long ago, by too many
 * changes, or by one that touched a long list of properties.
 */
export async function changedSince(
  executor: Executor,
  mailbox: Guid,
  { counter, change_number }: Pick<ItemRow, 'counter' | 'change_number'>,
  after: number,
): Promise<ReadonlySet<ChangedProperty> | undefined> {
  if (after === change_number) return new Set();
  if (after < 0 || after > change_number || change_number - after > farthest) return undefined;
  const rows = await changesOfObject.all(executor, { scope: mailbox, object: counter, after, limit: mostChanges });
  if (rows.at(-1)?.sequence !== change_number) return undefined;
  const changed = new Set<ChangedProperty>();
  for (const row of rows) {
    const { operation, properties } = changeOf(row);
    if (operation === 'read-flag') changed.add(tags.read);
    else if (operation !== 'update' || properties === undefined) return undefined;
    else for (const property of properties) changed.add(property);
  }
  return changed;
}
