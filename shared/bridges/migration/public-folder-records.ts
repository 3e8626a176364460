import { publicFolderMailbox } from '../../domain/directory/recipient.ts';
import { contentMailboxKey, contentMailboxProperties } from '../../domain/mailbox/public-contents.ts';
import { type Guid, namedGuid, parseGuid } from '../../kernel/ids.ts';
import { namedProperty } from '../../kernel/mapi.ts';
import type { FolderRecord, SourceMailbox } from './ports.ts';
import type { StoreEnd } from './store-end.ts';
import { ownerOf } from './store-end.ts';

/** Object GUID of the directory object of a mail-enabled public folder, on its way (Exchange: PidTagPfProxy). */
const mailObject = namedProperty(namedGuid('coexist', 'move'), 'MailPublicFolder', 'String');

/** A public folder that has a directory object where it comes from. */
export interface MailFolder {
  readonly entryId: string;
  /** `\Sales\Orders`. */
  readonly path: string;
  readonly objectGuid: Guid;
}

/** What the source tells of public folders that are mail-enabled; of other mailboxes nothing. */
export async function mailObjectsOf(end: StoreEnd): Promise<ReadonlyMap<number, Guid>> {
  if (publicFolderMailbox(await ownerOf(end)) === null) return new Map();
  const all = await end.ground.directory.all();
  return new Map(
    all.flatMap(({ type, guid, settings: { publicFolderCounter: folder } }): [number, Guid][] =>
      type === 'PublicFolder' && folder !== undefined ? [[folder, guid]] : [],
    ),
  );
}

/** The record with the object of its folder, if it has one. */
export function withMailObject(record: FolderRecord, object: Guid | undefined): FolderRecord {
  return object === undefined ? record : { ...record, properties: { ...record.properties, [mailObject]: object } };
}

/** Public folders on their way to the mailboxes of a map. */
export interface MappedPublicFolders extends SourceMailbox {
  /** Those of the last listing that are mail-enabled. */
  mailFolders(): readonly MailFolder[];
  /** Which mailbox a folder of the last listing counts to; undefined: that with the hierarchy. */
  contentOf(folderEntryId: string): Guid | undefined;
}

/** A row of the map: a folder and those below it that no other row names; `mailbox` is undefined of the one with the hierarchy. */
export interface MapRow {
  readonly path: string;
  readonly mailbox: Guid | undefined;
}

/**
 * Public folders whose records say which mailbox of the target they count to: that of the nearest folder above them that the map names.
 * Folders are told parents first, so that a path is known when its folder comes.
 */
export function mapPublicFolders(source: SourceMailbox, rows: readonly MapRow[]): MappedPublicFolders {
  const map = new Map(rows.map(({ path, mailbox }) => [keyOf(path), mailbox]));
  const paths = new Map<string, string>();
  const contents = new Map<string, Guid | undefined>();
  const mail = new Map<string, MailFolder>();
  const mapped = (record: FolderRecord): FolderRecord => {
    const { [mailObject]: object, [contentMailboxKey]: _there, ...properties } = record.properties;
    const path = pathOf(record, paths);
    const content = path === undefined ? undefined : contentOf(path, map);
    const objectGuid = typeof object === 'string' ? parseGuid(object) : undefined;
    if (path !== undefined) paths.set(record.entryId, path);
    contents.set(record.entryId, content);
    if (path !== undefined && objectGuid !== undefined)
      mail.set(record.entryId, { entryId: record.entryId, path: path || '\\', objectGuid });
    return { ...record, properties: { ...properties, ...contentMailboxProperties(content) } };
  };
  return {
    ...source,
    async *folders() {
      for (const known of [paths, contents, mail]) known.clear();
      for await (const records of source.folders()) yield records.map(mapped);
    },
    async hierarchyChanges(since) {
      const { changed, deleted } = await source.hierarchyChanges(since);
      return { changed: changed.map(mapped), deleted };
    },
    mailFolders: () => [...mail.values()],
    contentOf: (entryId) => contents.get(entryId),
  };
}

/** '' of the top, undefined of what does not lie below it. */
function pathOf({ role, parentEntryId, displayName }: FolderRecord, paths: ReadonlyMap<string, string>): string | undefined {
  if (role === 'publicfoldersroot') return '';
  const above = parentEntryId === null ? undefined : paths.get(parentEntryId);
  return above === undefined ? undefined : `${above}\\${displayName}`;
}

function contentOf(path: string, map: ReadonlyMap<string, Guid | undefined>): Guid | undefined {
  for (let at = keyOf(path); ; at = at.slice(0, at.lastIndexOf('\\'))) {
    if (map.has(at)) return map.get(at);
    if (at === '') return undefined;
  }
}

/** Paths are compared in any case; the top is ''. */
function keyOf(path: string): string {
  const key = path.toLowerCase().replace(/\\+$/, '');
  return key === '' || key.startsWith('\\') ? key : `\\${key}`;
}
