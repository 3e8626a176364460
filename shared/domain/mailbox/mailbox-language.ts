import type { Instant } from '../../kernel/clock.ts';
import { type Guid, namedGuid } from '../../kernel/ids.ts';
import { namedProperty } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import type { FolderRow } from './folder-columns.ts';
import { updateFolder } from './folder-writes.ts';
import { folderProperty } from './property-reader.ts';

/** The language lies with the root folder, in a property set of our own. */
const languageKey = namedProperty(namedGuid('coexist', 'folder settings'), 'Language', 'String');

/** The language that the owner of a mailbox reads, of its root folder that was read: a culture, `da-DK`. Undefined where it was never set. */
export function mailboxLanguage(root: FolderRow): string | undefined {
  const language = folderProperty(root, languageKey);
  return typeof language === 'string' ? language : undefined;
}

/** Sets the language. `root` was read in the same transaction. Refuses with `change-key-stale` when it has changed. */
export async function setMailboxLanguage(tx: Executor, root: FolderRow, language: string, instant: Instant): Promise<void> {
  await updateFolder(tx, root.mailbox as Guid, root.counter, { set: { [languageKey]: language } }, root.change_number, instant);
}
