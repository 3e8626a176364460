import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { phoneNumbers } from '../../../shared/protocols/ews/fields/dictionaries.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, attributes, ids, responses, texts } from './answers.ts';

const mary = 'mary@contoso.test';
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
});
afterAll(() => lab.close());

const ask = async (body: string): Promise<string> => (await lab.ews(mary, body)).body;
const codes = (body: string): readonly string[] => responses(body).map(({ code }) => code);
const folder = (role: string): string => `<m:SavedItemFolderId><t:DistinguishedFolderId Id="${role}"/></m:SavedItemFolderId>`;
const create = (element: string, inner: string, where = ''): Promise<string> =>
  ask(`<m:CreateItem>${where}<m:Items><t:${element}>${inner}</t:${element}></m:Items></m:CreateItem>`);
const field = (uri: string): string => `<t:FieldURI FieldURI="${uri}"/>`;
const entry = (uri: string, index: string): string => `<t:IndexedFieldURI FieldURI="${uri}" FieldIndex="${index}"/>`;
const get = (id: string, shape = 'AllProperties', paths = ''): Promise<string> =>
  ask(
    `<m:GetItem><m:ItemShape><t:BaseShape>${shape}</t:BaseShape>${paths === '' ? '' : `<t:AdditionalProperties>${paths}</t:AdditionalProperties>`}</m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`,
  );
const find = (role: string, paths: string, restriction: string): Promise<string> =>
  ask(
    `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:Restriction><t:IsEqualTo>${paths}<t:FieldURIOrConstant><t:Constant Value="${restriction}"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction><m:ParentFolderIds><t:DistinguishedFolderId Id="${role}"/></m:ParentFolderIds></m:FindItem>`,
  );
const update = (id: string, updates: string): Promise<string> =>
  ask(
    `<m:UpdateItem ConflictResolution="AlwaysOverwrite"><m:ItemChanges><t:ItemChange><t:ItemId Id="${id}"/><t:Updates>${updates}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
  );
const set = (path: string, element: string, inner: string): string =>
  `<t:SetItemField>${path}<t:${element}>${inner}</t:${element}></t:SetItemField>`;
const append = (path: string, element: string, inner: string): string =>
  set(path, element, inner).replaceAll('SetItemField', 'AppendToItemField');
const clear = (path: string): string => `<t:DeleteItemField>${path}</t:DeleteItemField>`;

async function saved(element: string, inner: string, where = ''): Promise<string> {
  const body = await create(element, inner, where);
  expect(codes(body)).toEqual(['NoError']);
  return present(ids(body)[0]?.id, body);
}
async function updated(id: string, updates: string): Promise<string> {
  expect(codes(await update(id, updates))).toEqual(['NoError']);
  return get(id);
}
/** `Key: text` of the entries of a dictionary. */
const entries = (body: string, name: string): readonly string[] =>
  all(body, name).flatMap((one) => attributes(one, 'Entry', 'Key').map((key, index) => `${key}: ${texts(one, 'Entry')[index]}`));

const ann = [
  '<t:FileAsMapping>LastCommaFirst</t:FileAsMapping><t:DisplayName>Ann Lee</t:DisplayName><t:GivenName>Ann</t:GivenName><t:MiddleName>B.</t:MiddleName>',
  '<t:CompanyName>Acme</t:CompanyName>',
  '<t:EmailAddresses><t:Entry Key="EmailAddress1" Name="Ann">ann@acme.test</t:Entry><t:Entry Key="EmailAddress3">lee@acme.test</t:Entry></t:EmailAddresses>',
  '<t:PhysicalAddresses><t:Entry Key="Home"><t:Street>1 Road</t:Street><t:City>Town</t:City></t:Entry><t:Entry Key="Business"><t:City>City</t:City><t:CountryOrRegion>Land</t:CountryOrRegion></t:Entry></t:PhysicalAddresses>',
  '<t:PhoneNumbers><t:Entry Key="BusinessPhone">1</t:Entry><t:Entry Key="MobilePhone">2</t:Entry></t:PhoneNumbers>',
  '<t:Birthday>1980-02-29T00:00:00Z</t:Birthday><t:Children><t:String>Bo</t:String><t:String>Cy</t:String></t:Children>',
  '<t:ImAddresses><t:Entry Key="ImAddress1">ann@im</t:Entry><t:Entry Key="ImAddress2">lee@im</t:Entry></t:ImAddresses>',
  '<t:PostalAddressIndex>Business</t:PostalAddressIndex><t:Surname>Lee</t:Surname>',
].join('');

describe('contacts', () => {
  test('go to the contacts folder, and come back with everything', async () => {
    const id = await saved('Contact', ann);
    const body = await get(id);
    expect(entries(body, 'EmailAddresses')).toEqual(['EmailAddress1: ann@acme.test', 'EmailAddress3: lee@acme.test']);
    expect(attributes(present(all(body, 'EmailAddresses')[0], body), 'Entry', 'Name')).toEqual(['Ann', 'lee@acme.test']);
    expect(entries(body, 'PhoneNumbers')).toEqual(['BusinessPhone: 1', 'MobilePhone: 2']);
    expect(entries(body, 'ImAddresses')).toEqual(['ImAddress1: ann@im', 'ImAddress2: lee@im']);
    expect([texts(body, 'Street'), texts(body, 'City'), texts(body, 'CountryOrRegion')]).toEqual([['1 Road'], ['Town', 'City'], ['Land']]);
    expect([texts(body, 'FileAs'), texts(body, 'FileAsMapping'), texts(body, 'Subject')]).toEqual([
      ['Lee, Ann B.'],
      ['LastCommaFirst'],
      ['Ann Lee'],
    ]);
    const [name] = all(body, 'CompleteName');
    expect(['FirstName', 'MiddleName', 'LastName', 'FullName'].map((part) => texts(present(name, body), part)[0])).toEqual([
      'Ann',
      'B.',
      'Lee',
      'Ann Lee',
    ]);
    expect([texts(body, 'Birthday'), texts(body, 'PostalAddressIndex'), texts(body, 'ContactSource')]).toEqual([
      ['1980-02-29T00:00:00Z'],
      ['Business'],
      ['Store'],
    ]);
  });

  test('entries are asked for, found by, set and taken away one by one', async () => {
    const id = await saved('Contact', ann);
    const asked =
      entry('contacts:PhysicalAddress:City', 'Home') +
      entry('contacts:PhoneNumber', 'MobilePhone') +
      entry('contacts:PhoneNumber', 'Pager');
    const some = await get(id, 'IdOnly', asked);
    expect([entries(some, 'PhoneNumbers'), texts(some, 'City'), texts(some, 'Street')]).toEqual([['MobilePhone: 2'], ['Town'], []]);
    const body = await updated(
      id,
      set(
        entry('contacts:EmailAddress', 'EmailAddress2'),
        'Contact',
        '<t:EmailAddresses><t:Entry Key="EmailAddress2">new@acme.test</t:Entry></t:EmailAddresses>',
      ) +
        clear(entry('contacts:EmailAddress', 'EmailAddress3')) +
        clear(entry('contacts:PhoneNumber', 'Telex')) +
        set(
          entry('contacts:PhysicalAddress:Street', 'Business'),
          'Contact',
          '<t:PhysicalAddresses><t:Entry Key="Business"><t:Street>2 Lane</t:Street></t:Entry></t:PhysicalAddresses>',
        ) +
        clear(entry('contacts:PhysicalAddress:CountryOrRegion', 'Business')),
    );
    expect(entries(body, 'EmailAddresses')).toEqual(['EmailAddress1: ann@acme.test', 'EmailAddress2: new@acme.test']);
    expect([texts(body, 'Street'), texts(body, 'City'), texts(body, 'CountryOrRegion')]).toEqual([
      ['1 Road', '2 Lane'],
      ['Town', 'City'],
      [],
    ]);
    const found = await find('contacts', entry('contacts:EmailAddress', 'EmailAddress2'), 'NEW@acme.test');
    expect(ids(found).map((one) => one.id)).toEqual([id]);
  });

  test.each([
    [
      'an entry of another key',
      set(entry('contacts:PhoneNumber', 'Pager'), 'Contact', '<t:PhoneNumbers><t:Entry Key="Telex">1</t:Entry></t:PhoneNumbers>'),
      'ErrorUpdatePropertyMismatch',
    ],
    ['a very long name', set(field('contacts:Surname'), 'Contact', `<t:Surname>${'x'.repeat(257)}</t:Surname>`), 'ErrorPropertyUpdate'],
    ['a name as a whole', clear(field('contacts:CompleteName')), 'ErrorInvalidPropertyDelete'],
    ['another class', set(field('item:ItemClass'), 'Contact', '<t:ItemClass>IPM.Task</t:ItemClass>'), 'ErrorObjectTypeChanged'],
  ])('refuses %s', async (_, updates, code) => {
    expect(codes(await update(await saved('Contact', ann), updates))).toEqual([code]);
  });

  test('every phone number of the schema is kept, and certificates are told to whoever asks', async () => {
    const keys = [...phoneNumbers.keys()];
    const numbers = keys.map((key, index) => `<t:Entry Key="${key}">${index}</t:Entry>`).join('');
    const certificate =
      '<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag="0x3a70" PropertyType="BinaryArray"/><t:Values><t:Value>YWJj</t:Value></t:Values></t:ExtendedProperty>';
    const id = await saved('Contact', `${certificate}<t:PhoneNumbers>${numbers}</t:PhoneNumbers>`);
    expect(entries(await get(id), 'PhoneNumbers')).toEqual(keys.map((key, index) => `${key}: ${index}`));
    expect(keys).toHaveLength(23);
    expect(texts(await get(id), 'Base64Binary')).toEqual([]);
    expect(texts(await get(id, 'IdOnly', field('contacts:UserSMIMECertificate')), 'Base64Binary')).toEqual(['YWJj']);
  });

  test('FileAs follows the names by the mapping, until it is said', async () => {
    const id = await saved('Contact', ann);
    const renamed = await updated(id, set(field('contacts:Surname'), 'Contact', '<t:Surname>Day</t:Surname>'));
    expect(texts(renamed, 'FileAs')).toEqual(['Day, Ann B.']);
    const mapped = await updated(id, set(field('contacts:FileAsMapping'), 'Contact', '<t:FileAsMapping>FirstSpaceLast</t:FileAsMapping>'));
    expect(texts(mapped, 'FileAs')).toEqual(['Ann B. Day']);
    const said = await updated(id, set(field('contacts:FileAs'), 'Contact', '<t:FileAs>Annie</t:FileAs>'));
    expect(texts(said, 'FileAs')).toEqual(['Annie']);
  });
});

describe('distribution lists', () => {
  const member = (address: string, name = address): string =>
    `<t:Member><t:Mailbox><t:Name>${name}</t:Name><t:EmailAddress>${address}</t:EmailAddress></t:Mailbox></t:Member>`;

  test('have members, that are added and taken away by their keys', async () => {
    const id = await saved(
      'DistributionList',
      `<t:DisplayName>Friends</t:DisplayName><t:Members>${member('a@x.test')}${member('b@x.test', 'Bo')}</t:Members>`,
    );
    const body = await get(id);
    expect([texts(body, 'EmailAddress'), texts(body, 'Name')]).toEqual([
      ['a@x.test', 'b@x.test'],
      ['a@x.test', 'Bo'],
    ]);
    const more = await updated(
      id,
      append(
        field('distributionlist:Members'),
        'DistributionList',
        `<t:Members>${member('c@x.test')}${member('b@x.test', 'Bo')}</t:Members>`,
      ),
    );
    expect(texts(more, 'EmailAddress')).toEqual(['a@x.test', 'b@x.test', 'c@x.test']);
    const key = present(attributes(more, 'Member', 'Key')[0], more);
    const left = await updated(id, clear(entry('distributionlist:Members:Member', key)));
    expect(texts(left, 'EmailAddress')).toEqual(['b@x.test', 'c@x.test']);
    expect(texts(await updated(id, clear(field('distributionlist:Members'))), 'EmailAddress')).toEqual([]);
  });
});

describe('tasks', () => {
  const state = (body: string): readonly (string | undefined)[] =>
    ['Status', 'PercentComplete', 'IsComplete', 'CompleteDate', 'StatusDescription'].map((name) => texts(body, name)[0]);
  const now = '2026-11-04T09:00:00Z';

  test('begin as not started, and belong to the owner of the mailbox', async () => {
    const body = await get(await saved('Task', '<t:Subject>do</t:Subject><t:DueDate>2026-12-01T00:00:00Z</t:DueDate>'));
    expect(state(body)).toEqual(['NotStarted', '0', 'false', undefined, 'Not Started']);
    expect([texts(body, 'Owner'), texts(body, 'ChangeCount'), texts(body, 'IsRecurring'), texts(body, 'DueDate')]).toEqual([
      ['Mary'],
      ['1'],
      ['false'],
      ['2026-12-01T00:00:00Z'],
    ]);
  });

  test.each([
    ['100 per cent', ['<t:PercentComplete>100</t:PercentComplete>'], ['Completed', '100', 'true', now, 'Completed']],
    ['the status Completed', ['<t:Status>Completed</t:Status>'], ['Completed', '100', 'true', now, 'Completed']],
    ['a day', ['<t:CompleteDate>2026-11-01T00:00:00Z</t:CompleteDate>'], ['Completed', '100', 'true', '2026-11-01T00:00:00Z', 'Completed']],
    ['half of it', ['<t:PercentComplete>50</t:PercentComplete>'], ['InProgress', '50', 'false', undefined, 'In Progress']],
    // The example on Microsoft's page on the element Status.
    [
      'a status that is said last',
      [
        '<t:PercentComplete>100</t:PercentComplete>',
        '<t:CompleteDate>2026-01-01T00:00:00Z</t:CompleteDate>',
        '<t:Status>NotStarted</t:Status>',
      ],
      ['NotStarted', '0', 'false', undefined, 'Not Started'],
    ],
    [
      'waiting, after it was done',
      ['<t:PercentComplete>100</t:PercentComplete>', '<t:Status>WaitingOnOthers</t:Status>'],
      ['WaitingOnOthers', '0', 'false', undefined, 'Waiting on someone else'],
    ],
  ])('by %s', async (_, fields, expected) => {
    const id = await saved('Task', '<t:Subject>do</t:Subject>');
    const uri = (one: string): string => `task:${/^<t:(\w+)/.exec(one)?.[1]}`;
    const body = await updated(id, fields.map((one) => set(field(uri(one)), 'Task', one)).join(''));
    expect(state(body)).toEqual(expected);
    expect(texts(body, 'ChangeCount')).toEqual(['2']);
    expect(ids(await find('tasks', field('task:IsComplete'), expected[2] ?? '')).map((one) => one.id)).toContain(id);
  });

  test('are opened again when the day is taken away', async () => {
    const id = await saved('Task', '<t:Status>Completed</t:Status>');
    expect(state(await updated(id, clear(field('task:CompleteDate'))))).toEqual(['NotStarted', '0', 'false', undefined, 'Not Started']);
  });

  test.each([
    ['<t:PercentComplete>101</t:PercentComplete>', 'ErrorInvalidPercentCompleteValue'],
    ['<t:PercentComplete>-1</t:PercentComplete>', 'ErrorInvalidPercentCompleteValue'],
    ['<t:CompleteDate>2026-12-24T00:00:00Z</t:CompleteDate>', 'ErrorInvalidCompleteDate'],
  ])('refuse %s', async (inner, code) => {
    expect(codes(await create('Task', inner))).toEqual([code]);
  });
});

describe('classes and folders', () => {
  test.each([
    ['Message', 'IPM.Note.Foo', 'drafts', 'Message'],
    ['Message', 'IPM.Foo', 'drafts', 'Item'],
    ['Item', 'IPM.Foo.Bar', 'inbox', 'Item'],
    ['PostItem', 'IPM.Post.Foo', 'inbox', 'PostItem'],
    ['Contact', 'IPM.Contact.Foo', 'contacts', 'Contact'],
    ['Task', 'IPM.Task.Foo', 'tasks', 'Task'],
  ])('a %s of class %s', async (element, itemClass, role, shown) => {
    const body = await ask(
      `<m:CreateItem MessageDisposition="SaveOnly">${folder(role)}<m:Items><t:${element}><t:ItemClass>${itemClass}</t:ItemClass></t:${element}></m:Items></m:CreateItem>`,
    );
    expect(codes(body)).toEqual(['NoError']);
    const read = await get(present(ids(body)[0]?.id, body));
    expect([texts(read, 'ItemClass'), all(read, shown).length]).toEqual([[itemClass], 1]);
  });

  test.each([
    ['Contact', '', 'inbox', 'ErrorCannotCreateContactInNonContactFolder'],
    ['Task', '', 'inbox', 'ErrorCannotCreateTaskInNonTaskFolder'],
    ['PostItem', '', 'calendar', 'ErrorCannotCreatePostItemInNonMailFolder'],
    ['Contact', '<t:ItemClass>IPM.Task</t:ItemClass>', 'contacts', 'ErrorObjectTypeChanged'],
  ])('a %s with %s in %s is refused', async (element, inner, role, code) => {
    expect(codes(await create(element, inner, folder(role)))).toEqual([code]);
  });
});
