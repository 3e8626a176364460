import { type PropertyKey, tags } from '../../kernel/mapi.ts';
import type { FolderTable } from '../../store/schema.ts';
import { columnsOf, type PropertyColumn } from './column.ts';
import { folderTypeOf } from './search-criteria.ts';

/** A folder as it was read. Folders are few and small: they are always read whole. */
export type FolderRow = FolderTable;

const { text, integer } = columnsOf<FolderRow>();
const computed = { computed: true } as const;

const table: readonly PropertyColumn<FolderRow>[] = [
  text(tags.displayName, 'display_name', { fold: 'display_name_fold', absent: '' }),
  text(tags.containerClass, 'class', { absent: '' }),
  { key: tags.folderType, columns: ['parent', 'bag'], read: folderTypeOf },
  integer(tags.contentCount, 'item_count', computed),
  integer(tags.contentUnreadCount, 'unread_count', computed),
  integer(tags.associatedContentCount, 'associated_count', computed),
  integer(tags.folderChildCount, 'child_count', computed),
  { key: tags.subfolders, columns: ['child_count'], read: (row) => row.child_count > 0 },
  integer(tags.creationTime, 'created', computed),
  integer(tags.lastModificationTime, 'modified', computed),
  // Changes whenever something in the folder does: clients tell by it whether to look again (DavMail).
  integer(tags.localCommitTimeMax, 'modified', computed),
  { key: tags.articleNumberNext, columns: ['last_article'], read: (row) => row.last_article + 1 },
  integer(tags.imapLastArticleId, 'last_article', computed),
];

/** Properties of a folder that lie in columns; all others lie in its bag. */
export const folderColumns: ReadonlyMap<PropertyKey, PropertyColumn<FolderRow>> = new Map(table.map((column) => [column.key, column]));
