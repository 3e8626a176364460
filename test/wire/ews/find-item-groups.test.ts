import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireFolder } from '../../../shared/domain/mailbox/folders.ts';
import { createItem } from '../../../shared/domain/mailbox/item-writes.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import { decodeId } from '../../../shared/protocols/ews/item-id.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, attributes, ids, responses, texts } from './answers.ts';

const mary = 'mary@contoso.test';
let lab: TestLab;
let mail: readonly Mail[];
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
  mail = rows(await find({ view: page(0, 1_000) }));
});
afterAll(() => lab.close());

interface Mail {
  readonly id: string;
  readonly subject: string;
  readonly from: string;
  readonly received: string;
  readonly isRead: boolean;
}

interface Search {
  readonly folder?: string;
  readonly view?: string;
  readonly grouping?: string;
  readonly restriction?: string;
  readonly order?: string;
  readonly query?: string;
}

async function find({ folder = 'inbox', view = '', grouping = '', restriction = '', order = '', query = '' }: Search): Promise<string> {
  const uris = ['item:Subject', 'message:From', 'item:DateTimeReceived', 'message:IsRead'];
  const shape = uris.map((uri) => `<t:FieldURI FieldURI="${uri}"/>`).join('');
  const body =
    `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${shape}</t:AdditionalProperties></m:ItemShape>` +
    `${view}${grouping}${restriction === '' ? '' : `<m:Restriction>${restriction}</m:Restriction>`}` +
    `${order === '' ? '' : `<m:SortOrder>${order}</m:SortOrder>`}` +
    `<m:ParentFolderIds><t:DistinguishedFolderId Id="${folder}"/></m:ParentFolderIds>${query}</m:FindItem>`;
  return (await lab.ews(mary, body)).body;
}

const page = (offset: number, count: number, base = 'Beginning'): string =>
  `<m:IndexedPageItemView MaxEntriesReturned="${count}" Offset="${offset}" BasePoint="${base}"/>`;
const by = (uri: string, order: string): string => `<t:FieldOrder Order="${order}"><t:FieldURI FieldURI="${uri}"/></t:FieldOrder>`;
const query = (text: string, attributes = ''): string => `<m:QueryString${attributes}>${text}</m:QueryString>`;
const equal = (uri: string, value: string): string =>
  `<t:IsEqualTo><t:FieldURI FieldURI="${uri}"/><t:FieldURIOrConstant><t:Constant Value="${value}"/></t:FieldURIOrConstant></t:IsEqualTo>`;

function rows(answer: string): readonly Mail[] {
  expect(responses(answer)).toMatchObject([{ code: 'NoError' }]);
  return all(answer, 'Message').map((message) => ({
    id: attributes(message, 'ItemId', 'Id')[0] ?? '',
    subject: texts(message, 'Subject')[0] ?? '',
    from: texts(message, 'Name')[0] ?? '',
    received: texts(message, 'DateTimeReceived')[0] ?? '',
    isRead: texts(message, 'IsRead')[0] === 'true',
  }));
}

describe('groups', () => {
  const byFrom = (order: string, aggregate: string, view = ''): Promise<string> =>
    find({
      view,
      grouping:
        `<m:GroupBy Order="${order}"><t:FieldURI FieldURI="message:From"/><t:AggregateOn Aggregate="${aggregate}">` +
        '<t:FieldURI FieldURI="item:DateTimeReceived"/></t:AggregateOn></m:GroupBy>',
      order: by('item:DateTimeReceived', 'Ascending'),
    });

  test.each([
    ['Ascending', 'Minimum'],
    ['Ascending', 'Maximum'],
    ['Descending', 'Minimum'],
    ['Descending', 'Maximum'],
  ])('%s by the %s: as a plain look tells', async (order, aggregate) => {
    const answer = await byFrom(order, aggregate);
    const groups = Map.groupBy(mail, ({ from }) => from);
    const times = (members: readonly Mail[]): string =>
      members.map(({ received }) => received).toSorted()[aggregate === 'Minimum' ? 0 : members.length - 1] ?? '';
    const standing = [...groups].map(([name, members]) => ({ name, time: times(members) }));
    const sign = order === 'Ascending' ? 1 : -1;
    const expected = standing.toSorted((one, other) => sign * (one.time < other.time ? -1 : 1)).map(({ name }) => name);
    expect(texts(answer, 'GroupIndex')).toEqual(expected);
    for (const group of all(answer, 'GroupedItems')) {
      const name = texts(group, 'GroupIndex')[0] ?? '';
      const members = groups.get(name)?.map(({ received }) => received) ?? [];
      expect(texts(group, 'DateTimeReceived')).toEqual(members.toSorted());
    }
    expect(attributes(answer, 'RootFolder', 'TotalItemsInView')).toEqual([String(mail.length)]);
  });

  test('a page counts items; a group that it cuts goes on in the next', async () => {
    const whole = rows(await byFrom('Ascending', 'Maximum')).map(({ id }) => id);
    const paged: string[] = [];
    for (let offset = 0; offset < mail.length; offset += 7)
      paged.push(...rows(await byFrom('Ascending', 'Maximum', page(offset, 7))).map(({ id }) => id));
    expect(paged).toEqual(whole);
  });

  test('groups of conversations', async () => {
    const answer = await find({
      grouping:
        '<m:DistinguishedGroupBy Order="Descending"><t:StandardGroupBy>ConversationTopic</t:StandardGroupBy></m:DistinguishedGroupBy>',
    });
    const topics = texts(answer, 'GroupIndex');
    expect(topics.length).toBeGreaterThan(5);
    expect(topics.length).toBeLessThan(mail.length);
    for (const group of all(answer, 'GroupedItems')) {
      const [topic = ''] = texts(group, 'GroupIndex');
      for (const subject of texts(group, 'Subject')) expect(subject.replace(/^(?:(?:re|fw|fwd|aw|wg): )+/i, '')).toBe(topic);
    }
  });

  test('groups that can be collapsed, and bits, are refused', async () => {
    const inside = (path: string, more = ''): string =>
      `<m:GroupBy Order="Ascending"><t:FieldURI FieldURI="${path}"/><t:AggregateOn Aggregate="Minimum"><t:FieldURI FieldURI="item:Size"/></t:AggregateOn>${more}</m:GroupBy>`;
    const collapsed = await find({ grouping: inside('item:Subject', '<t:UseCollapsibleGroups>true</t:UseCollapsibleGroups>') });
    expect(texts(collapsed, 'ResponseCode')).toEqual(['ErrorInvalidOperation']);
    expect(texts(await find({ grouping: inside('item:IsDraft') }), 'ResponseCode')).toEqual(['ErrorUnsupportedPathForSortGroup']);
  });
});

describe('a page that begins where a condition is met', () => {
  const seek = (base: string, count: number, condition: string): string =>
    `<m:SeekToConditionPageItemView BasePoint="${base}" MaxEntriesReturned="${count}"><t:Condition>${condition}</t:Condition></m:SeekToConditionPageItemView>`;
  const order = by('item:Subject', 'Ascending');

  test('from the beginning and from the end', async () => {
    const sorted = rows(await find({ order, view: page(0, 1_000) }));
    const unread = equal('message:IsRead', 'false');
    const first = sorted.findIndex(({ isRead }) => !isRead);
    const last = sorted.findLastIndex(({ isRead }) => !isRead);
    expect(first).toBeGreaterThan(0);
    const forward = await find({ order, view: seek('Beginning', 3, unread) });
    expect(rows(forward).map(({ id }) => id)).toEqual(sorted.slice(first, first + 3).map(({ id }) => id));
    expect(attributes(forward, 'RootFolder', 'IndexedPagingOffset')).toEqual([String(Math.min(first + 3, sorted.length))]);
    const back = await find({ order, view: seek('End', 3, unread) });
    expect(rows(back).map(({ id }) => id)).toEqual(sorted.slice(Math.max(0, last - 2), last + 1).map(({ id }) => id));
  });

  test('nothing that meets it: an empty page behind all', async () => {
    const answer = await find({ order, view: seek('Beginning', 3, equal('item:Subject', 'no such subject')) });
    expect(attributes(answer, 'RootFolder', 'TotalItemsInView')).toEqual([String(mail.length)]);
    expect(attributes(answer, 'RootFolder', 'IncludesLastItemInRange')).toEqual(['true']);
    expect(rows(answer)).toEqual([]);
  });

  test('no calendar', async () => {
    const answer = await find({ folder: 'calendar', view: seek('Beginning', 3, equal('item:Subject', 'x')) });
    expect(texts(answer, 'ResponseCode')).toEqual(['ErrorCalendarSeekToConditionNotSupported']);
  });
});

test('contacts by name', async () => {
  const { body } = await lab.ews(
    mary,
    '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="contacts"/></m:FolderIds></m:GetFolder>',
  );
  const decoded = decodeId(ids(body, 'FolderId')[0]?.id ?? '');
  if (decoded?.is !== 'folder') throw new Error('no folder');
  const { mailbox } = decoded.key;
  await lab.store.transaction(async (tx) => {
    const { counter } = await requireFolder(tx, mailbox, 'contacts');
    for (const name of ['Kelly Rollin', 'adam', 'Zed', 'Lena', 'Mark'])
      await createItem(
        tx,
        mailbox,
        counter,
        { class: 'IPM.Contact', properties: { [tags.displayName]: name, [tags.subject]: name }, recipients: [], attachments: [] },
        0,
      );
  });
  const named = async (view: string, order = ''): Promise<readonly string[]> =>
    texts(await find({ folder: 'contacts', view: `<m:ContactsView ${view}/>`, order }), 'Subject');
  expect(await named('InitialName="Kelly Rollin" MaxEntriesReturned="3"')).toEqual(['Kelly Rollin', 'Lena', 'Mark']);
  expect(await named('InitialName="B" FinalName="Mark"')).toEqual(['Kelly Rollin', 'Lena', 'Mark']);
  expect(await named('FinalName="L"')).toEqual(['adam', 'Kelly Rollin']);
  expect(await named('InitialName="L"', by('contacts:DisplayName', 'Descending'))).toEqual(['Zed', 'Mark', 'Lena']);
  const answer = await find({ folder: 'contacts', view: '<m:ContactsView MaxEntriesReturned="2"/>' });
  expect(attributes(answer, 'RootFolder', 'IncludesLastItemInRange')).toEqual(['false']);
});

describe('query strings', () => {
  const found = async (text: string, more: Partial<Search> = {}): Promise<readonly string[]> =>
    rows(await find({ query: query(text), view: page(0, 1_000), ...more })).map(({ id }) => id);

  test('words, dates and flags', async () => {
    const birch = mail.filter(({ subject }) => /\bbirch/i.test(subject));
    expect(birch.length).toBeGreaterThan(1);
    expect(await found('subject:birch')).toEqual(birch.map(({ id }) => id));
    expect(await found('isread:false')).toEqual(mail.filter(({ isRead }) => !isRead).map(({ id }) => id));
    const today = mail.filter(({ received }) => received.startsWith('2026-11-04'));
    expect(await found('received:today')).toEqual(today.map(({ id }) => id));
    expect(await found('subject:birch isread:true')).toEqual(birch.filter(({ isRead }) => isRead).map(({ id }) => id));
  });

  test('sorted, paged and grouped as anything', async () => {
    const whole = await found('NOT subject:birch', { order: by('item:Subject', 'Ascending') });
    expect(await found('NOT subject:birch', { order: by('item:Subject', 'Ascending'), view: page(3, 4) })).toEqual(whole.slice(3, 7));
  });

  test('highlighted terms are told when they are asked for', async () => {
    const answer = await find({ query: query('birch subject:live', ' ReturnHighlightTerms="true"') });
    expect(texts(answer, 'Scope')).toEqual(['Subject', 'Body', 'Subject']);
    expect(texts(answer, 'Value')).toEqual(['birch', 'birch', 'live']);
    expect(all(await find({ query: query('birch') }), 'HighlightTerms')).toEqual([]);
  });

  test('neither with a restriction nor beyond all bounds', async () => {
    const both = await find({ query: query('birch'), restriction: equal('message:IsRead', 'true') });
    expect(texts(both, 'ResponseCode')).toEqual(['ErrorUnsupportedQueryFilter']);
    expect(texts(await find({ query: query('('.repeat(100)) }), 'ResponseCode')).toEqual(['ErrorRestrictionTooComplex']);
    expect(texts(await find({ query: query('a '.repeat(100_000)) }), 'ResponseCode')).toEqual(['ErrorRestrictionTooComplex']);
  });
});

test('a query string finds 250 items at most, the newest', async () => {
  const { body } = await lab.ews(
    mary,
    '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="notes"/></m:FolderIds></m:GetFolder>',
  );
  const decoded = decodeId(ids(body, 'FolderId')[0]?.id ?? '');
  if (decoded?.is !== 'folder') throw new Error('no folder');
  const { mailbox, folder } = decoded.key;
  for (let number = 0; number < 300; number += 1) {
    const properties = { [tags.subject]: `number ${number}`, [tags.messageDeliveryTime]: number * 1_000 };
    await lab.store.transaction((tx) =>
      createItem(tx, mailbox, folder, { class: 'IPM.Note', properties, recipients: [], attachments: [] }, 0),
    );
  }
  const answer = await find({ folder: 'notes', query: query('number'), order: by('item:DateTimeReceived', 'Ascending') });
  expect(attributes(answer, 'RootFolder', 'TotalItemsInView')).toEqual(['250']);
  expect(texts(answer, 'Subject')[0]).toBe('number 50');
});
