import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { offered } from '../../support/challenge.ts';
import { basic, envelope } from '../../support/soap.ts';
import { type HttpAnswer, openTestLab, type TestLab } from '../../support/test-lab.ts';
import { attributes, faultOf, ids, responses, texts } from './answers.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());

const inbox = '<t:DistinguishedFolderId Id="inbox"/>';
const getFolder = (folder: string): string =>
  `<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds>${folder}</m:FolderIds></m:GetFolder>`;
const getItem = (...items: readonly string[]): string =>
  `<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:ItemIds>${items.map((id) => `<t:ItemId Id="${id}"/>`).join('')}</m:ItemIds></m:GetItem>`;
const inboxOf = (mail: string): string =>
  inbox.replace('/>', `><t:Mailbox><t:EmailAddress>${mail}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>`);
const findItem = (folder: string): string =>
  '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>' +
  `<m:IndexedPageItemView MaxEntriesReturned="1" Offset="0" BasePoint="Beginning"/><m:ParentFolderIds>${folder}</m:ParentFolderIds></m:FindItem>`;

async function itemOf(mail: string, folder = inbox): Promise<string> {
  return ids((await lab.ews(mail, findItem(folder))).body)[0]?.id ?? '';
}
async function folderOf(mail: string): Promise<string> {
  return ids((await lab.ews(mail, getFolder(inbox))).body, 'FolderId')[0]?.id ?? '';
}

describe('a 401', () => {
  const post = (authorization: string | undefined, host = 'mail.contoso.test'): Promise<HttpAnswer> =>
    lab.https(`https://${host}/EWS/Exchange.asmx`, {
      method: 'POST',
      headers: { 'content-type': 'text/xml', ...(authorization === undefined ? {} : { authorization }) },
      body: envelope(getFolder(inbox)),
    });
  const header = (name: string, password = lab.password): string => basic(name, password);

  test.each<[string, () => string | undefined]>([
    ['without credentials', () => undefined],
    ['for a wrong password', () => header('CONTOSO\\mary', 'wrong')],
    ['for an empty password', () => header('CONTOSO\\mary', '')],
    ['for the right password in another letter case', () => header('CONTOSO\\mary', lab.password.toUpperCase())],
    ['for a password that goes on', () => header('CONTOSO\\mary', `${lab.password}x`)],
    ['for an unknown user', () => header('CONTOSO\\nobody')],
    ['for a user of another domain', () => header('FABRIKAM\\mary')],
    ['for the shared mailbox, whose account is disabled', () => header('CONTOSO\\info')],
    ['for the name of a group', () => header('CONTOSO\\all-staff')],
    ['for a header that is no base64', () => 'Basic ???'],
    ['for credentials without a colon', () => `Basic ${Buffer.from('mary').toString('base64')}`],
    ['for a Bearer without a token, which is how clients ask', () => 'Bearer'],
    ['for a Bearer without a token and a blank', () => 'Bearer '],
    ['for a scheme that is none', () => 'Digest username="mary"'],
    ['for NTLM without a message', () => 'NTLM'],
    ['for octets that are no NTLM message', () => 'NTLM YWJj'],
    ['for a Kerberos ticket', () => 'Negotiate YIIBBgYGKwYBBQUC'],
  ])('%s has exactly the offered challenges and tells nothing', async (_, authorization) => {
    const answer = await post(authorization());
    expect([answer.status, answer.body]).toEqual([401, '']);
    expect(answer.headers['www-authenticate']).toMatch(offered('Negotiate, NTLM, Basic realm="mail.contoso.test"'));
    expect(Object.keys(answer.headers).sort()).toEqual(Object.keys((await post(undefined)).headers).sort());
    expect(await lab.exchangeOf(answer)).toMatchObject({
      service: 'ews',
      organization: 'contoso',
      status: 401,
      outcome: 'refused',
      verdict: { accepted: false },
    });
  });

  test('passwords are in no record of the journal', async () => {
    const answer = await post(header('CONTOSO\\mary', 'n0t-the-pa55word'));
    const told = JSON.stringify(await lab.journal.trace((await lab.exchangeOf(answer)).traceId));
    expect(told).toMatch(/authorization: Basic /i);
    expect(told).not.toContain('n0t-the-pa55word');
    expect(told).not.toContain(header('CONTOSO\\mary', 'n0t-the-pa55word').slice(6));
  });

  test('in the cloud is told apart by its realm', async () => {
    expect((await post(header('joe@contoso.test', 'wrong'), 'outlook.office365.test')).headers['www-authenticate']).toMatch(
      offered('Basic Realm=""'),
    );
  });

  test('each spelling of a user name is one user', async () => {
    for (const name of ['CONTOSO\\mary', 'contoso\\MARY', 'mary@contoso.test', 'Mary@Contoso.Test'])
      expect([name, (await post(header(name))).status]).toEqual([name, 200]);
  });

  test('where all ways are switched off nothing is offered, whoever asks', async () => {
    const world = join(lab.dataDir, 'without-basic.yaml');
    const organization = {
      ...{
        kind: 'on-premises',
        product: 'exchange-se',
        netbiosName: 'CONTOSO',
        domains: ['contoso.test'],
        users: [{ mail: 'mary@contoso.test' }],
      },
      hosts: { web: 'mail.contoso.test', autodiscover: 'autodiscover.contoso.test', smtp: 'smtp.contoso.test' },
      cmdlets: [
        'Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -BasicAuthentication $false -OAuthAuthentication $false -WindowsAuthentication $false',
      ],
    };
    // JSON is YAML.
    writeFileSync(world, JSON.stringify({ version: 1, password: lab.password, organizations: { contoso: organization } }));
    const other = await openTestLab({ world });
    try {
      for (const credentials of [
        undefined,
        header('CONTOSO\\mary'),
        header('CONTOSO\\mary', 'wrong'),
        'Bearer',
        'Bearer a.b.c',
        'NTLM TlRMTVNTUAABAAAAB4IIogAAAAAAAAAAAAAAAAAAAAAKAGFKAAAADw==',
      ]) {
        const headers = { 'content-type': 'text/xml', ...(credentials === undefined ? {} : { authorization: credentials }) };
        const answer = await other.https('https://mail.contoso.test/EWS/Exchange.asmx', {
          method: 'POST',
          headers,
          body: envelope(getFolder(inbox)),
        });
        expect([answer.status, answer.body, answer.headers['www-authenticate']]).toEqual([401, '', undefined]);
        expect(await other.exchangeOf(answer)).toMatchObject({ outcome: 'refused' });
      }
    } finally {
      await other.close();
    }
  });
});

describe('ids', () => {
  test('one who has signed in where no mailbox is', async () => {
    const headers = { 'content-type': 'text/xml', authorization: basic('CONTOSO\\joe', lab.password) };
    const answer = await lab.https('https://mail.contoso.test/EWS/Exchange.asmx', {
      method: 'POST',
      headers,
      body: envelope(getFolder(inbox)),
    });
    expect(responses(answer.body)).toMatchObject([{ class: 'Error', code: 'ErrorMissingEmailAddress' }]);
  });

  test('that are none, or of the wrong kind', async () => {
    const [item, folder] = [await itemOf('mary@contoso.test'), await folderOf('mary@contoso.test')];
    const made = await lab.ews(
      'mary@contoso.test',
      '<m:CreateItem MessageDisposition="SaveOnly"><m:Items><t:Message/></m:Items></m:CreateItem>',
    );
    const gone = ids(made.body)[0]?.id ?? '';
    await lab.ews(
      'mary@contoso.test',
      `<m:DeleteItem DeleteType="HardDelete"><m:ItemIds><t:ItemId Id="${gone}"/></m:ItemIds></m:DeleteItem>`,
    );
    const answer = await lab.ews('mary@contoso.test', getItem(folder, 'AAAA', 'not an id', '', `${item.slice(0, -8)}AAAAAAA=`, gone, item));
    expect(answer.status).toBe(200);
    expect(responses(answer.body).map(({ code }) => code)).toEqual([
      'ErrorCannotUseFolderIdForItemId',
      'ErrorInvalidIdMalformed',
      'ErrorInvalidIdMalformed',
      'ErrorInvalidIdEmpty',
      'ErrorInvalidIdMalformed',
      'ErrorItemNotFound',
      'NoError',
    ]);
    const folders = await lab.ews('mary@contoso.test', getFolder([item, 'AAAA'].map((id) => `<t:FolderId Id="${id}"/>`).join('') + inbox));
    expect(responses(folders.body).map(({ code }) => code)).toEqual([
      'ErrorCannotUseItemIdForFolderId',
      'ErrorInvalidIdMalformed',
      'NoError',
    ]);
    expect(await lab.exchangeOf(folders)).toMatchObject({ outcome: 'answered', status: 200, code: 'ErrorCannotUseItemIdForFolderId' });
  });

  test('of a mailbox of another organisation name no mailbox here', async () => {
    for (const [mail, other] of [
      ['mary@contoso.test', 'joe@contoso.test'],
      ['mary@contoso.test', 'pat@fabrikam.test'],
      ['joe@contoso.test', 'mary@contoso.test'],
    ] as const) {
      for (const body of [getItem(await itemOf(other)), getFolder(`<t:FolderId Id="${await folderOf(other)}"/>`)]) {
        const answer = await lab.ews(mail, body);
        expect(responses(answer.body)).toEqual([{ class: 'Error', code: 'ErrorNonExistentMailbox', text: 'No mailbox with such guid.' }]);
        expect(attributes(answer.body, 'Value', 'Name')).toEqual(['MailboxGuid']);
        expect(await lab.exchangeOf(answer)).toMatchObject({ outcome: 'answered', code: 'ErrorNonExistentMailbox' });
      }
    }
  });

  test("of somebody else's mailbox are refused, for reading and for writing", async () => {
    const [item, folder] = [await itemOf('rob@contoso.test'), await folderOf('rob@contoso.test')];
    const create = `<m:CreateItem MessageDisposition="SaveOnly"><m:SavedItemFolderId><t:FolderId Id="${folder}"/></m:SavedItemFolderId><m:Items><t:Message><t:Subject>x</t:Subject></t:Message></m:Items></m:CreateItem>`;
    const remove = `<m:DeleteItem DeleteType="HardDelete"><m:ItemIds><t:ItemId Id="${item}"/></m:ItemIds></m:DeleteItem>`;
    for (const body of [
      getItem(item),
      getFolder(`<t:FolderId Id="${folder}"/>`),
      getFolder(inboxOf('rob@contoso.test')),
      findItem(inboxOf('rob@contoso.test')),
      create,
      remove,
    ]) {
      const answer = await lab.ews('mary@contoso.test', body);
      expect(responses(answer.body)).toMatchObject([{ class: 'Error', code: 'ErrorAccessDenied' }]);
    }
    expect(responses((await lab.ews('rob@contoso.test', getItem(item))).body)).toMatchObject([{ code: 'NoError' }]);
  });

  test('a shared mailbox opens for those who have full access', async () => {
    const item = await itemOf('mary@contoso.test', inboxOf('info@contoso.test'));
    expect(item).not.toBe('');
    expect(responses((await lab.ews('mary@contoso.test', getItem(item))).body)).toMatchObject([{ code: 'NoError' }]);
    expect(responses((await lab.ews('rob@contoso.test', getItem(item))).body)).toMatchObject([{ code: 'NoError' }]);
    expect(responses((await lab.ews('adam@contoso.test', getItem(item))).body)).toMatchObject([{ code: 'ErrorAccessDenied' }]);
    expect(responses((await lab.ews('adam@contoso.test', getFolder(inboxOf('info@contoso.test')))).body)).toMatchObject([
      { code: 'ErrorAccessDenied' },
    ]);
  });

  test('an address without a mailbox here', async () => {
    for (const mail of ['joe@contoso.test', 'nobody@contoso.test', 'pat@fabrikam.test', 'all-staff@contoso.test']) {
      const answer = await lab.ews('mary@contoso.test', getFolder(inboxOf(mail)));
      expect(responses(answer.body)).toEqual([
        { class: 'Error', code: 'ErrorNonExistentMailbox', text: 'The SMTP address has no mailbox associated with it.' },
      ]);
    }
  });

  test('10,000 in one request are answered one by one', async () => {
    const item = await itemOf('mary@contoso.test');
    const wanted = Array.from({ length: 10_000 }, (_, index) => (index % 2 === 0 ? item : 'AAAA'));
    const startedAt = performance.now();
    const answer = await lab.ews('mary@contoso.test', getItem(...wanted));
    expect(performance.now() - startedAt).toBeLessThan(15_000);
    expect(answer.status).toBe(200);
    expect(texts(answer.body, 'ResponseCode')).toEqual(wanted.map((id) => (id === item ? 'NoError' : 'ErrorInvalidIdMalformed')));
  });
});

describe('paging', () => {
  const paged = (view: string): string =>
    `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>${view}<m:ParentFolderIds>${inbox}</m:ParentFolderIds></m:FindItem>`;

  test.each([
    [
      'a negative offset',
      '<m:IndexedPageItemView MaxEntriesReturned="5" Offset="-1" BasePoint="Beginning"/>',
      'ErrorInvalidIndexedPagingParameters',
    ],
    ['no entries', '<m:IndexedPageItemView MaxEntriesReturned="0" Offset="0" BasePoint="Beginning"/>', 'ErrorInvalidPagingMaxRows'],
    [
      'a negative number of entries',
      '<m:IndexedPageItemView MaxEntriesReturned="-3" Offset="0" BasePoint="End"/>',
      'ErrorInvalidPagingMaxRows',
    ],
    ['a fraction beyond one', '<m:FractionalPageItemView Numerator="3" Denominator="2"/>', 'ErrorInvalidFractionalPagingParameters'],
    ['a negative fraction', '<m:FractionalPageItemView Numerator="-1" Denominator="2"/>', 'ErrorInvalidFractionalPagingParameters'],
    ['a denominator of nothing', '<m:FractionalPageItemView Numerator="0" Denominator="0"/>', 'ErrorInvalidFractionalPagingParameters'],
    [
      'a calendar view of mail',
      '<m:CalendarView StartDate="2026-11-01T00:00:00Z" EndDate="2026-11-02T00:00:00Z"/>',
      'ErrorCalendarFolderIsInvalidForCalendarView',
    ],
  ])('%s', async (_, view, code) => {
    const answer = await lab.ews('mary@contoso.test', paged(view));
    const told = answer.status === 500 ? faultOf(answer.body).code : responses(answer.body)[0]?.code;
    expect(told).toBe(code);
    expect(await lab.exchangeOf(answer)).toMatchObject({ code });
  });

  test('an offset behind the end gives an empty page, and a huge page is cut', async () => {
    const beyond = await lab.ews(
      'mary@contoso.test',
      paged('<m:IndexedPageItemView MaxEntriesReturned="5" Offset="2147483647" BasePoint="Beginning"/>'),
    );
    expect([ids(beyond.body).length, attributes(beyond.body, 'RootFolder', 'IncludesLastItemInRange')]).toEqual([0, ['true']]);
    const huge = await lab.ews(
      'mary@contoso.test',
      paged('<m:IndexedPageItemView MaxEntriesReturned="2147483647" Offset="0" BasePoint="Beginning"/>'),
    );
    expect(ids(huge.body).length).toBe(Number(attributes(huge.body, 'RootFolder', 'TotalItemsInView')[0]));
  });
});
