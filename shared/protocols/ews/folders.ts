import { type Content, converted, either, manyOf, one, sequence, someOf } from '../../xml/codec.ts';
import type { FieldRow } from './fields/field.ts';
import { baseFolderFields, calendarFolderFields, contactsFolderFields, folderFields, searchFolderFields } from './fields/folder.ts';
import { type FolderElement, folderTypes } from './item-elements.ts';
import { messages, types } from './namespaces.ts';
import { responseMessage } from './response-message.ts';
import { type ObjectClass, objectContent, type WireObject } from './wire-object.ts';

export type WireFolder = WireObject<FolderElement>;

const tables: Readonly<Record<FolderElement, readonly object[]>> = {
  Folder: [baseFolderFields, folderFields],
  CalendarFolder: [baseFolderFields, calendarFolderFields],
  ContactsFolder: [baseFolderFields, contactsFolderFields],
  SearchFolder: [baseFolderFields, folderFields, searchFolderFields],
  TasksFolder: [baseFolderFields, folderFields],
};

const classOf = (element: FolderElement): ObjectClass<FolderElement> => ({
  element,
  typeName: folderTypes[element],
  rows: tables[element].flatMap((table) => Object.values(table) as FieldRow[]),
  extendedAfter: baseFolderFields.ChildFolderCount.order,
});

const classes: Readonly<Record<FolderElement, ObjectClass<FolderElement>>> = {
  Folder: classOf('Folder'),
  CalendarFolder: classOf('CalendarFolder'),
  ContactsFolder: classOf('ContactsFolder'),
  SearchFolder: classOf('SearchFolder'),
  TasksFolder: classOf('TasksFolder'),
};

/** The rows of a folder's element. */
export function folderClass(element: FolderElement): ObjectClass<FolderElement> {
  return classes[element];
}

const contents = Object.fromEntries(Object.values(classes).map((of) => [of.element, objectContent(of)])) as Readonly<
  Record<FolderElement, Content<WireFolder>>
>;

/** One folder of any kind (SyncFolderHierarchyCreateOrUpdateType). */
export const oneFolder: Content<WireFolder> = converted(
  sequence({ folder: either(types, contents) }, 'SyncFolderHierarchyCreateOrUpdateType'),
  ({ folder }) => folder.value,
  (value) => ({ folder: { is: value.element, value } }),
);

/** ArrayOfFoldersType: any number of folders. */
export const folderList: Content<readonly WireFolder[]> = converted(
  sequence({ folders: manyOf(types, contents) }, 'ArrayOfFoldersType'),
  ({ folders }) => folders.map(({ value }) => value),
  (values) => ({ folders: values.map((value) => ({ is: value.element, value })) }),
);

/** NonEmptyArrayOfFoldersType: folders that are to be created. */
export const newFolders: Content<readonly WireFolder[]> = converted(
  sequence({ folders: someOf(types, contents) }, 'NonEmptyArrayOfFoldersType'),
  ({ folders }) => folders.map(({ value }) => value),
  (values) => ({ folders: values.map((value) => ({ is: value.element, value })) }),
);

/** A folder of any kind as a choice of elements. */
export const anyFolder = either(types, contents);

/** FolderInfoResponseMessageType: what became of one folder. */
export const folderInfo = responseMessage({ Folders: one(messages, folderList) }, { Folders: [] });
