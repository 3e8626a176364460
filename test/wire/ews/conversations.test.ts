import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, attributes, texts } from './answers.ts';

const mary = 'mary@contoso.test';
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
});
beforeEach(() => lab.reset());
afterAll(() => lab.close());

interface Mail {
  readonly id: string;
  readonly conversation: string;
  readonly subject: string;
  readonly received: string;
  readonly isRead: boolean;
  readonly folder: string;
}

async function mailIn(folder: string): Promise<readonly Mail[]> {
  const uris = ['item:Subject', 'item:DateTimeReceived', 'message:IsRead', 'item:ConversationId'];
  const shape = uris.map((uri) => `<t:FieldURI FieldURI="${uri}"/>`).join('');
  const { body } = await lab.ews(
    mary,
    `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${shape}</t:AdditionalProperties></m:ItemShape>` +
      `<m:ParentFolderIds><t:DistinguishedFolderId Id="${folder}"/></m:ParentFolderIds></m:FindItem>`,
  );
  return all(body, 'Message').map((message) => ({
    id: attributes(message, 'ItemId', 'Id')[0] ?? '',
    conversation: attributes(message, 'ConversationId', 'Id')[0] ?? '',
    subject: texts(message, 'Subject')[0] ?? '',
    received: texts(message, 'DateTimeReceived')[0] ?? '',
    isRead: texts(message, 'IsRead')[0] === 'true',
    folder,
  }));
}

interface Find {
  readonly attributes?: string;
  readonly view?: string;
  readonly order?: string;
  readonly folder?: string;
  readonly rest?: string;
}

async function find({ attributes: given = '', view = '', order = '', folder = 'inbox', rest = '' }: Find = {}): Promise<string> {
  const { body } = await lab.ews(
    mary,
    `<m:FindConversation${given}>${view}${order}<m:ParentFolderId><t:DistinguishedFolderId Id="${folder}"/></m:ParentFolderId>${rest}</m:FindConversation>`,
  );
  return body;
}

const idsOf = (answer: string): readonly (string | undefined)[] => attributes(answer, 'ConversationId', 'Id');

describe('FindConversation', () => {
  test('counts what a plain look at the folder counts, latest first', async () => {
    const inbox = await mailIn('inbox');
    const groups = Map.groupBy(inbox, ({ conversation }) => conversation);
    expect(groups.size).toBeLessThan(inbox.length);
    const latest = (mail: readonly Mail[]): string =>
      mail
        .map(({ received }) => received)
        .toSorted()
        .at(-1) ?? '';
    const answer = await find();
    expect(texts(answer, 'ResponseCode')).toEqual(['NoError']);
    expect(new Set(idsOf(answer))).toEqual(new Set(groups.keys()));
    expect(texts(answer, 'TotalConversationsInView')).toEqual([String(groups.size)]);
    const times = texts(answer, 'LastDeliveryTime');
    expect(times).toEqual(times.toSorted().toReversed());
    for (const conversation of all(answer, 'Conversation')) {
      const mail = groups.get(attributes(conversation, 'ConversationId', 'Id')[0] ?? '') ?? [];
      expect(texts(conversation, 'MessageCount')).toEqual([String(mail.length)]);
      expect(texts(conversation, 'UnreadCount')).toEqual([String(mail.filter(({ isRead }) => !isRead).length)]);
      expect(texts(conversation, 'LastDeliveryTime')).toEqual([latest(mail)]);
      const own = attributes(all(conversation, 'ItemIds')[0] ?? '<x/>', 'ItemId', 'Id');
      expect(new Set(own)).toEqual(new Set(mail.map(({ id }) => id)));
      expect(Number(texts(conversation, 'GlobalMessageCount')[0])).toBeGreaterThanOrEqual(mail.length);
    }
  });

  test('pages, ascending, and says where the next page begins', async () => {
    const order =
      '<m:SortOrder><t:FieldOrder Order="Ascending"><t:FieldURI FieldURI="conversation:LastDeliveryTime"/></t:FieldOrder></m:SortOrder>';
    const whole = idsOf(await find({ order }));
    const view = '<m:IndexedPageItemView MaxEntriesReturned="3" Offset="2" BasePoint="Beginning"/>';
    const page = await find({ view, order });
    expect(idsOf(page)).toEqual(whole.slice(2, 5));
    expect(texts(page, 'IndexedOffset')).toEqual(['5']);
    const bySubject = order.replace('conversation:LastDeliveryTime', 'conversation:Size');
    expect(texts(await find({ order: bySubject }), 'ResponseCode')).toEqual(['ErrorUnsupportedPathForSortGroup']);
  });

  test('filters and query strings: one item that fits is enough', async () => {
    const inbox = await mailIn('inbox');
    const unread = new Set(inbox.filter(({ isRead }) => !isRead).map(({ conversation }) => conversation));
    expect(new Set(idsOf(await find({ attributes: ' ViewFilter="Unread"' })))).toEqual(unread);
    const birch = new Set(inbox.filter(({ subject }) => /birch/i.test(subject)).map(({ conversation }) => conversation));
    const answer = await find({ rest: '<m:QueryString ReturnHighlightTerms="true">subject:birch</m:QueryString>' });
    expect(new Set(idsOf(answer))).toEqual(birch);
    expect(texts(answer, 'Value')).toEqual(['birch']);
    expect(idsOf(await find({ attributes: ' ViewFilter="ToOrCcMe"' })).length).toBeGreaterThan(3);
    expect(idsOf(await find({ attributes: ' ViewFilter="TaskOverdue"' }))).toEqual([]);
    expect(texts(await find({ attributes: ' ViewFilter="Clutter"' }), 'ResponseCode')).toEqual(['ErrorInvalidOperation']);
  });

  test('a deep traversal looks below the folder', async () => {
    expect(idsOf(await find({ folder: 'msgfolderroot' }))).toEqual([]);
    const deep = idsOf(await find({ folder: 'msgfolderroot', attributes: ' Traversal="Deep"' }));
    expect(deep).toEqual(expect.arrayContaining([...idsOf(await find())]));
  });

  test('shapes', async () => {
    const shape = (base: string, uri: string): string =>
      `<m:ConversationShape><t:BaseShape>${base}</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="${uri}"/></t:AdditionalProperties></m:ConversationShape>`;
    const few = await find({ rest: shape('IdOnly', 'conversation:Preview') });
    expect(all(few, 'MessageCount')).toEqual([]);
    expect(texts(few, 'Preview').length).toBeGreaterThan(3);
    expect(texts(await find({ rest: shape('Default', 'item:Subject') }), 'ResponseCode')).toEqual(['ErrorInvalidPropertyRequest']);
  });

  test('nobody else sees them', async () => {
    const body =
      '<m:FindConversation><m:ParentFolderId><t:DistinguishedFolderId Id="inbox"><t:Mailbox><t:EmailAddress>mary@contoso.test</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId></m:ParentFolderId></m:FindConversation>';
    expect(texts((await lab.ews('adam@contoso.test', body)).body, 'ResponseCode')).toEqual(['ErrorAccessDenied']);
  });
});

test('one conversation of many items, read in slices: all are counted, a thousand are named', async () => {
  const count = 1_100;
  const message = '<t:Message><t:Subject>Long story</t:Subject></t:Message>';
  const create = (messages: string): Promise<unknown> =>
    lab.ews(
      mary,
      `<m:CreateItem MessageDisposition="SaveOnly"><m:SavedItemFolderId><t:DistinguishedFolderId Id="notes"/></m:SavedItemFolderId><m:Items>${messages}</m:Items></m:CreateItem>`,
    );
  await create(message.repeat(count));
  await create(message.replace('Long', 'Short').repeat(2));
  const answer = await find({ folder: 'notes' });
  const sizes = all(answer, 'Conversation').map((one) => [
    ...['MessageCount', 'GlobalMessageCount', 'GlobalUnreadCount'].map((name) => Number(texts(one, name)[0])),
    ...['ItemIds', 'GlobalItemIds'].map((name) => attributes(all(one, name)[0] ?? '<x/>', 'ItemId', 'Id').length),
  ]);
  expect(sizes.toSorted(([one = 0], [other = 0]) => one - other)).toEqual([
    [2, 2, 0, 2, 2],
    [count, count, 0, 1_000, 1_000],
  ]);
  const { body } = await lab.ews(
    mary,
    `<m:GetConversationItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:Conversations>${idsOf(answer)
      .map((id) => `<t:Conversation><t:ConversationId Id="${id}"/></t:Conversation>`)
      .join('')}</m:Conversations></m:GetConversationItems>`,
  );
  const items = all(body, 'Conversation').map((one) => new Set(attributes(one, 'ItemId', 'Id')).size);
  expect(items.toSorted((one, other) => one - other)).toEqual([2, 1_000]);
});

/** The conversation with the most messages in the Inbox, and all messages of it, wherever they lie. */
async function largest(): Promise<{ readonly conversation: string; readonly mail: readonly Mail[] }> {
  const everything = (await Promise.all(['inbox', 'sentitems', 'drafts', 'deleteditems', 'junkemail'].map(mailIn))).flat();
  const groups = [...Map.groupBy(everything, ({ conversation }) => conversation)];
  const inInbox = (mail: readonly Mail[]): number => mail.filter(({ folder }) => folder === 'inbox').length;
  const [conversation, mail] = groups.toSorted(([, one], [, other]) => inInbox(other) - inInbox(one))[0] ?? ['', []];
  return { conversation, mail };
}

describe('GetConversationItems', () => {
  test('of no conversation at all', async () => {
    const shape = '<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>';
    const answer = await lab.ews(mary, `<m:GetConversationItems>${shape}<m:Conversations/></m:GetConversationItems>`);
    expect([answer.status, texts(answer.body, 'ResponseCode')]).toEqual([500, ['ErrorMissingArgument']]);
  });

  async function get(conversation: string, { order = '', ignore = '', most = '', state = '' } = {}): Promise<string> {
    const { body } = await lab.ews(
      mary,
      `<m:GetConversationItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:DateTimeReceived"/></t:AdditionalProperties></m:ItemShape>` +
        `${ignore === '' ? '' : `<m:FoldersToIgnore><t:DistinguishedFolderId Id="${ignore}"/></m:FoldersToIgnore>`}` +
        `${most === '' ? '' : `<m:MaxItemsToReturn>${most}</m:MaxItemsToReturn>`}${order === '' ? '' : `<m:SortOrder>${order}</m:SortOrder>`}` +
        `<m:Conversations><t:Conversation><t:ConversationId Id="${conversation}"/>${state === '' ? '' : `<t:SyncState>${state}</t:SyncState>`}</t:Conversation></m:Conversations></m:GetConversationItems>`,
    );
    return body;
  }

  test('all items of all folders, in the order asked for', async () => {
    const { conversation, mail } = await largest();
    expect(mail.length).toBeGreaterThan(1);
    const ascending = await get(conversation, { order: 'DateOrderAscending' });
    expect(new Set(attributes(ascending, 'ItemId', 'Id'))).toEqual(new Set(mail.map(({ id }) => id)));
    const times = texts(ascending, 'DateTimeReceived');
    expect(times).toEqual(times.toSorted());
    const tree = texts(await get(conversation, { order: 'TreeOrderAscending' }), 'InternetMessageId');
    expect(texts(await get(conversation, { order: 'TreeOrderDescending' }), 'InternetMessageId')).toEqual(tree.toReversed());
    const answer = await get(conversation);
    for (const node of all(answer, 'ConversationNode')) {
      const parent = texts(node, 'ParentInternetMessageId')[0];
      const own = texts(node, 'InternetMessageId')[0] ?? '';
      if (parent !== undefined && tree.includes(parent)) expect(tree.indexOf(parent)).toBeLessThan(tree.indexOf(own));
    }
  });

  test('folders to ignore, and so many at most', async () => {
    const { conversation, mail } = await largest();
    expect(attributes(await get(conversation, { most: '1' }), 'ItemId', 'Id')).toHaveLength(1);
    const rest = mail.filter(({ folder }) => folder !== 'inbox').length;
    const ignored = await get(conversation, { ignore: 'inbox' });
    if (rest === 0) expect(texts(ignored, 'ResponseCode')).toEqual(['ErrorItemNotFound']);
    else expect(attributes(ignored, 'ItemId', 'Id')).toHaveLength(rest);
  });

  test('with a sync state only the nodes in which something changed', async () => {
    const { conversation, mail } = await largest();
    const first = await get(conversation);
    const state = texts(first, 'SyncState')[0] ?? '';
    const again = await get(conversation, { state });
    expect(all(again, 'ConversationNode')).toEqual([]);
    const changed = mail.find(({ folder }) => folder === 'inbox');
    await lab.ews(
      mary,
      `<m:UpdateItem MessageDisposition="SaveOnly" ConflictResolution="AlwaysOverwrite"><m:ItemChanges><t:ItemChange><t:ItemId Id="${changed?.id}"/><t:Updates><t:SetItemField><t:FieldURI FieldURI="item:Importance"/><t:Message><t:Importance>High</t:Importance></t:Message></t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
    );
    expect(attributes(await get(conversation, { state }), 'ItemId', 'Id')).toContain(changed?.id);
    expect(all(await get(conversation, { state }), 'ConversationNode')).toHaveLength(1);
    expect(texts(await get(conversation, { state: 'AAAA' }), 'ResponseCode')).toEqual(['ErrorInvalidSyncStateData']);
  });

  test('ids that are none, and conversations that are gone', async () => {
    const { conversation } = await largest();
    expect(texts(await get('AAQk'), 'ResponseCode')).toEqual(['ErrorInvalidIdMalformed']);
    const octets = Buffer.from(conversation, 'base64');
    octets[octets.length - 1] = (octets.at(-1) ?? 0) ^ 1;
    expect(texts(await get(octets.toString('base64')), 'ResponseCode')).toEqual(['ErrorItemNotFound']);
  });
});

describe('ApplyConversationAction', () => {
  async function apply(conversation: string, action: string, rest = '', context = ''): Promise<readonly string[]> {
    const { body } = await lab.ews(
      mary,
      `<m:ApplyConversationAction><m:ConversationActions><t:ConversationAction><t:Action>${action}</t:Action><t:ConversationId Id="${conversation}"/>` +
        `${context === '' ? '' : `<t:ContextFolderId><t:DistinguishedFolderId Id="${context}"/></t:ContextFolderId>`}${rest}</t:ConversationAction></m:ConversationActions></m:ApplyConversationAction>`,
    );
    return texts(body, 'ResponseCode');
  }
  const of = async (conversation: string, folder: string): Promise<readonly Mail[]> =>
    (await mailIn(folder)).filter((mail) => mail.conversation === conversation);

  test('marks the items of one folder, and of all', async () => {
    const { conversation } = await largest();
    expect(await apply(conversation, 'SetReadState', '<t:IsRead>false</t:IsRead>', 'inbox')).toEqual(['NoError']);
    expect(new Set((await of(conversation, 'inbox')).map(({ isRead }) => isRead))).toEqual(new Set([false]));
    expect(await apply(conversation, 'SetReadState', '<t:IsRead>true</t:IsRead>')).toEqual(['NoError']);
    expect(new Set((await of(conversation, 'inbox')).map(({ isRead }) => isRead))).toEqual(new Set([true]));
    expect(await apply(conversation, 'Flag', '<t:Flag><t:FlagStatus>Flagged</t:FlagStatus></t:Flag>', 'inbox')).toEqual(['NoError']);
    expect(idsOf(await find({ attributes: ' ViewFilter="Flagged"' }))).toContain(conversation);
  });

  test('moves and deletes, but not what came after the client has looked', async () => {
    const { conversation } = await largest();
    const before = await of(conversation, 'inbox');
    const oldest = before.map(({ received }) => received).toSorted()[0] ?? '';
    const until = new Date(Date.parse(oldest) + 1_000).toISOString();
    const move = '<t:DestinationFolderId><t:DistinguishedFolderId Id="notes"/></t:DestinationFolderId>';
    expect(await apply(conversation, 'Move', `<t:ConversationLastSyncTime>${until}</t:ConversationLastSyncTime>${move}`, 'inbox')).toEqual([
      'NoError',
    ]);
    const moved = before.filter(({ received }) => received <= until).length;
    expect(await of(conversation, 'notes')).toHaveLength(moved);
    expect(await of(conversation, 'inbox')).toHaveLength(before.length - moved);
    expect(await apply(conversation, 'Copy', move, 'inbox')).toEqual(['NoError']);
    expect(await of(conversation, 'notes')).toHaveLength(before.length);
    expect(await of(conversation, 'inbox')).toHaveLength(before.length - moved);
    expect(await apply(conversation, 'Delete', '<t:DeleteType>MoveToDeletedItems</t:DeleteType>')).toEqual(['NoError']);
    for (const folder of ['inbox', 'notes', 'sentitems']) expect(await of(conversation, folder)).toEqual([]);
    expect((await of(conversation, 'deleteditems')).length).toBeGreaterThanOrEqual(before.length);
  });

  const send = async (subject: string): Promise<void> => {
    const { body } = await lab.ews(
      'adam@contoso.test',
      `<m:CreateItem MessageDisposition="SendOnly"><m:Items><t:Message><t:Subject>${subject}</t:Subject><t:ToRecipients><t:Mailbox><t:EmailAddress>${mary}</t:EmailAddress></t:Mailbox></t:ToRecipients></t:Message></m:Items></m:CreateItem>`,
    );
    expect(texts(body, 'ResponseCode')).toEqual(['NoError']);
  };
  const started = async (subject: string): Promise<string> => {
    await send(subject);
    return (await mailIn('inbox')).find((mail) => mail.subject === subject)?.conversation ?? '';
  };
  const counts = async (conversation: string, folders: readonly string[]): Promise<readonly number[]> => {
    const found: number[] = [];
    for (const folder of folders) found.push((await of(conversation, folder)).length);
    return found;
  };

  test('AlwaysMove moves what is there and what comes later, until it is ended', async () => {
    const conversation = await started('Elderberry');
    const places = ['inbox', 'notes', 'journal'];
    expect(await counts(conversation, places)).toEqual([1, 0, 0]);
    const to = (folder: string): string => `<t:DestinationFolderId><t:DistinguishedFolderId Id="${folder}"/></t:DestinationFolderId>`;
    expect(await apply(conversation, 'AlwaysMove', `<t:ProcessRightAway>true</t:ProcessRightAway>${to('notes')}`)).toEqual(['NoError']);
    await send('RE: Elderberry');
    await send('RE: Elder');
    expect(await counts(conversation, places)).toEqual([0, 2, 0]);
    expect(await apply(conversation, 'AlwaysMove', to('journal'))).toEqual(['NoError']);
    await send('RE: Elderberry');
    expect(await counts(conversation, places)).toEqual([0, 0, 3]);
    expect(await apply(conversation, 'AlwaysMove')).toEqual(['NoError']);
    await send('RE: Elderberry');
    expect(await counts(conversation, places)).toEqual([1, 0, 3]);
  });

  test('AlwaysDelete ignores a conversation; when that ends its items are in the Inbox again', async () => {
    const conversation = await started('Medlar');
    const places = ['inbox', 'deleteditems'];
    const ignoring = (on: boolean): Promise<readonly string[]> =>
      apply(conversation, 'AlwaysDelete', `<t:EnableAlwaysDelete>${on}</t:EnableAlwaysDelete>`);
    expect(await ignoring(true)).toEqual(['NoError']);
    await send('RE: Medlar');
    expect(await counts(conversation, places)).toEqual([0, 2]);
    expect(await ignoring(false)).toEqual(['NoError']);
    await send('RE: Medlar');
    expect(await counts(conversation, places)).toEqual([3, 0]);
    expect(await apply(conversation, 'Delete', '<t:DeleteType>MoveToDeletedItems</t:DeleteType>')).toEqual(['NoError']);
    expect(await ignoring(false)).toEqual(['NoError']);
    expect(await counts(conversation, places)).toEqual([0, 3]);
  });

  test('AlwaysCategorize: beside the categories that an item has; kept in a message of the settings folder', async () => {
    const conversation = await started('Sloe');
    const categorize = (...names: readonly string[]): Promise<readonly string[]> =>
      apply(
        conversation,
        'AlwaysCategorize',
        `<t:Categories>${names.map((name) => `<t:String>${name}</t:String>`).join('')}</t:Categories>`,
      );
    expect(await categorize('Red', 'Blue')).toEqual(['NoError']);
    await send('RE: Sloe');
    const shown = async (): Promise<readonly string[][]> => {
      const shape = ['item:Subject', 'item:Categories'].map((uri) => `<t:FieldURI FieldURI="${uri}"/>`).join('');
      const { body } = await lab.ews(
        mary,
        `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${shape}</t:AdditionalProperties></m:ItemShape><m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>`,
      );
      return all(body, 'Message')
        .filter((message) => texts(message, 'Subject')[0]?.includes('Sloe'))
        .map((message) => [...texts(message, 'String')]);
    };
    expect(await shown()).toEqual([
      ['Red', 'Blue'],
      ['Red', 'Blue'],
    ]);
    expect(await categorize('Green')).toEqual(['NoError']);
    expect(new Set((await shown()).map(String))).toEqual(new Set(['Red,Blue,Green']));
    const { body: folders } = await lab.ews(
      mary,
      '<m:FindFolder Traversal="Shallow"><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:ParentFolderIds><t:DistinguishedFolderId Id="msgfolderroot"/></m:ParentFolderIds></m:FindFolder>',
    );
    const settings = all(folders, 'Folder').find((one) => texts(one, 'DisplayName')[0] === 'Conversation Action Settings');
    const id = attributes(settings ?? '<x/>', 'FolderId', 'Id')[0];
    const kept = async (): Promise<readonly string[]> => {
      const { body } = await lab.ews(
        mary,
        `<m:FindItem Traversal="Associated"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:ItemClass"/><t:FieldURI FieldURI="item:Subject"/></t:AdditionalProperties></m:ItemShape><m:ParentFolderIds><t:FolderId Id="${id}"/></m:ParentFolderIds></m:FindItem>`,
      );
      return [...texts(body, 'ItemClass'), ...texts(body, 'Subject')];
    };
    expect(await kept()).toEqual(['IPM.ConversationAction', 'Sloe']);
    expect(await apply(conversation, 'AlwaysCategorize')).toEqual(['NoError']);
    expect(await kept()).toEqual([]);
    await send('RE: Sloe');
    expect(new Set((await shown()).map(String))).toEqual(new Set(['Red,Blue,Green', '']));
  });

  test('SetRetentionPolicy gives the items a tag, and takes it away', async () => {
    const conversation = await started('Damson');
    const guid = '0d7bd2ab-6d1b-4c8e-8c0b-8f4a6f6f2c11';
    const tagged = async (): Promise<readonly string[]> => {
      const [mail] = await of(conversation, 'inbox');
      const shape = ['item:PolicyTag', 'item:ArchiveTag'].map((uri) => `<t:FieldURI FieldURI="${uri}"/>`).join('');
      const { body } = await lab.ews(
        mary,
        `<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${shape}</t:AdditionalProperties></m:ItemShape><m:ItemIds><t:ItemId Id="${mail?.id}"/></m:ItemIds></m:GetItem>`,
      );
      return ['PolicyTag', 'ArchiveTag'].flatMap((name) => [...texts(body, name), ...attributes(body, name, 'IsExplicit')].map(String));
    };
    const type = (name: string): string => `<t:RetentionPolicyType>${name}</t:RetentionPolicyType>`;
    const id = `<t:RetentionPolicyTagId>${guid}</t:RetentionPolicyTagId>`;
    for (const name of ['Delete', 'Archive']) expect(await apply(conversation, 'SetRetentionPolicy', type(name) + id)).toEqual(['NoError']);
    expect(await tagged()).toEqual([guid, 'true', guid, 'true']);
    expect(await apply(conversation, 'SetRetentionPolicy', type('Delete'))).toEqual(['NoError']);
    expect(await tagged()).toEqual([guid, 'true']);
  });

  test('what it does not do it says, and what is missing too', async () => {
    const { conversation } = await largest();
    const hard = '<t:EnableAlwaysDelete>true</t:EnableAlwaysDelete><t:DeleteType>HardDelete</t:DeleteType>';
    const tag = '<t:RetentionPolicyType>Delete</t:RetentionPolicyType><t:RetentionPolicyTagId>none</t:RetentionPolicyTagId>';
    expect(await apply(conversation, 'SetRetentionPolicy', tag)).toEqual(['ErrorInvalidRetentionTagIdGuid']);
    expect(await apply(conversation, 'AlwaysDelete', hard)).toEqual(['ErrorInvalidOperation']);
    for (const action of ['Move', 'Copy', 'Delete', 'SetReadState', 'Flag', 'AlwaysDelete', 'SetRetentionPolicy'])
      expect([action, await apply(conversation, action)]).toEqual([action, ['ErrorMissingArgument']]);
  });
});
