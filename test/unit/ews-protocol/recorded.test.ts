import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { contracts, NOT_IMPLEMENTED, requested } from '../../../shared/protocols/ews/contract.ts';
import { messages } from '../../../shared/protocols/ews/namespaces.ts';
import { openEnvelope } from '../../../shared/protocols/soap/envelope.ts';
import { parseXml } from '../../../shared/xml/parse.ts';
import { requireEwsSchema } from '../../support/ews-schema.ts';
import { envelope } from './envelope.ts';

/** Bodies of requests as clients sent them; `DUMMY` and `folder-root` are theirs. */
const folder = join(import.meta.dirname, 'recorded');
const official = requireEwsSchema();
const namespaces =
  'xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"';
const recorded = readdirSync(folder).map((file) => {
  const { body } = openEnvelope(
    parseXml(`<s:Envelope ${namespaces}><s:Body>${readFileSync(join(folder, file), 'utf8')}</s:Body></s:Envelope>`),
  );
  return { file, body, asked: requested(body) };
});

test.each(recorded)('$file is a request that we know', ({ asked }) => {
  expect(asked).toBeDefined();
});

const decoded = recorded.flatMap(({ file, body, asked }) => (asked?.is === 'contract' ? [{ file, body, contract: asked.contract }] : []));

test.each(decoded)('$file decodes, and encodes again to what the official schema accepts', ({ body, contract }) => {
  const { request, requestElement } = contract;
  const value = request.decode(body);
  const encoded = request.encode(value, messages, requestElement);
  expect(request.decode(encoded)).toEqual(value);
  expect(official?.violations(envelope(encoded)) ?? []).toEqual([]);
});

test('every contract that a client was recorded with is among them', () => {
  const names = new Set(recorded.flatMap(({ asked }) => (asked?.is === 'contract' ? [asked.name] : [])));
  expect([...names].sort()).toEqual([
    'ConvertId',
    'CreateItem',
    'FindFolder',
    'FindItem',
    'GetFolder',
    'GetUserAvailability',
    'GetUserOofSettings',
    'Subscribe',
    'SyncFolderItems',
    'UpdateItem',
  ]);
});

describe('requested', () => {
  const of = (name: string, namespace = messages) => requested({ namespace, name, attributes: [], children: [] });

  test('tells contracts, what is not implemented and what nobody knows apart', () => {
    expect(of('GetFolder')).toMatchObject({ is: 'contract', name: 'GetFolder', contract: contracts.GetFolder });
    expect(of('InstallApp')).toEqual({ is: 'not-implemented', name: 'InstallApp' });
    expect(of('GetUserAvailabilityRequest')).toMatchObject({ is: 'contract', name: 'GetUserAvailability' });
    expect(of('GetUserOofSettingsRequest')).toMatchObject({ is: 'contract', name: 'GetUserOofSettings' });
    expect(of('GetUserAvailability')).toBeUndefined();
    expect(of('GetMagic')).toBeUndefined();
    expect(of('GetFolder', 'urn:other')).toBeUndefined();
    expect(of('__proto__')).toBeUndefined();
  });

  test('knows the 122 operations of Exchange, and two that are in its schema and on its pages but not in its WSDL', () => {
    const names = [...Object.keys(contracts), ...NOT_IMPLEMENTED].filter((name) => !/Reminder/.test(name));
    expect(names).toHaveLength(122);
    expect(NOT_IMPLEMENTED.filter((name) => name in contracts)).toEqual([]);
  });
});

test('what DavMail asks of a folder comes through as it asked', () => {
  const find = recorded.find(({ file }) => file === 'davmail-find-folder-imap-list.xml');
  const request = contracts.FindFolder.request.decode(find?.body ?? parseXml('<a/>'));
  expect(request.Traversal).toBe('Shallow');
  expect(request.view).toEqual({ is: 'IndexedPageFolderView', value: { MaxEntriesReturned: 500, Offset: 0, BasePoint: 'Beginning' } });
  expect(request.FolderShape.AdditionalProperties?.slice(0, 2)).toEqual([
    { is: 'ExtendedFieldURI', value: { PropertyTag: 0x3603, PropertyType: 'Integer' } },
    { is: 'ExtendedFieldURI', value: { PropertyTag: 0x3613, PropertyType: 'String' } },
  ]);
  expect(request.Restriction).toMatchObject({
    is: 'Or',
    value: [
      {
        is: 'IsEqualTo',
        value: {
          Path: { is: 'ExtendedFieldURI', value: { PropertyTag: 0x3613 } },
          FieldURIOrConstant: { is: 'Constant', value: { Value: 'IPF.Note' } },
        },
      },
      { is: 'IsEqualTo' },
      { is: 'Not', value: { is: 'Exists', value: { Path: { value: { PropertyTag: 0x3613 } } } } },
    ],
  });
  expect(request.ParentFolderIds).toEqual([{ is: 'DistinguishedFolderId', value: { Id: 'msgfolderroot' } }]);
});

describe('what real servers refuse', () => {
  const decode = (xml: string) => {
    const body = parseXml(xml.replace('>', ` ${namespaces}>`));
    const asked = requested(body);
    if (asked?.is !== 'contract') throw new Error('no such contract');
    return asked.contract.request.decode(body);
  };
  const types = 'http://schemas.microsoft.com/exchange/services/2006/types';
  const getFolder = (ids: string, shape = '<t:BaseShape>IdOnly</t:BaseShape>') =>
    `<m:GetFolder><m:FolderShape>${shape}</m:FolderShape><m:FolderIds>${ids}</m:FolderIds></m:GetFolder>`;
  const message = (fields: string) => `<m:CreateItem><m:Items><t:Message>${fields}</t:Message></m:Items></m:CreateItem>`;

  test.each([
    [
      'an unknown distinguished folder (reported in exchangelib#1310)',
      getFolder('<t:DistinguishedFolderId Id="workingset"/>'),
      `The 'Id' attribute is invalid - The value 'workingset' is invalid according to its datatype '${types}:DistinguishedFolderIdNameType' - The Enumeration constraint failed.`,
    ],
    [
      'a distinguished folder in other letters (reported in Garethp/php-ews#44)',
      getFolder('<t:DistinguishedFolderId Id="Calendar"/>'),
      `The 'Id' attribute is invalid - The value 'Calendar' is invalid according to its datatype '${types}:DistinguishedFolderIdNameType' - The Enumeration constraint failed.`,
    ],
    [
      'an unknown field',
      getFolder(
        '<t:DistinguishedFolderId Id="inbox"/>',
        '<t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="folder:Color"/></t:AdditionalProperties>',
      ),
      `The 'FieldURI' attribute is invalid - The value 'folder:Color' is invalid according to its datatype '${types}:UnindexedFieldURIType' - The Enumeration constraint failed.`,
    ],
    [
      'no ids at all',
      getFolder(''),
      `The element 'FolderIds' in namespace '${messages}' has incomplete content. List of possible elements expected: 'FolderId, DistinguishedFolderId' in namespace '${types}'.`,
    ],
    [
      'an element of an item that is not there',
      message('<t:Colour/>'),
      `The element 'Message' in namespace '${types}' has invalid child element 'Colour' in namespace '${types}'. List of possible elements expected: 'MimeContent, ItemId,`,
    ],
    [
      'elements of an item in the wrong order',
      message('<t:Body BodyType="Text"/><t:Subject/>'),
      `The element 'Message' in namespace '${types}' has invalid child element 'Subject' in namespace '${types}'. List of possible elements expected: 'Attachments, DateTimeReceived,`,
    ],
    ['an element of an item twice', message('<t:Subject/><t:Subject/>'), 'has invalid child element'],
    [
      'an extended property in the wrong place',
      message('<t:Culture>en</t:Culture><t:ExtendedProperty/>'),
      "has invalid child element 'ExtendedProperty'",
    ],
    ['text in an item', message('words'), `The element 'Message' in namespace '${types}' cannot contain text.`],
    ['a bad value in an item', message('<t:IsRead>maybe</t:IsRead>'), "The string 'maybe' is not a valid Boolean value."],
  ])('%s', (_, xml, sentence) => {
    expect(() => decode(xml)).toThrow(sentence);
  });
});
