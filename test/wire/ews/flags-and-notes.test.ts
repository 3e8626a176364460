import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, ids, texts } from './answers.ts';

const mary = 'mary@contoso.test';
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
});
afterAll(() => lab.close());

const ask = async (body: string): Promise<string> => (await lab.ews(mary, body)).body;
const code = (body: string): string | undefined => texts(body, 'ResponseCode')[0];
const create = (folder: string, element: string, inner: string): Promise<string> =>
  ask(
    `<m:CreateItem MessageDisposition="SaveOnly"><m:SavedItemFolderId><t:DistinguishedFolderId Id="${folder}"/></m:SavedItemFolderId><m:Items><t:${element}>${inner}</t:${element}></m:Items></m:CreateItem>`,
  );
async function made(folder: string, element: string, inner: string): Promise<string> {
  const body = await create(folder, element, inner);
  return present(ids(body)[0], body).id;
}
const get = (id: string, paths: string): Promise<string> =>
  ask(
    `<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape><t:AdditionalProperties>${paths}</t:AdditionalProperties></m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`,
  );
const field = (uri: string): string => `<t:FieldURI FieldURI="${uri}"/>`;
const update = (id: string, path: string, element: string, inner: string): Promise<string> =>
  ask(
    `<m:UpdateItem ConflictResolution="AlwaysOverwrite" MessageDisposition="SaveOnly"><m:ItemChanges><t:ItemChange><t:ItemId Id="${id}"/><t:Updates><t:SetItemField>${path}<t:${element}>${inner}</t:${element}></t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
  );

describe('the flag of a message', () => {
  const flag = (status: string, ...dates: readonly string[]): string =>
    `<t:Flag><t:FlagStatus>${status}</t:FlagStatus>${dates.map((date) => `<t:${date}Date>2026-11-0${date === 'Start' ? 5 : 6}T00:00:00Z</t:${date}Date>`).join('')}</t:Flag>`;

  test.each([
    ['NotFlagged', [], 'NoError'],
    ['NotFlagged', ['Start', 'Due'], 'ErrorInvalidArgument'],
    ['NotFlagged', ['Complete'], 'ErrorInvalidArgument'],
    ['Flagged', [], 'NoError'],
    ['Flagged', ['Start', 'Due'], 'NoError'],
    ['Flagged', ['Start'], 'ErrorInvalidArgument'],
    ['Flagged', ['Due'], 'ErrorInvalidArgument'],
    ['Flagged', ['Complete'], 'ErrorInvalidArgument'],
    ['Complete', [], 'NoError'],
    ['Complete', ['Complete'], 'NoError'],
    ['Complete', ['Start', 'Due'], 'ErrorInvalidArgument'],
    ['Complete', ['Start', 'Due', 'Complete'], 'ErrorInvalidArgument'],
  ])('%s %s: %s', async (status, dates, expected) => {
    const id = await made('inbox', 'Message', `<t:Subject>flagged</t:Subject>${flag('Flagged', 'Start', 'Due')}`);
    expect(code(await update(id, field('item:Flag'), 'Message', flag(status, ...dates)))).toBe(expected);
    const [shown] = all(await get(id, field('item:Flag')), 'Flag');
    const wanted = expected === 'NoError' ? [status, ...dates] : ['Flagged', 'Start', 'Due'];
    const names = ['StartDate', 'DueDate', 'CompleteDate'].filter((name) => all(present(shown, 'a flag'), name).length > 0);
    expect([texts(present(shown, 'a flag'), 'FlagStatus')[0], ...names.map((name) => name.replace('Date', ''))]).toEqual(wanted);
  });

  test('does not begin after it is due, and reminds until it is done', async () => {
    const turned =
      '<t:Flag><t:FlagStatus>Flagged</t:FlagStatus><t:StartDate>2026-11-07T00:00:00Z</t:StartDate><t:DueDate>2026-11-06T00:00:00Z</t:DueDate></t:Flag>';
    expect(code(await create('inbox', 'Message', turned))).toBe('ErrorInvalidArgument');
    const rings = '<t:ReminderDueBy>2026-11-06T08:00:00Z</t:ReminderDueBy><t:ReminderIsSet>true</t:ReminderIsSet>';
    const id = await made('inbox', 'Message', rings + flag('Flagged'));
    const paths = field('item:ReminderIsSet') + field('item:ReminderDueBy') + field('item:ReminderNextTime');
    const before = await get(id, paths);
    expect(['ReminderIsSet', 'ReminderDueBy', 'ReminderNextTime'].map((name) => texts(before, name)[0])).toEqual([
      'true',
      '2026-11-06T08:00:00Z',
      '2026-11-06T08:00:00Z',
    ]);
    await update(id, field('item:Flag'), 'Message', flag('Complete', 'Complete'));
    const after = await get(id, paths);
    expect([texts(after, 'ReminderIsSet'), texts(after, 'ReminderNextTime')]).toEqual([['false'], []]);
  });
});

describe('what has no element of its own', () => {
  const note = '0006200e-0000-0000-c000-000000000046';
  const log = '0006200a-0000-0000-c000-000000000046';
  const uri = (set: string, id: number, type: string): string =>
    `<t:ExtendedFieldURI PropertySetId="${set}" PropertyId="${id}" PropertyType="${type}"/>`;
  const extended = (path: string, value: string): string => `<t:ExtendedProperty>${path}<t:Value>${value}</t:Value></t:ExtendedProperty>`;
  /** PidLidNoteColor: 3 is yellow (MS-OXONOTE 2.2.1.1). */
  const color = uri(note, 0x8b00, 'Integer');
  const logType = uri(log, 0x8700, 'String');
  const duration = uri(log, 0x8707, 'Integer');

  test.each(['Item', 'Message'])('a note that is written as %s is an Item, and its colour changes', async (element) => {
    const inner = `<t:ItemClass>IPM.StickyNote</t:ItemClass><t:Subject>buy ink</t:Subject><t:Body BodyType="Text">buy ink\r\nand paper</t:Body>${extended(color, '3')}`;
    const id = await made('notes', element, inner);
    const body = await get(id, color);
    expect(all(body, 'Items')[0]?.children.map((one) => (typeof one === 'string' ? one : one.name))).toEqual(['Item']);
    expect([texts(body, 'ItemClass'), texts(body, 'Value')]).toEqual([['IPM.StickyNote'], ['3']]);
    expect(code(await update(id, color, 'Item', extended(color, '1')))).toBe('NoError');
    expect(texts(await get(id, color), 'Value')).toEqual(['1']);
    const found = await ask(
      `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:Restriction><t:IsEqualTo>${color}<t:FieldURIOrConstant><t:Constant Value="1"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction><m:ParentFolderIds><t:DistinguishedFolderId Id="notes"/></m:ParentFolderIds></m:FindItem>`,
    );
    expect(ids(found).map((one) => one.id)).toContain(id);
  });

  test('a journal entry keeps what the journal tells of it', async () => {
    const inner = `<t:ItemClass>IPM.Activity</t:ItemClass><t:Subject>Call Ann</t:Subject>${extended(logType, 'Phone call')}${extended(duration, '25')}`;
    const id = await made('journal', 'Item', inner);
    const body = await get(id, logType + duration);
    expect([texts(body, 'ItemClass'), texts(body, 'Value')]).toEqual([['IPM.Activity'], ['Phone call', '25']]);
  });

  test('the folders of notes and of the journal are Folders of their class', async () => {
    const body = await ask(
      '<m:GetFolder><m:FolderShape><t:BaseShape>Default</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="folder:FolderClass"/></t:AdditionalProperties></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="notes"/><t:DistinguishedFolderId Id="journal"/></m:FolderIds></m:GetFolder>',
    );
    expect([texts(body, 'FolderClass'), all(body, 'Folder').length]).toEqual([['IPF.StickyNote', 'IPF.Journal'], 2]);
  });

  test('a post is created, read and changed as a PostItem', async () => {
    const id = await made('inbox', 'PostItem', '<t:Subject>Notice</t:Subject><t:Body BodyType="Text">one</t:Body>');
    expect(code(await update(id, field('item:Subject'), 'PostItem', '<t:Subject>Notice 2</t:Subject>'))).toBe('NoError');
    const body = await get(id, field('postitem:PostedTime'));
    expect([all(body, 'PostItem').length, texts(body, 'Subject'), texts(body, 'ItemClass')]).toEqual([1, ['Notice 2'], ['IPM.Post']]);
  });
});
