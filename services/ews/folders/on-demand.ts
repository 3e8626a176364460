import type { FolderRow } from '../../../shared/domain/mailbox/folder-columns.ts';
import { openToDoSearch } from '../../../shared/domain/mailbox/todo-search.ts';
import type { EwsCall } from '../context.ts';
import type { OpenMailbox } from '../mailboxes.ts';

/** A folder that a mailbox does not have from the start, but when somebody names it first; undefined for any other. */
export async function folderOnDemand({ context, instant }: EwsCall, mailbox: OpenMailbox, id: string): Promise<FolderRow | undefined> {
  if (id !== 'todosearch' || mailbox.kind !== 'primary') return undefined;
  return context.store.transaction((tx) => openToDoSearch(tx, mailbox.guid, instant));
}
