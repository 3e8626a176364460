import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, attributes, ids, responses, texts } from './answers.ts';
import { contactElement } from './contact-element.ts';

const mary = 'mary@contoso.test';
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
});
afterAll(() => lab.close());

const ask = async (body: string, mail = mary): Promise<string> => (await lab.ews(mail, body)).body;
const code = (body: string): string => present(responses(body)[0], body).code;

async function saved(element: 'Contact' | 'DistributionList', inner: string): Promise<string> {
  const body = await ask(`<m:CreateItem><m:Items><t:${element}>${inner}</t:${element}></m:Items></m:CreateItem>`);
  expect(code(body)).toBe('NoError');
  return present(ids(body)[0], body).id;
}
const contact = (name: string, ...emails: readonly (string | undefined)[]): Promise<string> =>
  saved('Contact', contactElement(name, emails));

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

  test('of the directory AllProperties tells the alias and the id', async () => {
    const body = await resolve('mary', ' SearchScope="ActiveDirectory" ContactDataShape="AllProperties"');
    expect([texts(body, 'Alias'), texts(body, 'HasPicture')]).toEqual([['mary'], ['false']]);
    expect(texts(body, 'DirectoryId')[0]).toMatch(/^<GUID=[0-9a-f-]{36}>$/);
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
