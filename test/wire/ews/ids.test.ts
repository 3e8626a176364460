import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { parseGuid } from '../../../shared/kernel/ids.ts';
import { contracts } from '../../../shared/protocols/ews/contract.ts';
import {
  decodeAttachmentId,
  decodeFolderId,
  encodeAttachmentId,
  encodeFolderId,
  encodeItemId,
} from '../../../shared/protocols/ews/item-id.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { attributes, ids, texts } from './answers.ts';
import { type IdPlace, idPlaces } from './id-places.ts';
import { deleteItem, subscribe } from './subscriptions.ts';

const [mary, rob, pat] = ['mary@contoso.test', 'rob@contoso.test', 'pat@fabrikam.test'];

/** Ids of one thing of each kind in somebody's mailbox. */
type Own = Readonly<Record<IdPlace['kind'], string>>;
type Column = 'empty' | 'malformed' | 'gone' | 'of rob' | 'of fabrikam' | 'of nobody' | IdPlace['kind'];

let lab: TestLab;
let own: Own;
let known: Readonly<Record<Exclude<Column, IdPlace['kind']>, Own>>;
let filled: ReadonlyMap<string, string>;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
  await runCmdlet(lab, 'contoso', 'Enable-Mailbox mary -Archive');
  own = await make(mary);
  const gone = await make(mary);
  await deleteItem(lab, mary, gone.item);
  const contacts = await ask(`<m:GetPersona><m:PersonaId Id="${gone.persona}"/></m:GetPersona>`);
  await deleteItem(lab, mary, attributes(contacts, 'SourceId', 'Id')[0] ?? '');
  await ask(`<m:DeleteFolder DeleteType="HardDelete"><m:FolderIds><t:FolderId Id="${gone.folder}"/></m:FolderIds></m:DeleteFolder>`);
  await ask(`<m:Unsubscribe><m:SubscriptionId>${gone.subscription}</m:SubscriptionId></m:Unsubscribe>`);
  known = {
    empty: every(''),
    malformed: every('AAMkAD=='),
    gone,
    'of rob': await make(rob),
    'of fabrikam': await make(pat),
    'of nobody': ofNobody(own),
  };
  const got = await ask(
    `<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:ItemIds><t:ItemId Id="${own.item}"/></m:ItemIds></m:GetItem>`,
  );
  const [data = ''] = texts(await ask(`<m:ExportItems><m:ItemIds><t:ItemId Id="${own.item}"/></m:ItemIds></m:ExportItems>`), 'Data');
  filled = new Map([...Object.entries(own), ['key', ids(got)[0]?.changeKey ?? ''], ['data', data]]);
});
afterAll(() => lab.close());

const ask = async (body: string, mail = mary): Promise<string> => (await lab.ews(mail, body)).body;
const every = (id: string): Own => ({ item: id, folder: id, attachment: id, conversation: id, subscription: id, persona: id });
const fill = (body: string): string => body.replace(/\{(\w+)\}/g, (_all, name: string) => present(filled.get(name), name));

let made = 0;
async function make(mail: string): Promise<Own> {
  made += 1;
  const file = '<t:FileAttachment><t:Name>a</t:Name><t:Content>YQ==</t:Content></t:FileAttachment>';
  const created = await ask(
    `<m:CreateItem MessageDisposition="SaveOnly"><m:Items><t:Message><t:Subject>${made}</t:Subject><t:Attachments>${file}</t:Attachments></t:Message></m:Items></m:CreateItem>`,
    mail,
  );
  const folder = await ask(
    `<m:CreateFolder><m:ParentFolderId><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderId><m:Folders><t:Folder><t:DisplayName>${made}</t:DisplayName></t:Folder></m:Folders></m:CreateFolder>`,
    mail,
  );
  const [item = ''] = attributes(created, 'ItemId', 'Id');
  const got = await ask(
    `<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:ConversationId"/></t:AdditionalProperties></m:ItemShape><m:ItemIds><t:ItemId Id="${item}"/></m:ItemIds></m:GetItem>`,
    mail,
  );
  const address = `nr${made}@contacts.test`;
  await ask(
    `<m:CreateItem><m:Items><t:Contact><t:EmailAddresses><t:Entry Key="EmailAddress1">${address}</t:Entry></t:EmailAddresses></t:Contact></m:Items></m:CreateItem>`,
    mail,
  );
  const person = await ask(
    `<m:GetPersona><m:EmailAddress><t:EmailAddress>${address}</t:EmailAddress></m:EmailAddress></m:GetPersona>`,
    mail,
  );
  return {
    item,
    persona: attributes(person, 'PersonaId', 'Id')[0] ?? '',
    folder: attributes(folder, 'FolderId', 'Id')[0] ?? '',
    attachment: attributes(created, 'AttachmentId', 'Id')[0] ?? '',
    conversation: attributes(got, 'ConversationId', 'Id')[0] ?? '',
    subscription: (await subscribe(lab, mail, 'Streaming', { folders: ['inbox'] })).id,
  };
}

/** The same, in a mailbox that nobody has. */
function ofNobody({ folder, attachment, conversation, subscription, persona }: Own): Own {
  const mailbox = present(parseGuid('11111111-2222-3333-4444-555555555555'), 'a guid');
  const key = { ...present(decodeAttachmentId(attachment), attachment), mailbox };
  return {
    item: encodeItemId(key),
    folder: encodeFolderId({ ...present(decodeFolderId(folder), folder), mailbox }),
    attachment: encodeAttachmentId(key),
    // All have the mailbox's name as text or octets in them, at a place of their own.
    conversation: inMailbox(conversation, mailbox),
    persona: inMailbox(persona, mailbox),
    subscription: Buffer.concat([
      Buffer.from(subscription, 'base64').subarray(0, -24),
      Buffer.alloc(16, 1),
      Buffer.from(subscription, 'base64').subarray(-8),
    ]).toString('base64'),
  };
}

function inMailbox(id: string, mailbox: string): string {
  const octets = Buffer.from(id, 'base64');
  return Buffer.concat([octets.subarray(0, 4), Buffer.from(mailbox), octets.subarray(40)]).toString('base64');
}

const usual: Readonly<Record<IdPlace['kind'], Readonly<Partial<Record<Column, string>>>>> = {
  item: {
    empty: 'ErrorInvalidIdEmpty',
    malformed: 'ErrorInvalidIdMalformed',
    gone: 'ErrorItemNotFound',
    'of rob': 'ErrorAccessDenied',
    'of fabrikam': 'ErrorNonExistentMailbox',
    'of nobody': 'ErrorNonExistentMailbox',
    folder: 'ErrorCannotUseFolderIdForItemId',
    attachment: 'ErrorInvalidId',
    conversation: 'ErrorInvalidIdMalformed',
    subscription: 'ErrorInvalidIdMalformed',
  },
  folder: {
    empty: 'ErrorInvalidIdEmpty',
    malformed: 'ErrorInvalidIdMalformed',
    gone: 'ErrorFolderNotFound',
    'of rob': 'ErrorAccessDenied',
    'of fabrikam': 'ErrorNonExistentMailbox',
    'of nobody': 'ErrorNonExistentMailbox',
    item: 'ErrorCannotUseItemIdForFolderId',
    attachment: 'ErrorCannotUseItemIdForFolderId',
    conversation: 'ErrorInvalidIdMalformed',
    subscription: 'ErrorInvalidIdMalformed',
  },
  attachment: {
    empty: 'ErrorInvalidIdEmpty',
    malformed: 'ErrorInvalidIdMalformed',
    // Its item has gone, too.
    gone: 'ErrorItemNotFound',
    'of rob': 'ErrorAccessDenied',
    'of fabrikam': 'ErrorNonExistentMailbox',
    'of nobody': 'ErrorNonExistentMailbox',
    item: 'ErrorInvalidIdNotAnItemAttachmentId',
    folder: 'ErrorInvalidIdNotAnItemAttachmentId',
    conversation: 'ErrorInvalidIdMalformed',
    subscription: 'ErrorInvalidIdMalformed',
  },
  conversation: {
    empty: 'ErrorInvalidIdEmpty',
    malformed: 'ErrorInvalidIdMalformed',
    'of rob': 'ErrorAccessDenied',
    'of fabrikam': 'ErrorNonExistentMailbox',
    'of nobody': 'ErrorNonExistentMailbox',
    item: 'ErrorInvalidIdMalformed',
    folder: 'ErrorInvalidIdMalformed',
    attachment: 'ErrorInvalidIdMalformed',
    subscription: 'ErrorInvalidIdMalformed',
  },
  persona: {
    empty: 'ErrorInvalidIdEmpty',
    malformed: 'ErrorInvalidIdMalformed',
    gone: 'ErrorItemNotFound',
    'of rob': 'ErrorAccessDenied',
    'of fabrikam': 'ErrorNonExistentMailbox',
    'of nobody': 'ErrorNonExistentMailbox',
    item: 'ErrorInvalidIdMalformed',
    folder: 'ErrorInvalidIdMalformed',
    attachment: 'ErrorInvalidIdMalformed',
    conversation: 'ErrorInvalidIdMalformed',
    subscription: 'ErrorInvalidIdMalformed',
  },
  subscription: {
    // NonEmptyStringType
    empty: 'ErrorSchemaValidation',
    malformed: 'ErrorInvalidSubscription',
    gone: 'ErrorSubscriptionNotFound',
    'of rob': 'ErrorSubscriptionAccessDenied',
    'of fabrikam': 'ErrorSubscriptionNotFound',
    'of nobody': 'ErrorSubscriptionNotFound',
    item: 'ErrorInvalidSubscription',
    folder: 'ErrorInvalidSubscription',
    attachment: 'ErrorInvalidSubscription',
    conversation: 'ErrorInvalidSubscription',
  },
};

const same = (kind: IdPlace['kind'], code: string) => Object.fromEntries(Object.keys(usual[kind]).map((column) => [column, code]));

/** Where a place has codes of its own. */
const unusual: Readonly<Record<string, Readonly<Partial<Record<Column, string>>>>> = {
  // An attached item takes attachments, an attached file does not.
  CreateAttachment: { attachment: 'ErrorInvalidAttachmentId' },
  'MoveFolder to': { gone: 'ErrorToFolderNotFound' },
  'CopyFolder to': { gone: 'ErrorToFolderNotFound' },
  'MoveItem to': { gone: 'ErrorToFolderNotFound' },
  'CopyItem to': { gone: 'ErrorToFolderNotFound' },
  'SendItem saved to': { gone: 'ErrorSavedItemFolderNotFound' },
  'CreateItem saved to': { gone: 'ErrorSavedItemFolderNotFound' },
  CreateFolder: { gone: 'ErrorParentFolderNotFound' },
  CreateFolderPath: { gone: 'ErrorParentFolderNotFound' },
  // What has gone is left out.
  PerformReminderAction: { gone: 'NoError' },
  // Nothing is looked up: what is none of the folder's items is not to be told of anyway.
  'SyncFolderItems that ignores': same('item', 'NoError'),
  SyncFolderItems: { gone: 'ErrorSyncFolderNotFound' },
  SyncFolderHierarchy: { gone: 'ErrorSyncFolderNotFound' },
  // Ids of folders are converted too, and whether anything is there does not matter.
  ConvertId: { empty: 'ErrorInvalidIdMalformed', gone: 'NoError', folder: 'NoError', attachment: 'ErrorInvalidIdMalformed' },
};

const columns = (place: IdPlace): readonly Column[] => Object.keys(usual[place.kind]) as Column[];

function idOf({ kind }: IdPlace, column: Column): string {
  return column in known ? known[column as keyof typeof known][kind] : own[column as IdPlace['kind']];
}

async function answered(place: IdPlace, column: Column): Promise<string> {
  const { status, body } = await lab.ews(mary, fill(place.body([idOf(place, column)])));
  const [code = 'no code'] = texts(body, 'ResponseCode');
  return status === (code === 'ErrorSchemaValidation' ? 500 : 200) ? code : `${status} ${code}`;
}

test.each(idPlaces)('$name', async (place) => {
  const codes: [Column, string][] = [];
  for (const column of columns(place)) codes.push([column, await answered(place, column)]);
  expect(Object.fromEntries(codes)).toEqual({ ...usual[place.kind], ...unusual[place.name] });
});

/**
 * Operations without ids of this kind: what they name are people, time zones, a photograph, holds, messages by report ids of their own
 * (`delivery-reports.test.ts`), or nothing that is looked at. Rules: `inbox-rules.test.ts`.
 */
const without: readonly string[] = [
  'AddDelegate',
  'CreateManagedFolder',
  'DisableApp',
  'DisconnectPhoneCall',
  'FindMessageTrackingReport',
  'GetAppManifests',
  'GetClientAccessToken',
  'GetDelegate',
  'GetDiscoverySearchConfiguration',
  'GetHoldOnMailboxes',
  'GetInboxRules',
  'GetMailTips',
  'GetMessageTrackingReport',
  'GetNonIndexableItemDetails',
  'GetNonIndexableItemStatistics',
  'GetPasswordExpirationDate',
  'GetPhoneCallInformation',
  'GetReminders',
  'GetRoomLists',
  'GetRooms',
  'GetSearchableMailboxes',
  'GetServerTimeZones',
  'GetServiceConfiguration',
  'GetUserAvailability',
  'GetUserOofSettings',
  'GetUserPhoto',
  'GetUserRetentionPolicyTags',
  'PlayOnPhone',
  'RemoveDelegate',
  'SearchMailboxes',
  'SetHoldOnMailboxes',
  'SetTeamMailbox',
  'SetUserOofSettings',
  'SetUserPhoto',
  'UninstallApp',
  'UnpinTeamMailbox',
  'UpdateDelegate',
  'UpdateInboxRules',
];

test('every operation that takes ids has been asked', () => {
  const asked = new Set(idPlaces.map(({ name }) => name.split(' ')[0]));
  expect(Object.keys(contracts).filter((name) => !asked.has(name))).toEqual(without);
});

// What is followed together, or left out together, has one answer, which names what is wrong once.
const together: readonly string[] = ['Subscribe', 'GetStreamingEvents', 'GetConversationItems that ignores', 'PerformReminderAction'];

/** The others take their ids in the same ways: a thousand show it. */
const many: readonly string[] = ['GetItem', 'UpdateItem', 'DeleteItem', 'GetAttachment', 'GetFolder', 'ConvertId'];

describe('thousands of bad ids in one request', () => {
  test.each(idPlaces.filter(({ isList }) => isList))('$name', async (place) => {
    const few = columns(place).filter((column) => column !== 'empty' && !(column in own));
    const wanted = Array.from({ length: many.includes(place.name) ? 10_000 : 1_000 }, (_, index) => few[index % few.length] ?? 'gone');
    const { status, body } = await lab.ews(mary, fill(place.body(wanted.map((column) => idOf(place, column)))));
    expect(status).toBe(200);
    const codes = [...body.matchAll(/ResponseCode>(\w+)</g)].map(([, code]) => code);
    if (together.includes(place.name)) expect(few.map((column) => usual[place.kind][column])).toEqual(expect.arrayContaining(codes));
    else expect(codes).toEqual(wanted.map((column) => unusual[place.name]?.[column] ?? usual[place.kind][column]));
  });
});
