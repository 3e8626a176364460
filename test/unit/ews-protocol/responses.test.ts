import { describe, expect, test } from 'vitest';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { contracts } from '../../../shared/protocols/ews/contract.ts';
import type { Contract, ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import { writeResponse } from '../../../shared/protocols/ews/envelope.ts';
import { calendarItemFields } from '../../../shared/protocols/ews/fields/calendar-item.ts';
import { contactFields } from '../../../shared/protocols/ews/fields/contact.ts';
import { baseFolderFields, calendarFolderFields, folderFields } from '../../../shared/protocols/ews/fields/folder.ts';
import { itemFields } from '../../../shared/protocols/ews/fields/item.ts';
import { messageFields } from '../../../shared/protocols/ews/fields/message.ts';
import type { WireFolder } from '../../../shared/protocols/ews/folders.ts';
import { encodeFolderId, encodeItemId } from '../../../shared/protocols/ews/item-id.ts';
import type { WireItem } from '../../../shared/protocols/ews/items.ts';
import { complaint, errorMessage, valueDetail } from '../../../shared/protocols/ews/response-message.ts';
import { openEnvelope } from '../../../shared/protocols/soap/envelope.ts';
import { parseXml } from '../../../shared/xml/parse.ts';
import { asSchemaHasIt, requireEwsSchema } from '../../support/ews-schema.ts';
import { contentSamples } from './content-samples.ts';
import { conversationAnswers } from './conversation-answers.ts';
import { folderAnswers } from './folder-answers.ts';
import { notificationSamples } from './notification-samples.ts';
import type { OtherForm } from './other-answers.ts';
import { timeZoneSample } from './time-zone-sample.ts';

const official = requireEwsSchema();
const version = { major: 15, minor: 2, majorBuild: 2562, minorBuild: 17, schema: 'V2017_07_11' };
const guid = '0a1b2c3d-0001-4000-8000-000000000001' as Guid;
const itemId = { Id: encodeItemId({ mailbox: guid, database: guid, folder: 5, item: 9 }), ChangeKey: 'CQAAAA==' };
const folderId = { Id: encodeFolderId({ mailbox: guid, database: guid, folder: 5 }), ChangeKey: 'AQAAAA==' };
const mary = { Name: 'Mary', EmailAddress: 'mary@contoso.test', RoutingType: 'SMTP', MailboxType: 'Mailbox' } as const;
const rights = {
  CreateAssociated: true,
  CreateContents: true,
  CreateHierarchy: true,
  Delete: false,
  Modify: true,
  Read: true,
  ViewPrivateItems: true,
};

const inbox: WireFolder = {
  element: 'Folder',
  fields: [
    [baseFolderFields.FolderId, folderId],
    [baseFolderFields.ParentFolderId, folderId],
    [baseFolderFields.FolderClass, 'IPF.Note'],
    [baseFolderFields.DisplayName, 'Inbox & more'],
    [baseFolderFields.TotalCount, 3],
    [baseFolderFields.ChildFolderCount, 0],
    [baseFolderFields.EffectiveRights, rights],
    [baseFolderFields.DistinguishedFolderId, 'inbox'],
    [folderFields.PermissionSet, { Permissions: { Permission: [{ UserId: { DistinguishedUser: 'Default' }, PermissionLevel: 'None' }] } }],
    [folderFields.UnreadCount, 1],
  ],
  extended: [{ uri: { PropertyTag: 0x3603, PropertyType: 'Integer' }, value: '1' }],
};
const calendar: WireFolder = {
  element: 'CalendarFolder',
  fields: [
    [baseFolderFields.FolderId, folderId],
    [calendarFolderFields.PermissionSet, { CalendarPermissions: { CalendarPermission: [] } }],
  ],
  extended: [],
};
const mail: WireItem = {
  element: 'Message',
  fields: [
    [itemFields.MimeContent, { text: 'aGk=', CharacterSet: 'UTF-8' }],
    [itemFields.ItemId, itemId],
    [itemFields.Subject, 'Subject'],
    [itemFields.Body, { BodyType: 'HTML', text: '<p>Hi</p>' }],
    [itemFields.Attachments, [{ is: 'FileAttachment', value: { AttachmentId: { Id: itemId.Id }, Name: 'a.txt', Size: 3 } }]],
    [itemFields.Categories, { String: ['Red', 'Blue'] }],
    [itemFields.IsDraft, false],
    [itemFields.InternetMessageHeaders, { InternetMessageHeader: [{ HeaderName: 'Subject', text: 'Subject' }] }],
    [itemFields.DateTimeSent, 1_700_000_000_000],
    [
      itemFields.ResponseObjects,
      [
        { element: 'ReplyToItem', fields: [], extended: [] },
        { element: 'ForwardItem', fields: [], extended: [] },
      ],
    ],
    [itemFields.HasAttachments, true],
    [itemFields.EffectiveRights, rights],
    [itemFields.ConversationId, { Id: 'AAQk' }],
    [itemFields.Flag, { FlagStatus: 'NotFlagged' }],
    [itemFields.InstanceKey, Buffer.from('k')],
    [messageFields.ToRecipients, { Mailbox: [mary] }],
    [messageFields.From, { Mailbox: mary }],
    [messageFields.IsRead, true],
  ],
  extended: [
    { uri: { PropertyTag: 0xe23, PropertyType: 'Integer' }, value: '7' },
    { uri: { DistinguishedPropertySetId: 'PublicStrings', PropertyName: 'Keywords', PropertyType: 'StringArray' }, value: ['Red', 'Blue'] },
  ],
};
const meeting: WireItem = {
  element: 'CalendarItem',
  fields: [
    [itemFields.ItemId, itemId],
    [calendarItemFields.Start, 1_700_000_000_000],
    [calendarItemFields.LegacyFreeBusyStatus, 'Busy'],
    [calendarItemFields.Organizer, { Mailbox: mary }],
    [calendarItemFields.RequiredAttendees, { Attendee: [{ Mailbox: mary, ResponseType: 'Accept' }] }],
    [
      calendarItemFields.Recurrence,
      {
        pattern: { is: 'WeeklyRecurrence', value: { Interval: 1, DaysOfWeek: ['Monday', 'Friday'] } },
        range: { is: 'NoEndRecurrence', value: { StartDate: '2026-11-04' } },
      },
    ],
  ],
  extended: [],
};
const contact: WireItem = {
  element: 'Contact',
  fields: [
    [contactFields.DisplayName, 'Mary'],
    [contactFields.EmailAddresses, { Entry: [{ Key: 'EmailAddress1', text: 'mary@contoso.test' }] }],
    [contactFields.ContactSource, 'ActiveDirectory'],
  ],
  extended: [],
};

const missing = errorMessage('ErrorItemNotFound');
const moved = errorMessage('ErrorNonExistentMailbox', { text: 'No mailbox with such guid.', details: [valueDetail('MailboxGuid', guid)] });

const samples = {
  ...notificationSamples,
  ArchiveItem: [{ class: 'Success', Items: [mail] }, errorMessage('ErrorArchiveMailboxNotEnabled')],
  ...conversationAnswers([mail, meeting]),
  ConvertId: [
    { class: 'Success', AlternateId: { is: 'AlternateId', value: { Format: 'EntryId', Id: 'AAAA', Mailbox: 'mary@contoso.test' } } },
    errorMessage('ErrorInvalidIdMalformed'),
  ],
  ...contentSamples(mail, itemId.Id),
  CopyItem: [{ class: 'Success', Items: [mail] }, { class: 'Success', Items: [] }, errorMessage('ErrorToFolderNotFound')],
  CreateItem: [
    { class: 'Success', Items: [{ ...mail, fields: mail.fields.slice(1, 2), extended: [] }] },
    { class: 'Success', Items: [] },
    missing,
  ],
  DeleteItem: [{ class: 'Success' }, missing],
  FindFolder: [
    {
      class: 'Success',
      RootFolder: { IndexedPagingOffset: 2, TotalItemsInView: 2, IncludesLastItemInRange: true, Folders: [inbox, calendar] },
    },
    { class: 'Success', RootFolder: { TotalItemsInView: 0, IncludesLastItemInRange: true, Folders: [] } },
    moved,
  ],
  ExpandDL: [
    { class: 'Success', DLExpansion: { TotalItemsInView: 1, IncludesLastItemInRange: true, Mailbox: [mary] } },
    errorMessage('ErrorNameResolutionNoResults'),
  ],
  FindItem: [
    {
      class: 'Success',
      RootFolder: {
        IndexedPagingOffset: 1,
        TotalItemsInView: 9,
        IncludesLastItemInRange: false,
        contents: { is: 'Items', value: [mail, meeting] },
      },
    },
    {
      class: 'Success',
      RootFolder: { TotalItemsInView: 1, contents: { is: 'Groups', value: [{ GroupIndex: '0', Items: [contact] }] } },
      HighlightTerms: [{ Scope: 'Subject', Value: 'x' }],
    },
    errorMessage('ErrorInvalidPropertyForOperation', {
      details: [{ is: 'Path', path: { is: 'FieldURI', value: { FieldURI: 'item:Body' } } }],
    }),
  ],
  GetFolder: [
    { class: 'Success', Folders: [inbox] },
    { class: 'Success', Folders: [calendar] },
    errorMessage('ErrorFolderNotFound'),
    moved,
  ],
  GetItem: [{ class: 'Success', Items: [mail] }, { class: 'Warning', ...complaint('ErrorBatchProcessingStopped'), Items: [] }, missing],
  GetServerTimeZones: [timeZoneSample, errorMessage('ErrorInternalServerError')],
  MarkAsJunk: [{ class: 'Success', MovedItemId: itemId }, { class: 'Success' }, missing],
  MoveItem: [{ class: 'Success', Items: [meeting] }, errorMessage('ErrorMoveCopyFailed')],
  ResolveNames: [
    {
      class: 'Success',
      ResolutionSet: { TotalItemsInView: 1, IncludesLastItemInRange: true, Resolution: [{ Mailbox: mary, Contact: contact }] },
    },
    {
      class: 'Warning',
      ...complaint('ErrorNameResolutionMultipleResults'),
      ResolutionSet: { TotalItemsInView: 2, IncludesLastItemInRange: true, Resolution: [{ Mailbox: mary }, { Mailbox: mary }] },
    },
    errorMessage('ErrorNameResolutionNoResults'),
  ],
  SendItem: [{ class: 'Success' }, errorMessage('ErrorStaleObject')],
  SyncFolderHierarchy: [
    {
      class: 'Success',
      SyncState: 'AQ==',
      IncludesLastFolderInRange: true,
      Changes: [
        { is: 'Create', value: inbox },
        { is: 'Update', value: calendar },
        { is: 'Delete', value: { FolderId: folderId } },
      ],
    },
    errorMessage('ErrorInvalidSyncStateData'),
  ],
  SyncFolderItems: [
    {
      class: 'Success',
      SyncState: 'AQ==',
      IncludesLastItemInRange: false,
      Changes: [
        { is: 'Create', value: mail },
        { is: 'Update', value: meeting },
        { is: 'Delete', value: { ItemId: itemId } },
        { is: 'ReadFlagChange', value: { ItemId: itemId, IsRead: true } },
      ],
    },
    errorMessage('ErrorInvalidSyncStateData'),
  ],
  UpdateItem: [{ class: 'Success', Items: [contact], ConflictResults: { Count: 0 } }, errorMessage('ErrorIrresolvableConflict')],
  UpdateItemInRecoverableItems: [
    { class: 'Success', Items: [contact], Attachments: [], ConflictResults: { Count: 0 } },
    errorMessage('ErrorIrresolvableConflict'),
  ],
  GetClientAccessToken: [{ class: 'Success' }, errorMessage('ErrorInvalidClientAccessTokenRequest')],
  ...folderAnswers,
  // Answers of another form have tests of their own.
} satisfies { readonly [Name in Exclude<keyof typeof contracts, 'GetUserAvailability' | OtherForm>]: ResponseOf<(typeof contracts)[Name]> };

describe.each(Object.entries(samples))('%s', (name, sample) => {
  const contract = contracts[name as keyof typeof contracts] as Contract<unknown, unknown>;
  const written = writeResponse(contract, sample, version);

  test('comes back as it went', () => {
    const { body, header } = openEnvelope(parseXml(written));
    const read = contract.response.decode(body) as Record<string, unknown>[];
    expect(header[0]).toMatchObject({ name: 'ServerVersionInfo' });
    expect(body.name).toBe(`${name}Response`);
    const settled = sample.map((message) => (message.class === 'Success' ? message : { DescriptiveLinkKey: 0, ...message }));
    expect(read).toEqual(settled);
  });

  test.skipIf(official === undefined)('is what the official schema allows', () => {
    expect(official?.violations(asSchemaHasIt(written))).toEqual([]);
  });
});

describe('the order that clients insist on', () => {
  const of = (response: ResponseOf<typeof contracts.GetFolder>) =>
    /<m:ResponseMessages>(.*)<\/m:ResponseMessages>/.exec(writeResponse(contracts.GetFolder, response, version))?.[1];

  test('of an error: text, code, key, details, empty payload', () => {
    expect(of([moved])).toBe(
      '<m:GetFolderResponseMessage ResponseClass="Error"><m:MessageText>No mailbox with such guid.</m:MessageText><m:ResponseCode>ErrorNonExistentMailbox</m:ResponseCode>' +
        `<m:DescriptiveLinkKey>0</m:DescriptiveLinkKey><m:MessageXml><t:Value Name="MailboxGuid">${guid}</t:Value></m:MessageXml><m:Folders/></m:GetFolderResponseMessage>`,
    );
  });

  test('of a success: code, payload; extended properties behind their neighbour', () => {
    expect(of([{ class: 'Success', Folders: [{ element: 'Folder', fields: inbox.fields.slice(4, 7), extended: inbox.extended }] }])).toBe(
      '<m:GetFolderResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode><m:Folders><t:Folder><t:TotalCount>3</t:TotalCount><t:ChildFolderCount>0</t:ChildFolderCount>' +
        '<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag="0x3603" PropertyType="Integer"/><t:Value>1</t:Value></t:ExtendedProperty><t:EffectiveRights><t:CreateAssociated>true</t:CreateAssociated>' +
        '<t:CreateContents>true</t:CreateContents><t:CreateHierarchy>true</t:CreateHierarchy><t:Delete>false</t:Delete><t:Modify>true</t:Modify><t:Read>true</t:Read>' +
        '<t:ViewPrivateItems>true</t:ViewPrivateItems></t:EffectiveRights></t:Folder></m:Folders></m:GetFolderResponseMessage>',
    );
  });

  test('of the envelope', () => {
    expect(writeResponse(contracts.DeleteItem, [{ class: 'Success' }], version)).toBe(
      '<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header><h:ServerVersionInfo xmlns:h="http://schemas.microsoft.com/exchange/services/2006/types" ' +
        'xmlns="http://schemas.microsoft.com/exchange/services/2006/types" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ' +
        'MajorVersion="15" MinorVersion="2" MajorBuildNumber="2562" MinorBuildNumber="17" Version="V2017_07_11"/></s:Header>' +
        '<s:Body xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">' +
        '<m:DeleteItemResponse xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">' +
        '<m:ResponseMessages><m:DeleteItemResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode></m:DeleteItemResponseMessage></m:ResponseMessages></m:DeleteItemResponse></s:Body></s:Envelope>',
    );
  });
});
