import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { propertyTypeOf } from '../../../shared/kernel/mapi.ts';
import { fieldUris } from '../../../shared/protocols/ews/field-uris.ts';
import { calendarItemFields } from '../../../shared/protocols/ews/fields/calendar-item.ts';
import { fieldByUri, fieldsOfShape } from '../../../shared/protocols/ews/fields/classes.ts';
import type { FieldRow } from '../../../shared/protocols/ews/fields/field.ts';
import { itemFields } from '../../../shared/protocols/ews/fields/item.ts';
import { meetingRequestFields } from '../../../shared/protocols/ews/fields/meeting-message.ts';
import { taskFields } from '../../../shared/protocols/ews/fields/task.ts';
import { folderClass } from '../../../shared/protocols/ews/folders.ts';
import {
  type FolderElement,
  folderElementOf,
  folderTypes,
  type ItemElement,
  itemElementOf,
  itemTypes,
} from '../../../shared/protocols/ews/item-elements.ts';
import { itemClass } from '../../../shared/protocols/ews/items.ts';

const itemElements = Object.keys(itemTypes) as ItemElement[];
const folderElements = Object.keys(folderTypes) as FolderElement[];
const classes = [...itemElements.map(itemClass), ...folderElements.map(folderClass)];
const known = new Set(fieldUris);

describe.each(classes)('$element', ({ element, rows }) => {
  test('has its rows in one order, each element once', () => {
    const orders = rows.map(({ order }) => order);
    expect(orders).toEqual([...orders].sort((one, other) => one - other));
    expect(new Set(orders).size).toBe(rows.length);
    expect(new Set(rows.map((row) => row.element)).size).toBe(rows.length);
  });

  test('names its fields as the schema does, each by one path', () => {
    const uris = rows.flatMap(({ uri }) => (uri === '' ? [] : [uri]));
    expect(uris.filter((uri) => !known.has(uri))).toEqual([]);
    expect(new Set(uris).size).toBe(uris.length);
    for (const uri of uris) expect(fieldByUri(element, uri)?.uri).toBe(uri);
  });

  test('shows what base shapes contain, in order', () => {
    const names = (shape: 'IdOnly' | 'Default' | 'AllProperties', find: boolean) =>
      fieldsOfShape(element, shape, find).map((row) => row.element);
    const id = element.endsWith('Folder') ? 'FolderId' : 'ItemId';
    expect(names('IdOnly', true)).toEqual([id]);
    expect(names('Default', false)).toContain(id);
    expect(names('AllProperties', false)).toEqual(expect.arrayContaining(names('Default', false)));
    expect(names('AllProperties', false)).toEqual(expect.arrayContaining(names('AllProperties', true)));
    expect(names('AllProperties', true)).not.toContain('Body');
    const all = rows.map((row) => row.element);
    expect(names('AllProperties', false)).toEqual(all.filter((name) => names('AllProperties', false).includes(name)));
  });

  test('can read what it writes', () => {
    const failures = rows.flatMap((row): string[] => {
      if (row.property === undefined) return [];
      if ((row.special !== undefined && row.writable) || row.toWire === undefined || row.toStored === undefined)
        return [`${row.element}: half a view`];
      const shown = (examples[propertyTypeOf(row.property)] ?? []).map((stored) => row.toWire?.(stored as never));
      const changed = shown.filter(
        (value) => value !== undefined && row.writable && !isDeepStrictEqual(row.toWire?.(row.toStored?.(value) as never), value),
      );
      return changed.map((value) => `${row.element}: ${JSON.stringify(value)}`);
    });
    expect(failures).toEqual([]);
  });
});

const examples: Readonly<Record<string, readonly unknown[]>> = {
  String: ['', 'text'],
  Integer: [0, 1, 2, 3, 4],
  Boolean: [true, false],
  SystemTime: [0, 1_700_000_000_000],
  Double: [0, 0.25, 1],
  StringArray: [[], ['a', 'b']],
  Binary: ['aGk='],
};

test('paths are told by class', () => {
  expect(fieldByUri('Message', 'message:From')?.element).toBe('From');
  expect(fieldByUri('PostItem', 'message:From')?.element).toBe('From');
  expect(fieldByUri('Message', 'calendar:Start')).toBeUndefined();
  expect(fieldByUri('MeetingRequest', 'calendar:Start')).toBe(meetingRequestFields.Start);
  expect(fieldByUri('CalendarItem', 'calendar:Start')).toBe(calendarItemFields.Start);
  expect(fieldByUri('Folder', 'folder:UnreadCount')?.element).toBe('UnreadCount');
  expect(fieldByUri('CalendarFolder', 'folder:UnreadCount')).toBeUndefined();
  expect(fieldByUri('Message', 'folder:UnreadCount')).toBeUndefined();
  expect(fieldByUri('Message', 'message:Nonsense')).toBeUndefined();
});

test.each<[FieldRow, unknown, unknown]>([
  [itemFields.Importance, 2, 'High'],
  [itemFields.Sensitivity, 3, 'Confidential'],
  [itemFields.IsDraft, 0x9, true],
  [itemFields.IsDraft, 0x1, false],
  [itemFields.IsFromMe, 0x20, true],
  [itemFields.Categories, ['Red'], { String: ['Red'] }],
  [itemFields.SearchKey, 'aGk=', Buffer.from('hi')],
  [calendarItemFields.LegacyFreeBusyStatus, 3, 'OOF'],
  [calendarItemFields.LegacyFreeBusyStatus, 9, undefined],
  [calendarItemFields.AllowNewTimeProposal, true, false],
  [calendarItemFields.IsCancelled, 5, true],
  [meetingRequestFields.MeetingRequestType, 1, 'NewMeetingRequest'],
  [taskFields.PercentComplete, 0.5, 50],
])('%o shows %j as %j', (row, stored, shown) => {
  expect(row.toWire?.(stored as never)).toEqual(shown);
});

test.each([
  ['IPM.Note', 'Message'],
  ['ipm.note.smime.multipartsigned', 'Message'],
  ['IPM.Notebook', 'Item'],
  ['IPM.Appointment', 'CalendarItem'],
  ['IPM.Schedule.Meeting.Request', 'MeetingRequest'],
  ['IPM.Schedule.Meeting.Resp.Pos', 'MeetingResponse'],
  ['IPM.Schedule.Meeting.Canceled', 'MeetingCancellation'],
  ['IPM.Schedule.Meeting.Notification.Forward', 'MeetingMessage'],
  ['IPM.Contact', 'Contact'],
  ['IPM.DistList', 'DistributionList'],
  ['IPM.Task', 'Task'],
  ['IPM.Post.RSS', 'PostItem'],
  ['REPORT.IPM.Note.NDR', 'Message'],
  ['IPM.Configuration.CategoryList', 'Item'],
  ['', 'Item'],
])('%s is a %s', (messageClass, element) => {
  expect(itemElementOf(messageClass)).toBe(element);
});

test.each([
  ['IPF.Note', 'Folder'],
  ['IPF.Appointment.Birthday', 'CalendarFolder'],
  ['ipf.contact', 'ContactsFolder'],
  ['IPF.Task', 'TasksFolder'],
  ['IPF.Appointments', 'Folder'],
  ['', 'Folder'],
])('a folder of %s is a %s', (containerClass, element) => {
  expect(folderElementOf(containerClass)).toBe(element);
});
