import { afterAll, beforeAll, expect, test } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { decodeConversationId } from '../../../shared/protocols/ews/conversation-id.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, attributes, texts } from './answers.ts';
import { largest, type Mail, mary } from './conversation-mail.ts';

let lab: TestLab;
let conversation: string;
let mail: readonly Mail[];
/** One of the two or more in the Inbox. */
let archived: Mail;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
  await runCmdlet(lab, 'contoso', 'Enable-Mailbox mary -Archive');
  ({ conversation, mail } = await largest(lab));
  archived = present(
    mail.find(({ folder }) => folder === 'inbox'),
    'mail in the Inbox',
  );
  await ask(
    `<m:ArchiveItem><m:ArchiveSourceFolderId><t:DistinguishedFolderId Id="inbox"/></m:ArchiveSourceFolderId><m:ItemIds><t:ItemId Id="${archived.id}"/></m:ItemIds></m:ArchiveItem>`,
  );
});
afterAll(() => lab.close());

const ask = async (body: string, who = mary): Promise<string> => (await lab.ews(who, body)).body;
const scopeOf = (scope: string): string => (scope === '' ? '' : `<m:MailboxScope>${scope}</m:MailboxScope>`);
const items = (scope: string, state = '', id = conversation): Promise<string> =>
  ask(
    `<m:GetConversationItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:Subject"/><t:FieldURI FieldURI="item:DateTimeReceived"/></t:AdditionalProperties></m:ItemShape>${scopeOf(scope)}<m:Conversations><t:Conversation><t:ConversationId Id="${id}"/>${state === '' ? '' : `<t:SyncState>${state}</t:SyncState>`}</t:Conversation></m:Conversations></m:GetConversationItems>`,
  );
const idsIn = (answer: string): readonly (string | undefined)[] => attributes(answer, 'ItemId', 'Id');
const find = (scope: string, { who = mary, rest = '', folder = 'inbox' } = {}): Promise<string> =>
  ask(
    `<m:FindConversation${rest}><m:IndexedPageItemView MaxEntriesReturned="50" Offset="0" BasePoint="Beginning"/><m:ParentFolderId><t:DistinguishedFolderId Id="${folder}"/></m:ParentFolderId>${scopeOf(scope)}<m:QueryString>subject:"${archived.subject.replace(/^(RE|FW): /, '')}"</m:QueryString><m:ConversationShape><t:BaseShape>AllProperties</t:BaseShape></m:ConversationShape></m:FindConversation>`,
    who,
  );

test('items of a conversation are those of the mailbox, of its archive, or of both', async () => {
  const stay = mail.filter((one) => one !== archived).map(({ id }) => id);
  expect(new Set(idsIn(await items('')))).toEqual(new Set(stay));
  expect(new Set(idsIn(await items('PrimaryOnly')))).toEqual(new Set(stay));
  const gone = await items('ArchiveOnly');
  expect([idsIn(gone).length, texts(gone, 'Subject')]).toEqual([1, [archived.subject]]);
  const both = await items('All');
  expect(new Set(idsIn(both))).toEqual(new Set([...stay, ...idsIn(gone)]));
  const times = texts(await items('All'), 'DateTimeReceived');
  expect(times.toSorted()).toEqual(mail.map(({ received }) => received).toSorted());
  const own = decodeConversationId(conversation);
  expect(attributes(gone, 'ConversationId', 'Id').map((id) => decodeConversationId(id ?? '')?.conversation)).toEqual([own?.conversation]);
});

test('a sync state tells what is new in each of them, and is of one scope', async () => {
  const state = texts(await items('All'), 'SyncState')[0] ?? '';
  expect(all(await items('All', state), 'ConversationNode')).toEqual([]);
  const [there] = idsIn(await items('ArchiveOnly'));
  await ask(
    `<m:UpdateItem MessageDisposition="SaveOnly" ConflictResolution="AlwaysOverwrite"><m:ItemChanges><t:ItemChange><t:ItemId Id="${there}"/><t:Updates><t:SetItemField><t:FieldURI FieldURI="item:Importance"/><t:Message><t:Importance>High</t:Importance></t:Message></t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
  );
  expect(idsIn(await items('All', state))).toEqual([there]);
  expect(texts(await items('ArchiveOnly', state), 'ResponseCode')).toEqual(['ErrorInvalidSyncStateData']);
});

test('conversations are found in the folder, in the one of the archive with its path, or in both', async () => {
  const inInbox = mail.filter(({ folder }) => folder === 'inbox').length;
  const told = async (scope: string): Promise<readonly (readonly string[])[]> => {
    const [one = ''] = all(await find(scope), 'Conversation');
    return ['MessageCount', 'GlobalMessageCount', 'MailboxScope'].map((name) => texts(one, name));
  };
  expect(await told('PrimaryOnly')).toEqual([[String(inInbox - 1)], [String(mail.length - 1)], ['PrimaryOnly']]);
  expect(await told('ArchiveOnly')).toEqual([['1'], ['1'], ['ArchiveOnly']]);
  expect(await told('All')).toEqual([[String(inInbox)], [String(mail.length)], ['All']]);
  const both = await find('All');
  expect(texts(both, 'TotalConversationsInView')).toEqual(['1']);
  expect(new Set(attributes(all(both, 'GlobalItemIds')[0] ?? '', 'ItemId', 'Id'))).toEqual(new Set(idsIn(await items('All'))));
  expect(attributes(both, 'ConversationId', 'Id')).toEqual([conversation]);
  // A folder that the archive has none for.
  expect(texts(await find('ArchiveOnly', { folder: 'drafts' }), 'TotalConversationsInView')).toEqual(['0']);
  expect(texts(await find('ArchiveOnly', { folder: 'msgfolderroot', rest: ' Traversal="Deep"' }), 'TotalConversationsInView')).toEqual([
    '1',
  ]);
});

test('the archive itself is looked at by its own folders, and what is archived leads back', async () => {
  const there = await find('', { folder: 'archivemsgfolderroot', rest: ' Traversal="Deep"' });
  expect([texts(there, 'TotalConversationsInView'), texts(there, 'MailboxScope')]).toEqual([['1'], ['ArchiveOnly']]);
  const id = attributes(there, 'ConversationId', 'Id')[0] ?? '';
  expect(id).not.toBe(conversation);
  expect(idsIn(await items('All', '', id)).length).toBe(mail.length);
  expect(idsIn(await items('', '', id)).length).toBe(1);
});

test('whoever has no archive has nothing there', async () => {
  const rob = { who: 'rob@contoso.test' };
  expect(texts(await find('ArchiveOnly', rob), 'ResponseCode')).toEqual(['ErrorArchiveMailboxNotEnabled']);
  expect(texts(await find('All', rob), 'ResponseCode')).toEqual(['NoError']);
});
