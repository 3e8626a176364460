import type { Instant } from '../../kernel/clock.ts';
import { type Guid, namedGuid } from '../../kernel/ids.ts';
import { namedProperty, type PropertyBag } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import type { FolderRow } from './folder-columns.ts';
import { updateFolder } from './folder-writes.ts';
import { folderProperty } from './property-reader.ts';

/** What the owner of a mailbox reads; what was never set is absent. */
export interface RegionalSettings {
  /** A culture: `da-DK`. */
  readonly language?: string;
  /** Id of a zone of Windows. */
  readonly timeZone?: string;
}

/** The settings lie with the root folder, in a property set of our own. */
const set = namedGuid('coexist', 'folder settings');
const languageKey = namedProperty(set, 'Language', 'String');
const timeZoneKey = namedProperty(set, 'TimeZone', 'String');

/** The settings of a mailbox, of its root folder that was read. */
export function regionalSettings(root: FolderRow): RegionalSettings {
  const [language, timeZone] = [folderProperty(root, languageKey), folderProperty(root, timeZoneKey)];
  return { ...(typeof language === 'string' ? { language } : {}), ...(typeof timeZone === 'string' ? { timeZone } : {}) };
}

/** Sets what is given. `root` was read in the same transaction. Refuses with `change-key-stale` when it has changed. */
export async function setRegionalSettings(tx: Executor, root: FolderRow, settings: RegionalSettings, instant: Instant): Promise<void> {
  const { language, timeZone } = settings;
  const changed: PropertyBag = {
    ...(language === undefined ? {} : { [languageKey]: language }),
    ...(timeZone === undefined ? {} : { [timeZoneKey]: timeZone }),
  };
  await updateFolder(tx, root.mailbox as Guid, root.counter, { set: changed }, root.change_number, instant);
}
