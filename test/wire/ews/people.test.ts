import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, attributes, texts } from './answers.ts';
import { contactRequests } from './contact-requests.ts';

const mary = 'mary@contoso.test';
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
});
afterAll(() => lab.close());

const ask = async (body: string, mail = mary): Promise<string> => (await lab.ews(mail, body)).body;

const { saved, contact } = contactRequests(ask);

const page = '<m:IndexedPageItemView BasePoint="Beginning" MaxEntriesReturned="100" Offset="0"/>';
const role = (id: string): string => `<m:ParentFolderId><t:DistinguishedFolderId Id="${id}"/></m:ParentFolderId>`;
const people = (inner: string, mail = mary): Promise<string> => ask(`<m:FindPeople>${inner}</m:FindPeople>`, mail);
const persona = (inner: string, mail = mary): Promise<string> => ask(`<m:GetPersona>${inner}</m:GetPersona>`, mail);
const namesIn = (body: string): readonly string[] => all(body, 'Persona').map((one) => texts(one, 'DisplayName')[0] ?? '');
const compare = (element: string, path: string, value: string): string =>
  `<t:${element}>${path}<t:FieldURIOrConstant><t:Constant Value="${value}"/></t:FieldURIOrConstant></t:${element}>`;
const field = (uri: string): string => `<t:FieldURI FieldURI="${uri}"/>`;
const personaId = (body: string): string => attributes(body, 'PersonaId', 'Id')[0] ?? '';

describe('people', () => {
  beforeAll(async () => {
    await lab.reset();
    await contact('Zoe Adams', 'zoe@one.test', 'zoe@two.test');
    await contact('Bert Adams', 'bert@one.test');
    await contact('Zoe Office', 'ZOE@two.test');
    await contact('Rob Contact', 'rob@contoso.test');
    await saved('DistributionList', '<t:DisplayName>Choir</t:DisplayName>');
  });

  describe('FindPeople', () => {
    const inContacts = (before = '', behind = ''): Promise<string> => people(`${page}${before}${role('contacts')}${behind}`);

    test('tells the people of a folder by name; contacts that share an address are one', async () => {
      const body = await inContacts();
      expect(namesIn(body)).toEqual(['Bert Adams', 'Choir', 'Rob Contact', 'Zoe Adams']);
      expect(texts(body, 'TotalNumberOfPeopleInView')).toEqual(['4']);
      expect(texts(body, 'PersonaType')).toEqual(['Person', 'DistributionList', 'Person', 'Person']);
    });

    test.each([
      ['the end', '<m:IndexedPageItemView BasePoint="End" MaxEntriesReturned="2" Offset="0"/>', ['Rob Contact', 'Zoe Adams'], '2'],
      ['the second', '<m:IndexedPageItemView BasePoint="Beginning" MaxEntriesReturned="1" Offset="1"/>', ['Choir'], '1'],
      ['beyond', '<m:IndexedPageItemView BasePoint="Beginning" MaxEntriesReturned="5" Offset="9"/>', [], '4'],
    ])('a page from %s', async (_, view, expected, first) => {
      const body = await people(`${view}${role('contacts')}`);
      expect(namesIn(body)).toEqual(expected);
      expect([texts(body, 'TotalNumberOfPeopleInView'), texts(body, 'FirstLoadedRowIndex')]).toEqual([['4'], [first]]);
    });

    test.each([
      ['a name of people', field('persona:Surname')],
      ['a name of contacts', field('contacts:Surname')],
    ])('finds by %s, in the order asked for', async (_, path) => {
      const order = `<m:SortOrder><t:FieldOrder Order="Descending">${field('persona:GivenName')}</t:FieldOrder></m:SortOrder>`;
      const body = await inContacts(`<m:Restriction>${compare('IsEqualTo', path, 'adams')}</m:Restriction>${order}`);
      expect(namesIn(body)).toEqual(['Zoe Adams', 'Bert Adams']);
    });

    test('a restriction is about one contact, an aggregation restriction about the person', async () => {
      const office = compare('IsEqualTo', field('persona:Surname'), 'Office');
      const adams = compare('IsEqualTo', field('persona:Surname'), 'Adams');
      expect(namesIn(await inContacts(`<m:Restriction><t:And>${office}${adams}</t:And></m:Restriction>`))).toEqual([]);
      const both = await inContacts(
        `<m:Restriction>${adams}</m:Restriction><m:AggregationRestriction>${office}</m:AggregationRestriction>`,
      );
      expect(namesIn(both)).toEqual(['Zoe Adams']);
    });

    test.each([
      ['zoe', ['Zoe Adams']],
      ['"bert adams"', ['Bert Adams']],
      ['one.test NOT bert', ['Zoe Adams']],
      ['"zo"', []],
    ])('the query %s is looked for in names and addresses', async (query, expected) => {
      expect(namesIn(await inContacts('', `<m:QueryString>${query.replaceAll('"', '&quot;')}</m:QueryString>`))).toEqual(expected);
    });

    test('the directory is asked by a query string alone', async () => {
      const body = await people(`${page}${role('directory')}<m:QueryString>mary</m:QueryString>`);
      expect(namesIn(body)).toEqual(['Mary']);
      expect(texts(body, 'EmailAddress').join()).toContain(mary);
      const codes = [
        await people(`${page}${role('directory')}`),
        await people(
          `${page}<m:Restriction>${compare('IsEqualTo', field('persona:Surname'), 'x')}</m:Restriction>${role('directory')}<m:QueryString>m</m:QueryString>`,
        ),
        await people(
          `${page}<m:SortOrder><t:FieldOrder Order="Ascending">${field('persona:Surname')}</t:FieldOrder></m:SortOrder>${role('directory')}<m:QueryString>m</m:QueryString>`,
        ),
      ].map((answer) => texts(answer, 'ResponseCode')[0]);
      expect(codes).toEqual(['ErrorInvalidArgument', 'ErrorUnsupportedQueryFilter', 'ErrorUnsupportedPathForSortGroup']);
    });

    test('pages of the directory lie beside each other', async () => {
      for (const number of [1, 2, 3])
        await runCmdlet(lab, 'contoso', `New-MailContact "Quill ${number}" -ExternalEmailAddress quill${number}@example.test`);
      const at = (offset: number) =>
        people(
          `<m:IndexedPageItemView BasePoint="Beginning" MaxEntriesReturned="2" Offset="${offset}"/>${role('directory')}<m:QueryString>quill</m:QueryString>`,
        );
      expect([namesIn(await at(0)), namesIn(await at(2))]).toEqual([['Quill 1', 'Quill 2'], ['Quill 3']]);
      expect(texts(await at(2), 'TotalNumberOfPeopleInView')).toEqual(['3']);
      await runCmdlet(lab, 'contoso', 'Set-MailContact "Quill 2" -HiddenFromAddressListsEnabled $true');
      expect(texts(await at(0), 'TotalNumberOfPeopleInView')).toEqual(['2']);
    });

    test('without a folder both are searched, and nobody is told twice', async () => {
      const body = await people(
        `<m:PersonaShape><t:BaseShape>AllProperties</t:BaseShape></m:PersonaShape>${page}<m:QueryString>rob</m:QueryString>`,
      );
      expect(namesIn(body)).toEqual(['Rob Contact']);
      const [rob] = all(body, 'Persona');
      expect(texts(present(rob, body), 'Attributions').length).toBeGreaterThan(1);
      expect(all(present(rob, body), 'StringAttributedValue').map((one) => texts(one, 'Value')[0])).toEqual(
        expect.arrayContaining(['Rob Contact', 'Rob']),
      );
      expect(namesIn(await people(`${page}<m:QueryString>mary</m:QueryString>`))).toEqual(['Mary']);
    });

    test.each([
      [
        'a property of nobody',
        `<m:PersonaShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${field('item:Subject')}</t:AdditionalProperties></m:PersonaShape>${page}`,
        'ErrorInvalidPropertyRequest',
      ],
      ['a folder of something else', `${page}${role('inbox')}`, 'ErrorInvalidFolderTypeForOperation'],
      ['a search of suggestions', `${page}<m:SearchPeopleSuggestionIndex>true</m:SearchPeopleSuggestionIndex>`, 'ErrorInvalidOperation'],
      ['a negative page', '<m:IndexedPageItemView BasePoint="Beginning" Offset="-1"/>', 'ErrorInvalidIndexedPagingParameters'],
      [
        'an order that contacts have not',
        `${page}<m:SortOrder><t:FieldOrder Order="Ascending">${field('persona:RelevanceScore')}</t:FieldOrder></m:SortOrder>`,
        'ErrorUnsupportedPathForSortGroup',
      ],
    ])('refuses %s', async (_, inner, expected) => {
      expect(texts(await people(inner), 'ResponseCode')).toEqual([expected]);
    });

    test('others find in a folder what is theirs to read, and nothing private', async () => {
      const hers = `<m:ParentFolderId><t:DistinguishedFolderId Id="contacts"><t:Mailbox><t:EmailAddress>${mary}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId></m:ParentFolderId>`;
      await saved('Contact', '<t:Sensitivity>Private</t:Sensitivity><t:DisplayName>A Secret</t:DisplayName>');
      expect(texts(await people(page + hers, 'rob@contoso.test'), 'ResponseCode')).toEqual(['ErrorAccessDenied']);
      const [mine = ''] = attributes(await inContacts(), 'PersonaId', 'Id');
      expect(texts(await persona(`<m:PersonaId Id="${mine}"/>`, 'rob@contoso.test'), 'ResponseCode')).toEqual(['ErrorAccessDenied']);
      await runCmdlet(lab, 'contoso', 'Add-MailboxFolderPermission mary:\\Contacts -User rob -AccessRights Reviewer');
      const body = await people(page + hers, 'rob@contoso.test');
      expect(namesIn(body)).toEqual(['Bert Adams', 'Choir', 'Rob Contact', 'Zoe Adams']);
      expect(namesIn(await inContacts())).toContain('A Secret');
      expect(namesIn(await persona(`<m:PersonaId Id="${personaId(body)}"/>`, 'rob@contoso.test'))).toEqual(['Bert Adams']);
      expect(texts(await persona(`<m:PersonaId Id="${mine}"/>`, 'rob@contoso.test'), 'ResponseCode')).toEqual(['ErrorItemNotFound']);
    });
  });

  describe('GetPersona', () => {
    test('tells everything, with the source of each value; its id is the one that FindPeople told', async () => {
      const found = await people(`${page}${role('contacts')}<m:QueryString>zoe</m:QueryString>`);
      const body = await persona(`<m:PersonaId Id="${personaId(found)}"/>`);
      expect(personaId(body)).toBe(personaId(found));
      expect(
        all(body, 'StringAttributedValue')
          .filter((one) => texts(one, 'Value')[0] === 'Zoe')
          .map((one) => texts(one, 'Attribution')),
      ).toEqual([['0', '1']]);
      expect(texts(body, 'Address').length).toBe(2);
      expect(personaId(await persona('<m:EmailAddress><t:EmailAddress>zoe@one.test</t:EmailAddress></m:EmailAddress>'))).toBe(
        personaId(found),
      );
    });

    test('tells nothing but what it is asked for, extended properties too', async () => {
      const asked = `<m:EmailAddress><t:EmailAddress>bert@one.test</t:EmailAddress></m:EmailAddress><m:AdditionalProperties>${field('persona:Surname')}<t:ExtendedFieldURI PropertyTag="0x3001" PropertyType="String"/></m:AdditionalProperties>`;
      const body = await persona(asked);
      expect([texts(body, 'Surname'), texts(body, 'GivenName'), all(body, 'Attribution')]).toEqual([['Adams'], [], [expect.anything()]]);
      expect(all(body, 'ExtendedProperty').length + all(body, 'ExtendedPropertyAttributedValue').length).toBe(1);
      expect(texts(present(all(body, 'ExtendedProperties')[0], body), 'Value').at(-1)).toBe('Bert Adams');
      expect(attributes(body, 'ExtendedFieldURI', 'PropertyTag')).toEqual(['0x3001']);
    });

    test('a person of the directory with a contact is called by the contact, one without by an id of the directory', async () => {
      const byAddress = (address: string) => persona(`<m:EmailAddress><t:EmailAddress>${address}</t:EmailAddress></m:EmailAddress>`);
      const rob = await byAddress('rob@contoso.test');
      expect([personaId(rob).slice(0, 4), texts(rob, 'IsWritable')]).toEqual(['AAQk', ['true', 'false']]);
      const own = await byAddress(mary);
      expect(personaId(own)).toMatch(/^AAUQA[A-Za-z0-9+/]{22}=$/);
      expect(namesIn(await persona(`<m:PersonaId Id="${personaId(own)}"/>`))).toEqual(['Mary']);
    });

    test.each([
      ['nobody', '<m:EmailAddress><t:EmailAddress>nobody@nowhere.test</t:EmailAddress></m:EmailAddress>', 'ErrorItemNotFound'],
      [
        'an unknown recipient',
        `<m:PersonaId Id="${Buffer.concat([Buffer.of(0, 5, 16, 0), Buffer.alloc(16, 7)]).toString('base64')}"/>`,
        'ErrorItemNotFound',
      ],
      ['no id at all', '<m:PersonaId Id=""/>', 'ErrorInvalidIdEmpty'],
      ['neither id nor address', '', 'ErrorInvalidArgument'],
    ])('refuses %s', async (_, inner, expected) => {
      expect(texts(await persona(inner), 'ResponseCode')).toEqual([expected]);
    });

    test('a contact that is deleted is nobody any more', async () => {
      const id = await contact('Gone Soon', 'gone@soon.test');
      const body = await persona('<m:EmailAddress><t:EmailAddress>gone@soon.test</t:EmailAddress></m:EmailAddress>');
      await ask(`<m:DeleteItem DeleteType="HardDelete"><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:DeleteItem>`);
      expect(texts(await persona(`<m:PersonaId Id="${personaId(body)}"/>`), 'ResponseCode')).toEqual(['ErrorItemNotFound']);
    });
  });
});
