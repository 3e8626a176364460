import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, attributes, ids, responses, texts } from './answers.ts';

const [mary, rob] = ['mary@contoso.test', 'rob@contoso.test'];
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());

const toRob = '<t:ToRecipients><t:Mailbox><t:EmailAddress>rob@contoso.test</t:EmailAddress></t:Mailbox></t:ToRecipients>';
const role = (id: string): string => `<t:DistinguishedFolderId Id="${id}"/>`;
const codes = async (as: string, body: string): Promise<readonly string[]> =>
  responses((await lab.ews(as, body)).body).map(({ code }) => code);

interface Saved {
  readonly id: string;
  readonly changeKey: string;
}
async function save(fields: string, folder = 'drafts'): Promise<Saved> {
  const { body } = await lab.ews(
    mary,
    `<m:CreateItem MessageDisposition="SaveOnly"><m:SavedItemFolderId>${role(folder)}</m:SavedItemFolderId><m:Items><t:Message>${fields}</t:Message></m:Items></m:CreateItem>`,
  );
  return present(ids(body)[0], body);
}
const change = (
  { id, changeKey }: Saved,
  updates: string,
  attributesOf = 'ConflictResolution="AutoResolve" MessageDisposition="SaveOnly"',
  more = '',
) =>
  lab.ews(
    mary,
    `<m:UpdateItem ${attributesOf}>${more}<m:ItemChanges><t:ItemChange><t:ItemId Id="${id}" ChangeKey="${changeKey}"/><t:Updates>${updates}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
  );
const set = (uri: string, content: string): string =>
  `<t:SetItemField><t:FieldURI FieldURI="${uri}"/><t:Message>${content}</t:Message></t:SetItemField>`;
const subjects = async (as: string, folder: string): Promise<readonly string[]> =>
  texts(
    (
      await lab.ews(
        as,
        `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:Subject"/></t:AdditionalProperties></m:ItemShape><m:ParentFolderIds>${role(folder)}</m:ParentFolderIds></m:FindItem>`,
      )
    ).body,
    'Subject',
  );

describe('AutoResolve', () => {
  const subject = set('item:Subject', '<t:Subject>s</t:Subject>');
  const importance = set('item:Importance', '<t:Importance>High</t:Importance>');
  const body = set('item:Body', '<t:Body BodyType="Text">b</t:Body>');
  const recipients = set('message:ToRecipients', toRob);
  const isRead = set('message:IsRead', '<t:IsRead>false</t:IsRead>');

  test.each([
    ['another property', subject, importance, 'NoError'],
    ['several others', subject + body + recipients, importance + isRead, 'NoError'],
    ['the recipients beside the text', recipients, body, 'NoError'],
    ['the same property', subject, subject, 'ErrorIrresolvableConflict'],
    ['the same property among others', subject + importance, body + importance, 'ErrorIrresolvableConflict'],
    ['the recipients twice', recipients, recipients, 'ErrorIrresolvableConflict'],
    ['the read flag twice', isRead, isRead, 'ErrorIrresolvableConflict'],
  ])('by an old key: %s', async (_what, first, second, code) => {
    const saved = await save('<t:Subject>a</t:Subject>');
    expect(responses((await change(saved, first)).body)).toMatchObject([{ code: 'NoError' }]);
    expect(responses((await change(saved, second)).body)).toMatchObject([{ code }]);
    expect(
      responses((await change(saved, importance, 'ConflictResolution="NeverOverwrite" MessageDisposition="SaveOnly"')).body),
    ).toMatchObject([{ code: 'ErrorIrresolvableConflict' }]);
  });
});

describe('UpdateItem that sends', () => {
  test.each([
    ['SendAndSaveCopy', '', 'sentitems'],
    ['SendAndSaveCopy', `<m:SavedItemFolderId>${role('archive')}</m:SavedItemFolderId>`, 'archive'],
    ['SendOnly', '', undefined],
  ])('%s %s', async (disposition, saved, copy) => {
    const subject = `sent ${disposition} ${copy}`;
    const draft = await save('<t:Subject>unfinished</t:Subject>', 'inbox');
    const updates = set('item:Subject', `<t:Subject>${subject}</t:Subject>`) + set('message:ToRecipients', toRob);
    const { body } = await change(draft, updates, `ConflictResolution="AutoResolve" MessageDisposition="${disposition}"`, saved);
    expect([responses(body)[0]?.code, ids(body)]).toEqual(['NoError', []]);
    expect(await subjects(rob, 'inbox')).toContain(subject);
    expect(await subjects(mary, 'inbox')).not.toContain(subject);
    for (const folder of ['sentitems', 'archive']) expect((await subjects(mary, folder)).includes(subject)).toBe(folder === copy);
  });

  test('keeps the change where the mail is refused', async () => {
    const draft = await save('<t:Subject>before</t:Subject>');
    const { body } = await change(
      draft,
      set('item:Subject', '<t:Subject>nobody to send to</t:Subject>'),
      'ConflictResolution="AutoResolve" MessageDisposition="SendOnly"',
    );
    expect(responses(body)).toMatchObject([{ code: 'ErrorMissingRecipients' }]);
    expect(await subjects(mary, 'drafts')).toContain('nobody to send to');
  });
});

describe('SendItem', () => {
  const send = (item: string, attribute = 'SaveItemToFolder="true"', more = ''): string =>
    `<m:SendItem ${attribute}><m:ItemIds>${item}</m:ItemIds>${more}</m:SendItem>`;
  const idOf = ({ id, changeKey }: Saved): string => `<t:ItemId Id="${id}" ChangeKey="${changeKey}"/>`;

  test('refuses by the documented codes, and sends nothing', async () => {
    const draft = await save(`<t:Subject>stays</t:Subject>${toRob}`);
    await change(draft, set('item:Importance', '<t:Importance>High</t:Importance>'));
    const saved = `<m:SavedItemFolderId>${role('archive')}</m:SavedItemFolderId>`;
    expect(await codes(mary, send(idOf(draft)))).toEqual(['ErrorStaleObject']);
    expect(await codes(mary, send(`<t:ItemId Id="${draft.id}"/>`))).toEqual(['ErrorChangeKeyRequired']);
    expect(await codes(mary, send(idOf(draft), 'SaveItemToFolder="false"', saved))).toEqual(['ErrorInvalidSendItemSaveSettings']);
    expect(await codes(mary, send(idOf(draft), undefined, `<m:SavedItemFolderId>${role('voicemail')}</m:SavedItemFolderId>`))).toEqual([
      'ErrorSavedItemFolderNotFound',
    ]);
    expect(await codes(rob, send(idOf(draft)))).toEqual(['ErrorAccessDenied']);
    expect(await subjects(rob, 'inbox')).not.toContain('stays');
    expect(await subjects(mary, 'drafts')).toContain('stays');
  });

  test('a message that was sent is sent anew, with an id of its own', async () => {
    await lab.ews(
      mary,
      `<m:CreateItem MessageDisposition="SendAndSaveCopy"><m:Items><t:Message><t:Subject>twice</t:Subject>${toRob}</t:Message></m:Items></m:CreateItem>`,
    );
    const { body } = await lab.ews(
      mary,
      `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:Restriction><t:IsEqualTo><t:FieldURI FieldURI="item:Subject"/><t:FieldURIOrConstant><t:Constant Value="twice"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction><m:ParentFolderIds>${role('sentitems')}</m:ParentFolderIds></m:FindItem>`,
    );
    expect(await codes(mary, send(idOf(present(ids(body)[0], 'the copy'))))).toEqual(['NoError']);
    expect((await subjects(mary, 'sentitems')).filter((one) => one === 'twice')).toHaveLength(1);
    expect((await subjects(rob, 'inbox')).filter((one) => one === 'twice')).toHaveLength(2);
  });
});

test('ArchiveItem moves to the folder of the same path in the archive, which it creates', async () => {
  const { id } = await save('<t:Subject>old</t:Subject>', 'inbox');
  const shape = '<m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape>';
  const [shown] = await runCmdlet<{ ArchiveGuid: string }>(lab, 'contoso', 'Enable-Mailbox mary -Archive');
  const guid = present(shown, 'the mailbox').ArchiveGuid;
  const below = '<t:Folder><t:DisplayName>Projects</t:DisplayName></t:Folder>';
  const created = `<m:CreateFolder><m:ParentFolderId>${role('inbox')}</m:ParentFolderId><m:Folders>${below}</m:Folders></m:CreateFolder>`;
  expect(await codes(mary, created)).toEqual(['NoError']);
  const found = await lab.ews(
    mary,
    `<m:FindFolder Traversal="Shallow">${shape}<m:ParentFolderIds>${role('inbox')}</m:ParentFolderIds></m:FindFolder>`,
  );
  const projects = `<t:FolderId Id="${attributes(found.body, 'FolderId', 'Id')[0]}"/>`;
  const archive = (folder: string, item: string): string =>
    `<m:ArchiveItem><m:ArchiveSourceFolderId>${folder}</m:ArchiveSourceFolderId><m:ItemIds><t:ItemId Id="${item}"/></m:ItemIds></m:ArchiveItem>`;
  const { body } = await lab.ews(mary, archive(projects, id));
  expect(responses(body)).toMatchObject([{ code: 'NoError' }]);
  const archived = present(ids(body)[0], 'the item').id;
  const folders = await lab.store.read
    .selectFrom('folder')
    .select(['display_name'])
    .where('mailbox', '=', guid)
    .where('role', 'is', null)
    .orderBy('counter')
    .execute();
  expect(folders.map(({ display_name }) => display_name)).toEqual(['Inbox', 'Projects']);
  const get = (item: string): string =>
    `<m:GetItem><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape><m:ItemIds><t:ItemId Id="${item}"/></m:ItemIds></m:GetItem>`;
  expect(texts((await lab.ews(mary, get(archived))).body, 'Subject')).toEqual(['old']);
  expect(await codes(mary, get(id))).toEqual(['ErrorItemNotFound']);
  expect(await codes(mary, archive(projects, archived))).toEqual(['ErrorCannotArchiveItemsInArchiveMailbox']);
  expect(await codes(mary, archive(role('calendar'), archived))).toEqual(['ErrorCannotArchiveCalendarContactTaskFolderException']);
});

describe('response objects', () => {
  const offered = async (as: string, id: string): Promise<readonly string[]> => {
    const { body } = await lab.ews(
      as,
      `<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:ResponseObjects"/></t:AdditionalProperties></m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`,
    );
    return all(body, 'ResponseObjects').flatMap(({ children }) => children.flatMap((one) => (typeof one === 'string' ? [] : [one.name])));
  };
  const respond = (element: string, id: string, content = ''): string =>
    `<m:CreateItem MessageDisposition="SaveOnly"><m:Items><t:${element}><t:ReferenceItemId Id="${id}"/>${content}</t:${element}></m:Items></m:CreateItem>`;

  test('a draft offers none, and refuses them', async () => {
    const { id } = await save('<t:Subject>draft</t:Subject>');
    expect(await offered(mary, id)).toEqual([]);
    expect(await codes(mary, respond('ReplyToItem', id))).toEqual(['ErrorInvalidReferenceItem']);
  });

  test('a post is answered by a post beside it', async () => {
    const made = await lab.ews(
      mary,
      `<m:CreateItem><m:SavedItemFolderId>${role('archive')}</m:SavedItemFolderId><m:Items><t:PostItem><t:Subject>Notice</t:Subject></t:PostItem></m:Items></m:CreateItem>`,
    );
    const { id } = present(ids(made.body)[0], made.body);
    expect(await offered(mary, id)).toEqual(['PostReplyItem', 'ReplyToItem', 'ForwardItem']);
    const content = '<t:NewBodyContent BodyType="Text">Seen.</t:NewBodyContent>';
    const { body } = await lab.ews(mary, respond('PostReplyItem', id, content));
    expect([responses(body)[0]?.code, all(body, 'PostItem')]).toMatchObject(['NoError', [{ name: 'PostItem' }]]);
    expect((await subjects(mary, 'archive')).filter((one) => one === 'Notice')).toHaveLength(2);
  });

  test('what waits for a receipt offers to suppress it, once; removed unread it is told, unless that is suppressed', async () => {
    for (const [subject, attribute, told] of [
      ['kept', '', 1],
      ['hushed', ' SuppressReadReceipts="true"', 0],
    ] as const) {
      const asking = `<t:Subject>${subject}</t:Subject>${toRob}<t:IsReadReceiptRequested>true</t:IsReadReceiptRequested>`;
      await lab.ews(mary, `<m:CreateItem MessageDisposition="SendOnly"><m:Items><t:Message>${asking}</t:Message></m:Items></m:CreateItem>`);
      const { body } = await lab.ews(
        rob,
        `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:Restriction><t:IsEqualTo><t:FieldURI FieldURI="item:Subject"/><t:FieldURIOrConstant><t:Constant Value="${subject}"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction><m:ParentFolderIds>${role('inbox')}</m:ParentFolderIds></m:FindItem>`,
      );
      const { id } = present(ids(body)[0], 'the message');
      expect(await offered(rob, id)).toEqual(['ReplyToItem', 'ReplyAllToItem', 'ForwardItem', 'SuppressReadReceipt']);
      expect(
        await codes(rob, `<m:DeleteItem DeleteType="SoftDelete"${attribute}><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:DeleteItem>`),
      ).toEqual(['NoError']);
      expect((await subjects(mary, 'inbox')).filter((one) => one === `Not read: ${subject}`)).toHaveLength(told);
    }
  });
});

test('MarkAllItemsAsRead answers those who wait, unless it is not to', async () => {
  const markAll = (isRead: boolean, isSuppressed: boolean): string =>
    `<m:MarkAllItemsAsRead><m:ReadFlag>${isRead}</m:ReadFlag><m:SuppressReadReceipts>${isSuppressed}</m:SuppressReadReceipts><m:FolderIds>${role('inbox')}</m:FolderIds></m:MarkAllItemsAsRead>`;
  const told = async (): Promise<number> => (await subjects(mary, 'inbox')).filter((one) => one === 'Read: all of them').length;
  const send = async (count: number): Promise<void> => {
    const asking = `<t:Message><t:Subject>all of them</t:Subject>${toRob}<t:IsReadReceiptRequested>true</t:IsReadReceiptRequested></t:Message>`;
    await lab.ews(mary, `<m:CreateItem MessageDisposition="SendOnly"><m:Items>${asking.repeat(count)}</m:Items></m:CreateItem>`);
  };
  await send(45);
  expect(await codes(rob, markAll(false, false))).toEqual(['NoError']);
  expect(await told()).toBe(0);
  for (const isRead of [true, false, true]) expect(await codes(rob, markAll(isRead, false))).toEqual(['NoError']);
  expect(await told()).toBe(45);
  await send(3);
  expect(await codes(rob, markAll(true, true))).toEqual(['NoError']);
  for (const isRead of [false, true]) expect(await codes(rob, markAll(isRead, false))).toEqual(['NoError']);
  expect(await told()).toBe(45);
});

test('ten thousand ids are answered, each, and others are answered meanwhile', async () => {
  const { body } = await lab.ews(
    mary,
    `<m:CreateItem MessageDisposition="SaveOnly"><m:Items>${'<t:Message><t:Subject>many</t:Subject></t:Message>'.repeat(1_000)}</m:Items></m:CreateItem>`,
  );
  const made = ids(body);
  expect(new Set(made.map(({ id }) => id)).size).toBe(1_000);
  const list = made
    .map(({ id }) => `<t:ItemId Id="${id}"/>`)
    .join('')
    .repeat(10);
  let isDone = false;
  const moving = lab
    .ews(mary, `<m:MoveItem><m:ToFolderId>${role('archive')}</m:ToFolderId><m:ItemIds>${list}</m:ItemIds></m:MoveItem>`)
    .finally(() => {
      isDone = true;
    });
  let answered = 0;
  while (!isDone && answered < 50) {
    expect(
      await codes(
        rob,
        `<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds>${role('inbox')}</m:FolderIds></m:GetFolder>`,
      ),
    ).toEqual(['NoError']);
    answered += 1;
  }
  const outcome = responses((await moving).body).map(({ code }) => code);
  expect([outcome.length, outcome.filter((code) => code === 'NoError').length]).toEqual([10_000, 1_000]);
  expect(outcome.slice(0, 1_000).every((code) => code === 'NoError')).toBe(true);
  expect(new Set(outcome.slice(1_000))).toEqual(new Set(['ErrorItemNotFound']));
  expect(answered).toBeGreaterThan(10);
}, 60_000);

describe('what the page "ResponseCode" refuses', () => {
  const ask = '<t:IsDeliveryReceiptRequested>true</t:IsDeliveryReceiptRequested>';

  test('a receipt of a message that was sent, not of a draft', async () => {
    const draft = await save('<t:Subject>asked in time</t:Subject>');
    const update = set('message:IsDeliveryReceiptRequested', ask);
    expect(responses((await change(draft, update)).body)).toMatchObject([{ code: 'NoError' }]);
    const received = await save(
      '<t:Subject>asked too late</t:Subject><t:ExtendedProperty><t:ExtendedFieldURI PropertyTag="0x0E07" PropertyType="Integer"/><t:Value>1</t:Value></t:ExtendedProperty>',
      'inbox',
    );
    const code = 'ErrorInvalidPropertyUpdateSentMessage';
    expect(responses((await change(received, update)).body)).toMatchObject([
      { code, text: 'Update operation is invalid for property of a sent message.' },
    ]);
    expect(responses((await change(received, set('item:Importance', '<t:Importance>High</t:Importance>'))).body)).toMatchObject([
      { code: 'NoError' },
    ]);
  });

  test('moving and copying what is associated with a folder', async () => {
    const made = `<m:CreateUserConfiguration><m:UserConfiguration><t:UserConfigurationName Name="Kept">${role('inbox')}</t:UserConfigurationName><t:XmlData>eA==</t:XmlData></m:UserConfiguration></m:CreateUserConfiguration>`;
    expect(await codes(mary, made)).toEqual(['NoError']);
    const { body } = await lab.ews(
      mary,
      `<m:FindItem Traversal="Associated"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:ParentFolderIds>${role('inbox')}</m:ParentFolderIds></m:FindItem>`,
    );
    const { id } = present(ids(body)[0], body);
    for (const operation of ['MoveItem', 'CopyItem']) {
      const put = `<m:${operation}><m:ToFolderId>${role('drafts')}</m:ToFolderId><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:${operation}>`;
      expect(await codes(mary, put)).toEqual(['ErrorInvalidOperation']);
    }
  });
});
