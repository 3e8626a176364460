import { findItemKeys, type ItemKey, type ItemQuery, pageName } from '../../../shared/domain/mailbox/find-items.ts';
import type { Paged } from '../../../shared/domain/mailbox/page.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { OpenMailbox } from '../mailboxes.ts';

/** Pages remembered at most; one of a thousand items weighs 40 KiB. */
const mostRemembered = 500;

type Keys = Paged<ItemKey>;

let memory = new WeakMap<object, Map<string, { readonly lastChange: number; readonly keys: Keys }>>();
let count = 0;

/**
 * The keys of a page, as {@link findItemKeys}. Clients ask for the first page of a folder again and again, and to walk the index is
 * most of what the answer costs: a page is known as long as nothing has changed in the mailbox.
 */
export async function pageKeys(
  read: Executor,
  { store, lastChange }: Pick<OpenMailbox, 'store' | 'lastChange'>,
  query: Omit<ItemQuery, 'need'>,
): Promise<Keys | undefined> {
  const name = pageName(query);
  const known = name === undefined ? undefined : memory.get(store)?.get(name);
  if (known?.lastChange === lastChange) return known.keys;
  const keys = await findItemKeys(read, query);
  if (name !== undefined && keys !== undefined) remember(store, name, lastChange, keys, known === undefined);
  return keys;
}

function remember(store: object, name: string, lastChange: number, keys: Keys, isNew: boolean): void {
  if (isNew) count += 1;
  if (count > mostRemembered) {
    memory = new WeakMap();
    count = 1;
  }
  const pages = memory.get(store) ?? new Map<string, { readonly lastChange: number; readonly keys: Keys }>();
  pages.set(name, { lastChange, keys });
  memory.set(store, pages);
}
