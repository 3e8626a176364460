import { withEventReference } from '../../domain/mailbox/automatic-replies.ts';
import type { FolderRow } from '../../domain/mailbox/folder-columns.ts';
import { permissionTable } from '../../domain/mailbox/folder-permissions.ts';
import { bagOf } from '../../domain/mailbox/property-reader.ts';
import type { MovedFolder } from '../../domain/mailbox/put-moved-folder.ts';
import { type SearchCriteria, searchCriteriaKey, searchCriteriaProperties } from '../../domain/mailbox/search-criteria.ts';
import { searchCriteriaOf } from '../../domain/mailbox/search-folders.ts';
import type { Guid } from '../../kernel/ids.ts';
import { type PropertyBag, tags } from '../../kernel/mapi.ts';
import type { FolderRecord } from './ports.ts';
import { entryIdOf } from './references.ts';

/** Search criteria on their way: the folders that are searched are entry ids. */
type MovedCriteria = Omit<SearchCriteria, 'folders'> & { readonly folders: readonly string[] };

/** The record of a folder. Its permissions are told apart, since they name people. */
export function folderRecordOf(mailbox: Guid, folder: FolderRow): FolderRecord {
  const { [permissionTable]: _permissions, [searchCriteriaKey]: _criteria, ...rest } = bagOf(folder);
  const properties = withEventReference(rest, (event) => (typeof event === 'number' ? entryIdOf(mailbox, event) : event)) ?? rest;
  const criteria = searchCriteriaOf(folder);
  const search: MovedCriteria | undefined = criteria && {
    ...criteria,
    folders: criteria.folders.map((counter) => entryIdOf(mailbox, counter)),
  };
  return {
    entryId: entryIdOf(mailbox, folder.counter),
    parentEntryId: folder.parent === null ? null : entryIdOf(mailbox, folder.parent),
    displayName: folder.display_name,
    folderClass: folder.class,
    role: folder.role,
    search: search === undefined ? null : JSON.stringify(search),
    properties: {
      ...{ ...properties, [tags.creationTime]: folder.created, [tags.imapLastArticleId]: folder.last_article },
      ...{ [tags.contentCount]: folder.item_count, [tags.associatedContentCount]: folder.associated_count },
    },
  };
}

/**
 * Whether there is a message to ask for in a folder: not in one that said, when it was read, that it is empty, nor in a search folder, which
 * has none of its own. One that says nothing of it may hold some.
 */
export function mayHoldMessages({ search, properties }: FolderRecord): boolean {
  return search === null && !saysEmpty(properties);
}

function saysEmpty(properties: PropertyBag): boolean {
  return properties[tags.contentCount] === 0 && properties[tags.associatedContentCount] === 0;
}

/** A folder that was looked into: one that says it is empty and is not says nothing of it. */
export function lookedAt(record: FolderRecord, hasItems: boolean): FolderRecord {
  const { [tags.contentCount]: _items, [tags.associatedContentCount]: _associated, ...rest } = record.properties;
  if (!hasItems) return { ...record, properties: { ...rest, [tags.contentCount]: 0, [tags.associatedContentCount]: 0 } };
  return saysEmpty(record.properties) ? { ...record, properties: rest } : record;
}

/** The entry ids of folders that a record names beside its own. */
export function foldersIn({ parentEntryId, search }: FolderRecord): readonly string[] {
  const criteria = search === null ? undefined : (JSON.parse(search) as MovedCriteria);
  return [...(parentEntryId === null ? [] : [parentEntryId]), ...(criteria?.folders ?? [])];
}

/** The folder that a record is, where others have these counters by their entry ids; a folder that did not come is not searched. */
export function movedFolderOf(record: FolderRecord, counters: ReadonlyMap<string, number>): MovedFolder {
  const { [tags.creationTime]: created, [tags.imapLastArticleId]: lastArticle, ...told } = record.properties;
  const { [tags.contentCount]: _items, [tags.associatedContentCount]: _associated, ...properties } = told;
  const { parentEntryId, displayName, folderClass, role, search } = record;
  const criteria = search === null ? undefined : (JSON.parse(search) as MovedCriteria);
  const searched: PropertyBag =
    criteria === undefined
      ? {}
      : searchCriteriaProperties({ ...criteria, folders: criteria.folders.flatMap((folder) => counters.get(folder) ?? []) });
  return {
    role,
    parent: parentEntryId === null ? null : (counters.get(parentEntryId) ?? null),
    displayName,
    class: folderClass,
    properties: { ...properties, ...searched },
    created: Number(created ?? 0),
    lastArticle: Number(lastArticle ?? 0),
  };
}
