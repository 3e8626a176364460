import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, attributes, texts } from './answers.ts';
import { largest, type Mail, mailIn, mary } from './conversation-mail.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
});
beforeEach(() => lab.reset());
afterAll(() => lab.close());

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
    const inbox = await mailIn(lab, 'inbox');
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

  test('a page that begins with the first conversation, or ends with the last, of which an item meets a condition', async () => {
    const whole = idsOf(await find());
    const inbox = await mailIn(lab, 'inbox');
    const unread = whole.map((id) => inbox.some(({ conversation, isRead }) => conversation === id && !isRead));
    const first = unread.indexOf(true);
    const last = unread.lastIndexOf(true);
    expect([first >= 0, last > first]).toEqual([true, true]);
    const seek = (value: string, base: string) => {
      const condition = `<t:IsEqualTo><t:FieldURI FieldURI="message:IsRead"/><t:FieldURIOrConstant><t:Constant Value="${value}"/></t:FieldURIOrConstant></t:IsEqualTo>`;
      return find({
        view: `<m:SeekToConditionPageItemView BasePoint="${base}" MaxEntriesReturned="2"><t:Condition>${condition}</t:Condition></m:SeekToConditionPageItemView>`,
      });
    };
    expect(idsOf(await seek('false', 'Beginning'))).toEqual(whole.slice(first, first + 2));
    expect(idsOf(await seek('false', 'End'))).toEqual(whole.slice(Math.max(0, last - 1), last + 1));
    const none = await find({
      view: '<m:SeekToConditionPageItemView BasePoint="Beginning"><t:Condition><t:Contains><t:FieldURI FieldURI="item:Subject"/><t:Constant Value="nowhere at all"/></t:Contains></t:Condition></m:SeekToConditionPageItemView>',
    });
    expect([texts(none, 'ResponseCode'), idsOf(none), texts(none, 'TotalConversationsInView')]).toEqual([
      ['NoError'],
      [],
      [String(whole.length)],
    ]);
  });

  test('filters and query strings: one item that fits is enough', async () => {
    const inbox = await mailIn(lab, 'inbox');
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
    const { conversation, mail } = await largest(lab);
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
    const { conversation, mail } = await largest(lab);
    expect(attributes(await get(conversation, { most: '1' }), 'ItemId', 'Id')).toHaveLength(1);
    const rest = mail.filter(({ folder }) => folder !== 'inbox').length;
    const ignored = await get(conversation, { ignore: 'inbox' });
    if (rest === 0) expect(texts(ignored, 'ResponseCode')).toEqual(['ErrorItemNotFound']);
    else expect(attributes(ignored, 'ItemId', 'Id')).toHaveLength(rest);
  });

  test('with a sync state only the nodes in which something changed', async () => {
    const { conversation, mail } = await largest(lab);
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
    const { conversation } = await largest(lab);
    expect(texts(await get('AAQk'), 'ResponseCode')).toEqual(['ErrorInvalidIdMalformed']);
    const octets = Buffer.from(conversation, 'base64');
    octets[octets.length - 1] = (octets.at(-1) ?? 0) ^ 1;
    expect(texts(await get(octets.toString('base64')), 'ResponseCode')).toEqual(['ErrorItemNotFound']);
  });
});
