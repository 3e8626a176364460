import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { tags } from '../../kernel/mapi.ts';
import { nextSequence } from '../../store/change-feed.ts';
import type { Executor } from '../../store/database.ts';
import type { FolderRow } from './folder-columns.ts';
import { createFolder } from './folder-writes.ts';
import { getFolderByRole, requireFolder } from './folders.ts';
import type { Restriction } from './restriction.ts';
import { searchCriteriaProperties } from './search-criteria.ts';

/** The role of the folder that lists what is to be done. */
export const toDoSearch = 'todosearch';

/** Tasks, and whatever is flagged or was (inferred). */
const restriction: Restriction = {
  kind: 'or',
  of: [
    { kind: 'contains', property: tags.messageClass, text: 'IPM.Task', mode: 'prefix', ignoreCase: true, ignoreNonSpacing: false },
    { kind: 'compare', property: tags.flagStatus, operator: '=', with: { value: 2 } },
    { kind: 'compare', property: tags.flagStatus, operator: '=', with: { value: 1 } },
  ],
};

/** Folders of which MS-OXOSFLD says that the search for reminders leaves them out; of this one inferred. */
const passesOver = ['deleteditems', 'junkemail', 'drafts', 'outbox', 'syncissues', 'conflicts', 'localfailures', 'serverfailures'] as const;

/** The To-Do Search of a mailbox, which is made when it is asked for first. Refuses with `folder-exists` where its name is taken, and as {@link createFolder}. */
export async function openToDoSearch(tx: Executor, mailbox: Guid, instant: Instant): Promise<FolderRow> {
  // It locks the mailbox: of two who ask, the second finds what the first has made.
  await nextSequence(tx, mailbox);
  const made = await getFolderByRole(tx, mailbox, toDoSearch);
  if (made !== undefined) return made;
  const [root, top] = [await requireFolder(tx, mailbox, 'root'), await requireFolder(tx, mailbox, 'msgfolderroot')];
  const properties = searchCriteriaProperties({ restriction, folders: [top.counter], deep: true, passesOver });
  const folder = await createFolder(
    tx,
    mailbox,
    { parent: root.counter, displayName: 'To-Do Search', class: 'IPF.Task', properties },
    instant,
  );
  await tx.updateTable('folder').set({ role: toDoSearch }).where('mailbox', '=', mailbox).where('counter', '=', folder.counter).execute();
  return { ...folder, role: toDoSearch };
}
