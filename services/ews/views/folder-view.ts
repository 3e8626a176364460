import type { FolderRow } from '../../../shared/domain/mailbox/folder-columns.ts';
import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { folderSize } from '../../../shared/domain/mailbox/folder-size.ts';
import { folderProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { isSearchFolder } from '../../../shared/domain/mailbox/search-criteria.ts';
import { searchFolderCounts } from '../../../shared/domain/mailbox/search-folders.ts';
import { type PropertyKey, type PropertyValue, propertyTag, tags } from '../../../shared/kernel/mapi.ts';
import { wireExtendedProperty } from '../../../shared/protocols/ews/extended-property.ts';
import { fieldByUri, fieldsOfShape } from '../../../shared/protocols/ews/fields/classes.ts';
import type { FieldRow, SpecialView } from '../../../shared/protocols/ews/fields/field.ts';
import type { WireFolder } from '../../../shared/protocols/ews/folders.ts';
import type { FolderElement } from '../../../shared/protocols/ews/item-elements.ts';
import type { Path } from '../../../shared/protocols/ews/paths.ts';
import type { BaseShape } from '../../../shared/protocols/ews/shapes.ts';
import { distinguishedFolderIdName } from '../../../shared/protocols/ews/types/folder-ids.ts';
import type { WireField } from '../../../shared/protocols/ews/wire-object.ts';
import type { EwsCall } from '../context.ts';
import type { OpenMailbox } from '../mailboxes.ts';
import { shownTag } from '../retention/retention-tag.ts';
import { type PlannedExtended, planExtended } from './extended-plan.ts';
import { folderElement } from './folder-element.ts';
import { wireSearchParameters } from './search-parameters.ts';

/** What a request wants to see of folders. */
export interface FolderPlan {
  rowsOf(element: FolderElement): readonly FieldRow[];
  readonly extended: readonly PlannedExtended[];
  /** `folder:PermissionSet` is asked for. */
  readonly showsPermissions: boolean;
  /** How large the folder is is asked for. */
  readonly showsSize: boolean;
  /** How many items it has, or unread ones, is asked for. */
  readonly showsCounts: boolean;
}

/** What has to be read for a folder besides its row. */
export interface FolderExtras {
  readonly permissions?: object;
  /** Octets. */
  readonly size?: number;
  /** Of a search folder: how many items it finds. */
  readonly counts?: { readonly items: number; readonly unread: number };
}

/** PidTagMessageSize and PidTagMessageSizeExtended. */
const counts: readonly PropertyKey[] = [tags.contentCount, tags.contentUnreadCount];
const sizes: readonly PropertyKey[] = [tags.messageSize, propertyTag(0x0e08, 'Long')];

/** Reads a folder shape; a FieldURI that does not apply is left out silently. Refuses extended properties that name nothing. */
export function planFolders({ BaseShape, AdditionalProperties }: FolderShape, inFind: boolean): FolderPlan {
  if (AdditionalProperties !== undefined) return makePlan(BaseShape, AdditionalProperties, inFind);
  const plans = inFind ? plansInFind : plansAlone;
  const plan = plans.get(BaseShape) ?? makePlan(BaseShape, [], inFind);
  plans.set(BaseShape, plan);
  return plan;
}

interface FolderShape {
  readonly BaseShape: BaseShape;
  readonly AdditionalProperties?: readonly Path[] | undefined;
}

// Of shapes alone, which most requests name.
const plansInFind = new Map<BaseShape, FolderPlan>();
const plansAlone = new Map<BaseShape, FolderPlan>();

function makePlan(shape: BaseShape, paths: readonly Path[], inFind: boolean): FolderPlan {
  const uris = paths.flatMap((path) => (path.is === 'FieldURI' ? [path.value.FieldURI] : []));
  const rows = new Map<FolderElement, readonly FieldRow[]>();
  const rowsOf = (element: FolderElement): readonly FieldRow[] => {
    const known = rows.get(element);
    if (known !== undefined) return known;
    const base = fieldsOfShape(element, shape, inFind);
    const asked = uris.flatMap((uri) => fieldByUri(element, uri) ?? []).filter((row) => row.inFind || !inFind);
    const shown = [...new Set([...base, ...asked])].sort((left, right) => left.order - right.order);
    rows.set(element, shown);
    return shown;
  };
  const extended = planExtended(paths);
  return {
    rowsOf,
    extended,
    showsPermissions: !inFind && uris.includes('folder:PermissionSet'),
    showsSize: extended.some(({ key }) => sizes.includes(key)),
    showsCounts:
      extended.some(({ key }) => counts.includes(key)) ||
      rowsOf('SearchFolder').some(({ property }) => property !== undefined && counts.includes(property)),
  };
}

/** What the plan wants of a folder besides its row and its permissions. Whoever opens it by those is told of no items that it finds. */
export async function folderExtras(call: EwsCall, mailbox: OpenMailbox, row: FolderRow, plan: FolderPlan): Promise<FolderExtras> {
  const { read } = call.context.store;
  const isCounted = plan.showsCounts && isSearchFolder(row) && !mailbox.isShared;
  return {
    ...(plan.showsSize ? { size: await folderSize(read, mailbox.guid, row.counter) } : {}),
    ...(isCounted ? { counts: await searchFolderCounts(read, mailbox.guid, row) } : {}),
  };
}

/** A folder as the plan wants it; its permissions, its size and what a search folder finds only where they are given. */
export function viewFolder(mailbox: OpenMailbox, folder: FolderRow, plan: FolderPlan, extras: FolderExtras = {}): WireFolder {
  const { permissions, size, counts: found } = extras;
  const row = found === undefined ? folder : { ...folder, item_count: found.items, unread_count: found.unread };
  const element = folderElement(row);
  const fields: WireField[] = [];
  for (const field of plan.rowsOf(element)) {
    const value = field.property === undefined ? specialValue(field.special, mailbox, row, permissions) : propertyValue(field, row);
    if (value !== undefined) fields.push([field, value]);
  }
  const extended = plan.extended.flatMap(({ uri, key }) => {
    const stored = sizes.includes(key) ? sizeProperty(key, size) : folderProperty(row, key);
    return stored === undefined ? [] : [wireExtendedProperty(uri, stored)];
  });
  return { element, fields, extended };
}

function sizeProperty(key: PropertyKey, size: number | undefined): PropertyValue | undefined {
  if (size === undefined) return undefined;
  return key === tags.messageSize ? Math.min(size, 0x7fffffff) : String(size);
}

/** The id and change key of a folder. */
function folderId(mailbox: OpenMailbox, row: FolderRow): { Id: string; ChangeKey: string } {
  return { Id: mailbox.ids.folderId(row.counter), ChangeKey: mailbox.changeKey(folderElement(row), row.change_number) };
}

function propertyValue(field: FieldRow, row: FolderRow): unknown {
  const stored = field.property === undefined ? undefined : folderProperty(row, field.property);
  return stored === undefined ? undefined : field.toWire?.(stored);
}

function effectiveRights({ rights, hidesPrivate }: OpenMailbox, row: FolderRow): object {
  const may = (right: keyof typeof folderRights): boolean => (rights & folderRights[right]) !== 0;
  return {
    CreateAssociated: may('owner'),
    CreateContents: may('create'),
    CreateHierarchy: may('createSubfolder'),
    // A folder that every mailbox has cannot be deleted.
    Delete: may('owner') && row.role === null,
    Modify: may('owner'),
    Read: may('readAny'),
    ViewPrivateItems: !hidesPrivate,
  };
}

function specialValue(special: SpecialView | undefined, mailbox: OpenMailbox, row: FolderRow, permissions: object | undefined): unknown {
  switch (special) {
    case 'FolderId':
      return folderId(mailbox, row);
    case 'ParentFolderId':
      return row.parent === null ? undefined : { Id: mailbox.ids.folderId(row.parent), ChangeKey: 'AQAAAA==' };
    case 'EffectiveRights':
      return effectiveRights(mailbox, row);
    case 'PermissionSet':
      return permissions;
    case 'PolicyTag':
    case 'ArchiveTag':
      return shownTag(special, (key) => folderProperty(row, key));
    case 'SearchParameters':
      return wireSearchParameters(mailbox, row);
    case 'DistinguishedFolderId':
      return row.role === null ? undefined : distinguishedFolderIdName.parse(`${mailbox.kind === 'archive' ? 'archive' : ''}${row.role}`);
    default:
      return undefined;
  }
}
