import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, ids, responses, texts } from './answers.ts';

const [mary, rob, adam] = ['mary@contoso.test', 'rob@contoso.test', 'adam@contoso.test'];
const roles = ['None', 'Reviewer', 'Contributor', 'NonEditingAuthor', 'Author', 'Editor'] as const;
type Role = (typeof roles)[number];
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
  for (const folder of ['Inbox', 'Drafts', 'Sent Items'])
    await runCmdlet(lab, 'contoso', `Add-MailboxFolderPermission "mary:\\${folder}" -User rob -AccessRights None`);
});
afterAll(() => lab.close());

const give = (role: Role, folder = 'Inbox') =>
  runCmdlet(lab, 'contoso', `Set-MailboxFolderPermission "mary:\\${folder}" -User rob -AccessRights ${role}`);
const folderOf = (mail: string, role: string): string =>
  `<t:DistinguishedFolderId Id="${role}"><t:Mailbox><t:EmailAddress>${mail}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>`;
const address = (mail: string): string => `<t:Mailbox><t:EmailAddress>${mail}</t:EmailAddress></t:Mailbox>`;

async function ask(as: string, body: string) {
  const answer = await lab.ews(as, body);
  return { ...answer, ...present(responses(answer.body)[0], answer.body) };
}
const create = (as: string, folder: string, fields: string, disposition = 'SaveOnly') =>
  ask(
    as,
    `<m:CreateItem MessageDisposition="${disposition}"><m:SavedItemFolderId>${folder}</m:SavedItemFolderId><m:Items><t:Message>${fields}</t:Message></m:Items></m:CreateItem>`,
  );
const save = async (as: string, fields = '<t:Subject>mine</t:Subject>'): Promise<string> =>
  present(ids((await create(as, folderOf(mary, 'inbox'), fields)).body)[0], 'an item').id;
const update = async (as: string, id: string) =>
  (
    await ask(
      as,
      `<m:UpdateItem ConflictResolution="AlwaysOverwrite" MessageDisposition="SaveOnly"><m:ItemChanges><t:ItemChange><t:ItemId Id="${id}"/><t:Updates><t:SetItemField><t:FieldURI FieldURI="item:Subject"/><t:Message><t:Subject>changed</t:Subject></t:Message></t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
    )
  ).code;
const onto = (name: 'Move' | 'Copy') => async (as: string, id: string, folder: string) =>
  (await ask(as, `<m:${name}Item><m:ToFolderId>${folder}</m:ToFolderId><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:${name}Item>`))
    .code;
const [move, copy] = [onto('Move'), onto('Copy')];
const remove = async (as: string, id: string) =>
  (await ask(as, `<m:DeleteItem DeleteType="HardDelete"><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:DeleteItem>`)).code;
const get = (as: string, id: string, ...uris: readonly string[]) =>
  ask(
    as,
    `<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${uris.map((uri) => `<t:FieldURI FieldURI="${uri}"/>`).join('')}</t:AdditionalProperties></m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`,
  );
const [ok, denied] = ['NoError', 'ErrorAccessDenied'];

describe("rob in mary's Inbox", () => {
  /** What each role may do: create, change and delete his own, change and delete hers, move hers away, copy hers. */
  test.each<[Role, string, string, string, string, string, string, string]>([
    ['None', denied, denied, denied, denied, denied, denied, denied],
    ['Reviewer', 'ErrorCreateItemAccessDenied', denied, denied, denied, denied, denied, ok],
    ['Contributor', ok, denied, denied, denied, denied, denied, denied],
    ['NonEditingAuthor', ok, denied, ok, denied, denied, denied, ok],
    ['Author', ok, ok, ok, denied, denied, denied, ok],
    ['Editor', ok, ok, ok, ok, ok, ok, ok],
  ])('as %s', async (role, created, changedOwn, deletedOwn, changedHers, deletedHers, movedHers, copiedHers) => {
    await give('Editor');
    const [own, hers, hersToo] = [await save(rob), await save(mary), await save(mary)];
    await give(role);
    expect((await create(rob, folderOf(mary, 'inbox'), '<t:Subject>new</t:Subject>')).code).toBe(created);
    expect(await update(rob, own)).toBe(changedOwn);
    expect(await remove(rob, own)).toBe(deletedOwn);
    expect(await update(rob, hers)).toBe(changedHers);
    expect(await copy(rob, hers, folderOf(rob, 'inbox'))).toBe(copiedHers);
    expect(await move(rob, hers, folderOf(rob, 'inbox'))).toBe(movedHers);
    expect(await remove(rob, hersToo)).toBe(deletedHers);
    // Whatever he may there, he may nothing in her other folders.
    expect(await move(mary, await save(mary), folderOf(rob, 'inbox'))).toBe(denied);
  });

  test('moves to where he may create, and from where he may not only see', async () => {
    await give('Author');
    const [own, hers] = [await save(rob), await save(mary)];
    expect(await move(rob, hers, folderOf(rob, 'drafts'))).toBe(denied);
    expect(await move(rob, own, folderOf(mary, 'drafts'))).toBe(denied);
    await give('Contributor', 'Drafts');
    expect(await move(rob, own, folderOf(mary, 'drafts'))).toBe(ok);
    await give('None', 'Drafts');
  });

  test('is told of each item what he may', async () => {
    await give('Author');
    const [own, hers] = [await save(rob), await save(mary)];
    const rights = async (as: string, id: string): Promise<readonly string[]> => {
      const shown = present(all((await get(as, id, 'item:EffectiveRights')).body, 'EffectiveRights')[0], 'the rights');
      return ['Delete', 'Modify', 'Read'].filter((name) => texts(shown, name)[0] === 'true');
    };
    expect(await rights(rob, own)).toEqual(['Delete', 'Modify', 'Read']);
    expect(await rights(rob, hers)).toEqual(['Read']);
    expect(await rights(mary, own)).toEqual(['Delete', 'Modify', 'Read']);
    expect(texts((await get(mary, own, 'item:LastModifiedName')).body, 'LastModifiedName')).toEqual(['Rob']);
    await update(mary, own);
    expect(texts((await get(rob, own, 'item:LastModifiedName')).body, 'LastModifiedName')).toEqual(['Mary']);
    expect(await update(rob, own)).toBe(ok);
  });

  test('attaches to what he may change', async () => {
    await give('Author');
    const attach = async (id: string) =>
      await ask(
        rob,
        `<m:CreateAttachment><m:ParentItemId Id="${id}"/><m:Attachments><t:FileAttachment><t:Name>a</t:Name><t:Content>YQ==</t:Content></t:FileAttachment></m:Attachments></m:CreateAttachment>`,
      );
    const detach = async (id: string) =>
      (await ask(rob, `<m:DeleteAttachment><m:AttachmentIds><t:AttachmentId Id="${id}"/></m:AttachmentIds></m:DeleteAttachment>`)).code;
    const [own, hers] = [await save(rob), await save(mary)];
    const made = await attach(own);
    expect([made.code, (await attach(hers)).code]).toEqual([ok, denied]);
    const attachment = present(ids(made.body, 'AttachmentId')[0], made.body).id;
    await give('Reviewer');
    expect([(await attach(own)).code, await detach(attachment)]).toEqual([denied, denied]);
    await give('Author');
    expect(await detach(attachment)).toBe(ok);
  });

  test('does not reach what is private, be it his own doing', async () => {
    await give('Editor');
    const id = await save(mary, '<t:Subject>hers alone</t:Subject><t:Sensitivity>Private</t:Sensitivity>');
    for (const done of [update(rob, id), remove(rob, id), copy(rob, id, folderOf(rob, 'inbox')), move(rob, id, folderOf(rob, 'inbox'))])
      expect(await done).toBe('ErrorItemNotFound');
    const answered = await ask(
      rob,
      `<m:CreateItem MessageDisposition="SaveOnly"><m:Items><t:ReplyToItem><t:ReferenceItemId Id="${id}"/></t:ReplyToItem></m:Items></m:CreateItem>`,
    );
    expect(answered.code).toBe('ErrorItemNotFound');
  });

  test("takes nothing from a mailbox of another organisation's, nor brings anything there", async () => {
    const id = await save(mary);
    expect(await move(mary, id, folderOf('joe@contoso.test', 'inbox'))).toBe('ErrorNonExistentMailbox');
    expect(await copy('pat@fabrikam.test', id, folderOf('pat@fabrikam.test', 'inbox'))).toBe('ErrorNonExistentMailbox');
  });
});

describe('rob sends for mary', () => {
  const fields = (subject: string): string =>
    `<t:Subject>${subject}</t:Subject><t:ToRecipients>${address(adam)}</t:ToRecipients><t:From>${address(mary)}</t:From>`;
  const inAdams = async (subject: string): Promise<string> => {
    const { body } = await lab.ews(
      adam,
      `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:Restriction><t:IsEqualTo><t:FieldURI FieldURI="item:Subject"/><t:FieldURIOrConstant><t:Constant Value="${subject}"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction><m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>`,
    );
    return present(ids(body)[0], subject).id;
  };
  const peopleIn = async (subject: string): Promise<readonly (readonly string[])[]> => {
    const { body } = await get(adam, await inAdams(subject), 'message:From', 'message:Sender');
    return ['From', 'Sender'].map((name) => texts(present(all(body, name)[0], body), 'EmailAddress'));
  };

  test('on her behalf where she lets him, and only then', async () => {
    await give('Editor', 'Sent Items');
    const sent = folderOf(mary, 'sentitems');
    expect((await create(rob, sent, fields('not yet'), 'SendAndSaveCopy')).code).toBe('ErrorSendAsDenied');
    await runCmdlet(lab, 'contoso', 'Set-Mailbox mary -GrantSendOnBehalfTo rob');
    expect((await create(rob, sent, fields('on behalf'), 'SendAndSaveCopy')).code).toBe(ok);
    expect(await peopleIn('on behalf')).toEqual([[mary], [rob]]);
    // From his own mailbox too.
    expect((await create(rob, folderOf(rob, 'sentitems'), fields('from his'), 'SendAndSaveCopy')).code).toBe(ok);
    expect(await peopleIn('from his')).toEqual([[mary], [rob]]);
    expect((await create(adam, folderOf(adam, 'sentitems'), fields('adam may not'), 'SendAndSaveCopy')).code).toBe('ErrorSendAsDenied');
    await runCmdlet(lab, 'contoso', 'Set-Mailbox mary -GrantSendOnBehalfTo $null');
  });

  test('a draft of hers, by SendItem; it leaves her Drafts', async () => {
    await runCmdlet(lab, 'contoso', 'Set-Mailbox mary -GrantSendOnBehalfTo rob');
    await give('Author', 'Drafts');
    const made = await create(
      rob,
      folderOf(mary, 'drafts'),
      `<t:Subject>her draft</t:Subject><t:ToRecipients>${address(adam)}</t:ToRecipients>`,
    );
    const { id, changeKey } = present(ids(made.body)[0], 'the draft');
    const send = `<m:SendItem SaveItemToFolder="true"><m:ItemIds><t:ItemId Id="${id}" ChangeKey="${changeKey}"/></m:ItemIds></m:SendItem>`;
    expect((await ask(adam, send)).code).toBe(denied);
    expect((await ask(rob, send)).code).toBe(ok);
    expect(await peopleIn('her draft')).toEqual([[mary], [rob]]);
    expect((await get(mary, id, 'item:Subject')).code).toBe('ErrorItemNotFound');
  });
});
