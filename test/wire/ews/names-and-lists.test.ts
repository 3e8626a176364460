import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { jpegOf } from '../../support/pictures.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, attributes, ids, responses, texts } from './answers.ts';
import { contactRequests } from './contact-requests.ts';

const mary = 'mary@contoso.test';
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
});
afterAll(() => lab.close());

const ask = async (body: string, mail = mary): Promise<string> => (await lab.ews(mail, body)).body;
const code = (body: string): string => present(responses(body)[0], body).code;

const { saved, contact } = contactRequests(ask);

describe('ResolveNames', () => {
  const resolve = (text: string, options = '', folders = '', mail = mary): Promise<string> =>
    ask(
      `<m:ResolveNames ReturnFullContactData="true"${options}>${folders}<m:UnresolvedEntry>${text}</m:UnresolvedEntry></m:ResolveNames>`,
      mail,
    );
  const found = (body: string): readonly string[] =>
    all(body, 'Mailbox').map((one) => `${texts(one, 'MailboxType')[0]} ${texts(one, 'EmailAddress')[0] ?? texts(one, 'Name')[0]}`);

  test('finds contacts behind the directory, each address on its own, and lists by their ids', async () => {
    const id = await contact('Robin Fox', 'robin@wood.test', undefined, 'fox@den.test');
    const list = await saved('DistributionList', '<t:DisplayName>Robins</t:DisplayName>');
    await contact('Robin Nomail');
    const body = await resolve('rob');
    expect(code(body)).toBe('ErrorNameResolutionMultipleResults');
    expect(found(body)).toEqual(['Mailbox rob@contoso.test', 'Contact robin@wood.test', 'Contact fox@den.test', 'PrivateDL Robins']);
    expect(ids(body).map((one) => one.id)).toEqual([id, id, list]);
    expect(attributes(body, 'ResolutionSet', 'TotalItemsInView')).toEqual(['4']);
    expect(all(body, 'Contact')).toHaveLength(1);
  });

  test.each([
    ['ActiveDirectory', ['Mailbox rob@contoso.test']],
    ['ActiveDirectoryContacts', ['Mailbox rob@contoso.test', 'Contact rob@shed.test']],
    ['ContactsActiveDirectory', ['Contact rob@shed.test', 'Mailbox rob@contoso.test']],
    ['Contacts', ['Contact rob@shed.test']],
  ])('%s is searched in this order', async (scope, expected) => {
    await lab.reset();
    await contact('Rob Shed', 'rob@shed.test');
    expect(found(await resolve('rob', ` SearchScope="${scope}"`))).toEqual(expected);
  });

  test('a contact is shown as ContactDataShape says, and not without it', async () => {
    await lab.reset();
    const id = await contact('Rob Shed', 'rob@shed.test');
    const shown = async (shape: string) => all(await resolve('shed', ` SearchScope="Contacts"${shape}`), 'Contact')[0];
    expect(await shown('')).toBeUndefined();
    const only = present(await shown(' ContactDataShape="IdOnly"'), 'IdOnly');
    expect([attributes(only, 'ItemId', 'Id'), texts(only, 'DisplayName')]).toEqual([[id], []]);
    const whole = present(await shown(' ContactDataShape="AllProperties"'), 'AllProperties');
    expect([texts(whole, 'Surname'), texts(whole, 'ContactSource')]).toEqual([['Shed'], ['Store']]);
  });

  test('of the directory AllProperties tells the alias, the id and the picture', async () => {
    const body = await resolve('mary', ' SearchScope="ActiveDirectory" ContactDataShape="AllProperties"');
    expect([texts(body, 'Alias'), texts(body, 'HasPicture')]).toEqual([['mary'], ['false']]);
    expect(texts(body, 'DirectoryId')[0]).toMatch(/^<GUID=[0-9a-f-]{36}>$/);
    const picture = jpegOf(96, 96, 3_000).toString('base64');
    await runCmdlet(lab, 'contoso', `Import-RecipientDataProperty mary -Picture -FileData "${picture}"`);
    const shown = await resolve('mary', ' SearchScope="ActiveDirectory" ContactDataShape="AllProperties"');
    expect([texts(shown, 'HasPicture'), texts(shown, 'Photo')]).toEqual([['true'], [picture]]);
    expect(texts(await resolve('mary', ' SearchScope="ActiveDirectory"'), 'Photo')).toEqual([]);
  });

  test.each([
    ['shed', 1],
    ['ROB SH', 1],
    ['shed rob', 1],
    ['rob@shed', 1],
    ['smtp:rob@shed.test', 1],
    ['hed', 0],
    ['rob fox', 0],
    ['x'.repeat(2_000), 0],
  ])('%s is meant by %i contacts', async (text, count) => {
    await lab.reset();
    await contact('Rob Shed', 'rob@shed.test');
    const body = await resolve(text, ' SearchScope="Contacts"');
    expect(all(body, 'Resolution')).toHaveLength(count);
    expect(code(body)).toBe(count === 0 ? 'ErrorNameResolutionNoResults' : 'NoError');
  });

  test('at most a hundred are told, and that there are more', async () => {
    await lab.reset();
    const many = Array.from(
      { length: 60 },
      (_, at) =>
        `<t:Contact><t:DisplayName>Many ${at}</t:DisplayName><t:EmailAddresses><t:Entry Key="EmailAddress1">m${at}@many.test</t:Entry><t:Entry Key="EmailAddress2">n${at}@many.test</t:Entry></t:EmailAddresses></t:Contact>`,
    );
    await ask(`<m:CreateItem><m:Items>${many.join('')}</m:Items></m:CreateItem>`);
    const body = await resolve('many');
    expect(all(body, 'Resolution')).toHaveLength(100);
    expect(attributes(body, 'ResolutionSet', 'IncludesLastItemInRange')).toEqual(['false']);
  });

  test("somebody else's folder is searched by whoever may read it, but for what is private", async () => {
    await lab.reset();
    await contact('Open Door', 'open@door.test');
    await saved(
      'Contact',
      '<t:Sensitivity>Private</t:Sensitivity><t:DisplayName>Open Secret</t:DisplayName><t:EmailAddresses><t:Entry Key="EmailAddress1">s@door.test</t:Entry></t:EmailAddresses>',
    );
    const folder = `<m:ParentFolderIds><t:DistinguishedFolderId Id="contacts"><t:Mailbox><t:EmailAddress>${mary}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId></m:ParentFolderIds>`;
    const byRob = () => resolve('open', ' SearchScope="Contacts"', folder, 'rob@contoso.test');
    expect(code(await byRob())).toBe('ErrorAccessDenied');
    await runCmdlet(lab, 'contoso', 'Add-MailboxFolderPermission mary:\\Contacts -User rob -AccessRights Reviewer');
    expect(found(await byRob())).toEqual(['Contact open@door.test']);
    expect(found(await resolve('open', ' SearchScope="Contacts"'))).toHaveLength(2);
  });
});

describe('distribution lists', () => {
  const members = (inner: readonly string[]): string =>
    `<t:Members>${inner.map((one) => `<t:Member><t:Mailbox>${one}</t:Mailbox></t:Member>`).join('')}</t:Members>`;
  const address = (email: string, kind = ''): string =>
    `<t:EmailAddress>${email}</t:EmailAddress>${kind === '' ? '' : `<t:MailboxType>${kind}</t:MailboxType>`}`;
  const item = (id: string, kind: string, email = ''): string =>
    `${email === '' ? '' : `<t:EmailAddress>${email}</t:EmailAddress>`}<t:MailboxType>${kind}</t:MailboxType><t:ItemId Id="${id}"/>`;
  const shown = (body: string): readonly string[] =>
    all(body, 'Mailbox').map((one) => ['Name', 'EmailAddress', 'MailboxType'].map((part) => texts(one, part)[0] ?? '-').join(' | '));
  const field = '<t:FieldURI FieldURI="distributionlist:Members"/>';
  const membersOf = (id: string): Promise<string> =>
    ask(
      `<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${field}</t:AdditionalProperties></m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`,
    );
  const expand = (id: string): Promise<string> => ask(`<m:ExpandDL><m:Mailbox><t:ItemId Id="${id}"/></m:Mailbox></m:ExpandDL>`);

  test('have members of every kind: contacts by one of their addresses, lists, people of the directory, one-offs', async () => {
    const ann = await contact('Ann Lee', 'ann@acme.test', 'lee@acme.test');
    const inner = await saved('DistributionList', `<t:DisplayName>Inner</t:DisplayName>${members([address('x@y.test')])}`);
    const list = await saved(
      'DistributionList',
      `<t:DisplayName>Outer</t:DisplayName>${members([item(ann, 'Contact'), item(ann, 'Contact', 'LEE@acme.test'), item(inner, 'PrivateDL'), address('rob@contoso.test', 'Mailbox'), address('ann@acme.test', 'OneOff'), address('bare@acme.test')])}`,
    );
    const expected = [
      'Ann Lee | ann@acme.test | Contact',
      'Ann Lee | lee@acme.test | Contact',
      'Inner | - | PrivateDL',
      'Rob | rob@contoso.test | Mailbox',
      'ann@acme.test | ann@acme.test | OneOff',
      'bare@acme.test | bare@acme.test | OneOff',
    ];
    const [read, expanded] = [await membersOf(list), await expand(list)];
    expect([shown(read), shown(expanded)]).toEqual([expected, expected]);
    expect(all(expanded, 'Mailbox').map((one) => attributes(one, 'ItemId', 'Id')[0])).toEqual([
      ann,
      ann,
      inner,
      undefined,
      undefined,
      undefined,
    ]);
    expect(shown(await expand(inner))).toEqual(['x@y.test | x@y.test | OneOff']);
  });

  test('a list in itself is told, and not gone into', async () => {
    const list = await saved('DistributionList', '<t:DisplayName>Ring</t:DisplayName>');
    await ask(
      `<m:UpdateItem ConflictResolution="AlwaysOverwrite"><m:ItemChanges><t:ItemChange><t:ItemId Id="${list}"/><t:Updates><t:AppendToItemField>${field}<t:DistributionList>${members([item(list, 'PrivateDL'), address('rob@contoso.test', 'Mailbox')])}</t:DistributionList></t:AppendToItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
    );
    const read = await expand(list);
    expect(shown(read)).toEqual(['Ring | - | PrivateDL', 'Rob | rob@contoso.test | Mailbox']);
    const [key = ''] = attributes(await membersOf(list), 'Member', 'Key');
    await ask(
      `<m:UpdateItem ConflictResolution="AlwaysOverwrite"><m:ItemChanges><t:ItemChange><t:ItemId Id="${list}"/><t:Updates><t:DeleteItemField><t:IndexedFieldURI FieldURI="distributionlist:Members:Member" FieldIndex="${key}"/></t:DeleteItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
    );
    expect(shown(await expand(list))).toEqual(['Rob | rob@contoso.test | Mailbox']);
  });

  test("what is private is no member of a list that a visitor makes in somebody's folder", async () => {
    await lab.reset();
    const name = (text: string): string => `<t:DisplayName>${text}</t:DisplayName>`;
    const [open, secret] = [await contact('Open Door', 'open@door.test'), await contact('Open Secret', 's@door.test')];
    await ask(
      `<m:UpdateItem ConflictResolution="AlwaysOverwrite"><m:ItemChanges><t:ItemChange><t:ItemId Id="${secret}"/><t:Updates><t:SetItemField><t:FieldURI FieldURI="item:Sensitivity"/><t:Contact><t:Sensitivity>Private</t:Sensitivity></t:Contact></t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
    );
    await runCmdlet(lab, 'contoso', 'Add-MailboxFolderPermission mary:\\Contacts -User rob -AccessRights Author');
    const folder = `<m:SavedItemFolderId><t:DistinguishedFolderId Id="contacts"><t:Mailbox><t:EmailAddress>${mary}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId></m:SavedItemFolderId>`;
    const byRob = async (member: string) =>
      code(
        await ask(
          `<m:CreateItem>${folder}<m:Items><t:DistributionList>${name('Doors')}${members([item(member, 'Contact')])}</t:DistributionList></m:Items></m:CreateItem>`,
          'rob@contoso.test',
        ),
      );
    expect([await byRob(open), await byRob(secret)]).toEqual(['NoError', 'ErrorItemNotFound']);
  });

  test('who is not in the directory is no mailbox, and a message is no member', async () => {
    const made = async (member: string) =>
      code(
        await ask(
          `<m:CreateItem><m:Items><t:DistributionList><t:DisplayName>No</t:DisplayName>${members([member])}</t:DistributionList></m:Items></m:CreateItem>`,
        ),
      );
    const draft =
      ids(
        await ask(
          '<m:CreateItem MessageDisposition="SaveOnly"><m:Items><t:Message><t:Subject>x</t:Subject></t:Message></m:Items></m:CreateItem>',
        ),
      )[0]?.id ?? '';
    expect(await made(address('nobody@contoso.test', 'Mailbox'))).toBe('ErrorInvalidMailbox');
    expect(await made('<t:Name>Nobody</t:Name>')).toBe('ErrorInvalidMailbox');
    expect(await made(item(draft, 'Contact'))).toBe('ErrorInvalidMailbox');
    expect(await made(item('AAMk', 'Contact'))).toBe('ErrorInvalidIdMalformed');
  });
});
