import { folderClass } from '../folders.ts';
import type { FolderElement, ItemElement } from '../item-elements.ts';
import { itemClass } from '../items.ts';
import type { BaseShape } from '../shapes.ts';
import type { ObjectClass } from '../wire-object.ts';
import type { FieldRow } from './field.ts';

const message = [
  'ItemId Subject Sensitivity Body Size DateTimeSent DateTimeCreated ResponseObjects HasAttachments IsAssociated',
  'ToRecipients CcRecipients BccRecipients IsReadReceiptRequested IsDeliveryReceiptRequested From IsRead',
].join(' ');

/**
 * BaseShape Default, by class. MicrosoftDocs property-sets-and-response-shapes-in-ews-in-exchange, tables 2 and 3; the
 * recipients, receipts and IsRead of messages from the published samples of GetItem answers.
 */
const defaults: Readonly<Record<ItemElement | FolderElement, string>> = {
  Item: 'ItemId Subject Sensitivity Body Size DateTimeSent DateTimeCreated ResponseObjects HasAttachments IsAssociated',
  Message: message,
  SharingMessage: message,
  MeetingMessage: message,
  MeetingRequest: message,
  MeetingResponse: message,
  MeetingCancellation: message,
  CalendarItem:
    'ItemId Subject ResponseObjects HasAttachments IsAssociated Start End LegacyFreeBusyStatus Location Organizer CalendarItemType',
  Contact: 'ItemId HasAttachments FileAs CompleteName CompanyName EmailAddresses PhysicalAddresses PhoneNumbers ImAddresses JobTitle',
  DistributionList: 'ItemId Subject HasAttachments DisplayName FileAs',
  Task: 'ItemId Subject HasAttachments DueDate PercentComplete StartDate Status',
  PostItem: 'ItemId Subject Sensitivity Body Size DateTimeSent DateTimeCreated ResponseObjects HasAttachments IsAssociated From',
  RoleMember: 'ItemId Subject HasAttachments',
  Network: 'ItemId Subject HasAttachments',
  Person: 'ItemId Subject HasAttachments',
  Folder: 'FolderId DisplayName TotalCount ChildFolderCount UnreadCount',
  CalendarFolder: 'FolderId DisplayName ChildFolderCount',
  ContactsFolder: 'FolderId DisplayName TotalCount ChildFolderCount',
  SearchFolder: 'FolderId DisplayName TotalCount ChildFolderCount UnreadCount',
  TasksFolder: 'FolderId DisplayName TotalCount ChildFolderCount UnreadCount',
};

interface Lookup {
  readonly byUri: ReadonlyMap<string, FieldRow>;
  readonly shapes: Readonly<Record<BaseShape, readonly FieldRow[]>>;
  readonly findShapes: Readonly<Record<BaseShape, readonly FieldRow[]>>;
}

const lookups = new Map<string, Lookup>();

/** The row of a FieldURI in one class; undefined when the field does not apply to it and is left out. */
export function fieldByUri(element: ItemElement | FolderElement, uri: string): FieldRow | undefined {
  return lookupOf(element).byUri.get(uri);
}

/**
 * The rows that a base shape contains, in schema order; `find` is what FindItem and FindFolder can return of them.
 * PcxPeopleSearch is IdOnly.
 */
export function fieldsOfShape(element: ItemElement | FolderElement, shape: BaseShape, find: boolean): readonly FieldRow[] {
  const lookup = lookupOf(element);
  return (find ? lookup.findShapes : lookup.shapes)[shape];
}

function classOf(element: ItemElement | FolderElement): ObjectClass {
  return isFolder(element) ? folderClass(element) : itemClass(element);
}

function isFolder(element: ItemElement | FolderElement): element is FolderElement {
  return element.endsWith('Folder');
}

function lookupOf(element: ItemElement | FolderElement): Lookup {
  let lookup = lookups.get(element);
  if (lookup === undefined) {
    lookup = makeLookup(element);
    lookups.set(element, lookup);
  }
  return lookup;
}

function makeLookup(element: ItemElement | FolderElement): Lookup {
  const { rows } = classOf(element);
  const inDefault = new Set(defaults[element].split(' '));
  const idOnly = rows.filter((row) => row.element === 'ItemId' || row.element === 'FolderId');
  const shapes = {
    IdOnly: idOnly,
    PcxPeopleSearch: idOnly,
    Default: rows.filter((row) => inDefault.has(row.element)),
    AllProperties: rows.filter((row) => row.inAllProperties),
  };
  const found = (of: readonly FieldRow[]): readonly FieldRow[] => of.filter((row) => row.inFind);
  const byUri = new Map<string, FieldRow>();
  for (const row of rows) if (row.uri !== '' && !byUri.has(row.uri)) byUri.set(row.uri, row);
  return {
    byUri,
    shapes,
    findShapes: { IdOnly: idOnly, PcxPeopleSearch: idOnly, Default: found(shapes.Default), AllProperties: found(shapes.AllProperties) },
  };
}
