import { afterAll, beforeAll, expect, test } from 'vitest';
import { fieldUris } from '../../../shared/protocols/ews/field-uris.ts';
import { newerPart } from '../../../shared/protocols/ews/newer-parts.ts';
import { distinguishedFolderIdName } from '../../../shared/protocols/ews/types/folder-ids.ts';
import { parseXml } from '../../../shared/xml/parse.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { faultOf, responses } from './answers.ts';

const mary = 'mary@contoso.test';
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
});
afterAll(() => lab.close());

const inbox = '<t:DistinguishedFolderId Id="inbox"/>';
const shape = (more: string): string => `<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape>${more}</m:ItemShape>`;
const parents = `<m:ParentFolderIds>${inbox}</m:ParentFolderIds>`;
const find = (more = '', rest = parents): string => `<m:FindItem Traversal="Shallow">${shape(more)}${rest}</m:FindItem>`;
const asked = (uri: string): string => `<t:AdditionalProperties><t:FieldURI FieldURI="${uri}"/></t:AdditionalProperties>`;
const getFolder = (id: string): string =>
  `<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="${id}"/></m:FolderIds></m:GetFolder>`;

/** The last version that does not have it, the first that does, and a request. */
const cases = [
  ['a field that is asked for', 'Exchange2010_SP2', 'Exchange2013', find(asked('item:Flag'))],
  [
    'a field of a condition',
    'Exchange2010_SP2',
    'Exchange2013',
    find('', `<m:Restriction><t:Exists><t:FieldURI FieldURI="item:RetentionDate"/></t:Exists></m:Restriction>${parents}`),
  ],
  [
    'a field that is set',
    'Exchange2007_SP1',
    'Exchange2010',
    `<m:CreateItem SendMeetingInvitations="SendToNone"><m:Items><t:CalendarItem><t:Subject>s</t:Subject><t:StartTimeZone Id="UTC"/></t:CalendarItem></m:Items></m:CreateItem>`,
  ],
  [
    'a field of a folder',
    'Exchange2010_SP2',
    'Exchange2013',
    getFolder('inbox').replace('</t:BaseShape>', `</t:BaseShape>${asked('folder:PolicyTag')}`),
  ],
  ['an element', 'Exchange2007_SP1', 'Exchange2010', find('', `${parents}<m:QueryString>subject:a</m:QueryString>`)],
  ['a member of a shape', 'Exchange2010_SP2', 'Exchange2013', find('<t:BlockExternalImages>true</t:BlockExternalImages>')],
  ['the value of an attribute', 'Exchange2007', 'Exchange2010', find().replace('"Shallow"', '"Associated"')],
  ['the name of a folder', 'Exchange2010', 'Exchange2010_SP1', getFolder('recoverableitemsroot')],
  [
    'a value',
    'Exchange2010',
    'Exchange2010_SP1',
    `<m:Subscribe><m:PullSubscriptionRequest><t:FolderIds>${inbox}</t:FolderIds><t:EventTypes><t:EventType>FreeBusyChangedEvent</t:EventType></t:EventTypes><t:Timeout>10</t:Timeout></m:PullSubscriptionRequest></m:Subscribe>`,
  ],
] as const;

test.each(cases)('what is younger than the schema that a client names is refused: %s, in %s', async (_, before, from, body) => {
  const ask = async (version: string) => (await lab.ews(mary, body, { header: `<t:RequestServerVersion Version="${version}"/>` })).body;
  expect(faultOf(await ask(before))).toMatchObject({
    code: 'ErrorIncorrectSchemaVersion',
    reason: expect.stringMatching(/^The request is valid but does not specify the correct server version/),
  });
  expect(responses(await ask(from)).map(({ code }) => code)).toEqual(['NoError']);
  expect(responses((await lab.ews(mary, body)).body).map(({ code }) => code)).toEqual(['NoError']);
});

test('the directory is a folder since Exchange 2013, as on the page of FindPeople, whatever the Managed API says of it', async () => {
  const body = `<m:FindPeople><m:IndexedPageItemView BasePoint="Beginning" MaxEntriesReturned="100" Offset="0"/><m:ParentFolderId><t:DistinguishedFolderId Id="directory"/></m:ParentFolderId><m:QueryString>mary</m:QueryString></m:FindPeople>`;
  const answer = await lab.ews(mary, body, { header: '<t:RequestServerVersion Version="Exchange2013"/>' });
  expect(responses(answer.body).map(({ code }) => code)).toContain('NoError');
});

test('what is in no schema at all violates the schema, whichever is named', async () => {
  const body = find(asked('item:Unheard'));
  const answer = await lab.ews(mary, body, { header: '<t:RequestServerVersion Version="Exchange2010"/>' });
  expect(faultOf(answer.body).code).toBe('ErrorSchemaValidation');
});

test('the tables know no field and no folder that the schema does not', () => {
  const types = 'http://schemas.microsoft.com/exchange/services/2006/types';
  const younger = (attributes: string): string | undefined =>
    newerPart('Exchange2007', parseXml(Buffer.from(`<a xmlns="${types}"><${attributes}/></a>`)));
  const fields = fieldUris.filter((uri) => younger(`FieldURI FieldURI="${uri}"`) !== undefined);
  expect(fields).toEqual(expect.arrayContaining(['item:Flag', 'contacts:Notes', 'meetingRequest:ChangeHighlights', 'item:Hashtags']));
  expect(fields).toHaveLength(55);
  const folders = distinguishedFolderIdName.enumeration.filter((id) => younger(`DistinguishedFolderId Id="${id}"`) !== undefined);
  expect(folders).toHaveLength(28);
});
