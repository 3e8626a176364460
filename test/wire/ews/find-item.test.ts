import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createItem } from '../../../shared/domain/mailbox/item-writes.ts';
import { decodeId } from '../../../shared/protocols/ews/item-id.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, attributes, ids, responses, texts } from './answers.ts';

const mary = 'mary@contoso.test';
/** Subjects of drafts that this file makes in adam's mailbox, where nobody else's are. */
const subjects = ['Quarterly report', 'quarterly REPORT', 'A quarterly report on cafés', 'Reporting quarters', 'Café', 'cafe'] as const;

let lab: TestLab;
let mail: readonly Mail[];
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
  mail = rows(
    await find({
      shape: fields('item:Subject', 'item:Size', 'message:IsRead', 'item:DateTimeReceived', 'item:Importance', 'item:HasAttachments'),
    }),
  );
  const items = subjects.map((subject) => `<t:Message><t:Subject>${subject}</t:Subject></t:Message>`).join('');
  await lab.ews('adam@contoso.test', `<m:CreateItem MessageDisposition="SaveOnly"><m:Items>${items}</m:Items></m:CreateItem>`);
});
afterAll(() => lab.close());

interface Mail {
  readonly id: string;
  readonly subject: string;
  readonly size: number;
  readonly isRead: boolean;
  readonly received: string;
  readonly importance: string;
}

interface Search {
  readonly user?: string;
  readonly folder?: string;
  readonly traversal?: string;
  readonly view?: string;
  readonly shape?: string;
  readonly restriction?: string;
  readonly order?: string;
}

async function find({
  user = mary,
  folder = 'inbox',
  traversal = 'Shallow',
  view = '',
  shape = '',
  restriction = '',
  order = '',
}: Search): Promise<string> {
  const body =
    `<m:FindItem Traversal="${traversal}"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape>${shape}</m:ItemShape>${view}` +
    `${restriction === '' ? '' : `<m:Restriction>${restriction}</m:Restriction>`}${order === '' ? '' : `<m:SortOrder>${order}</m:SortOrder>`}` +
    `<m:ParentFolderIds><t:DistinguishedFolderId Id="${folder}"/></m:ParentFolderIds></m:FindItem>`;
  return (await lab.ews(user, body)).body;
}

const getInbox =
  '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>';
const fields = (...uris: readonly string[]): string =>
  `<t:AdditionalProperties>${uris.map((uri) => `<t:FieldURI FieldURI="${uri}"/>`).join('')}</t:AdditionalProperties>`;
const page = (offset: number, count: number, base = 'Beginning'): string =>
  `<m:IndexedPageItemView MaxEntriesReturned="${count}" Offset="${offset}" BasePoint="${base}"/>`;
const idsOf = (answer: string): readonly string[] => ids(answer).map(({ id }) => id);
const by = (uri: string, order: string): string => `<t:FieldOrder Order="${order}"><t:FieldURI FieldURI="${uri}"/></t:FieldOrder>`;

function rows(answer: string): readonly Mail[] {
  expect(responses(answer)).toMatchObject([{ code: 'NoError' }]);
  return all(answer, 'Message').map((message) => ({
    id: attributes(message, 'ItemId', 'Id')[0] ?? '',
    subject: texts(message, 'Subject')[0] ?? '',
    size: Number(texts(message, 'Size')[0]),
    isRead: texts(message, 'IsRead')[0] === 'true',
    received: texts(message, 'DateTimeReceived')[0] ?? '',
    importance: texts(message, 'Importance')[0] ?? '',
  }));
}

test('the seeded Inbox is large and mixed enough to tell answers apart', () => {
  expect(mail.length).toBeGreaterThan(20);
  expect(new Set(mail.map(({ isRead }) => isRead)).size).toBe(2);
  expect(new Set(mail.map(({ received }) => received)).size).toBeGreaterThan(mail.length / 2);
});

describe('comparisons', () => {
  type Operator = 'IsEqualTo' | 'IsNotEqualTo' | 'IsGreaterThan' | 'IsGreaterThanOrEqualTo' | 'IsLessThan' | 'IsLessThanOrEqualTo';
  const holds: Readonly<Record<Operator, (order: number) => boolean>> = {
    IsEqualTo: (order) => order === 0,
    IsNotEqualTo: (order) => order !== 0,
    IsGreaterThan: (order) => order > 0,
    IsGreaterThanOrEqualTo: (order) => order >= 0,
    IsLessThan: (order) => order < 0,
    IsLessThanOrEqualTo: (order) => order <= 0,
  };
  const compared = (operator: string, uri: string, value: string): string =>
    `<t:${operator}><t:FieldURI FieldURI="${uri}"/><t:FieldURIOrConstant><t:Constant Value="${value}"/></t:FieldURIOrConstant></t:${operator}>`;
  const order = (one: string | number, other: string | number): number => (one < other ? -1 : one > other ? 1 : 0);

  test.each(Object.keys(holds) as Operator[])('%s of a date, a number, a truth and a text', async (operator) => {
    const middle = mail[Math.floor(mail.length / 2)];
    if (middle === undefined) throw new Error('there is no mail');
    const nextSecond = `${new Date(Date.parse(middle.received) + 1_000).toISOString().slice(0, 19)}Z`;
    const cases: readonly [uri: string, value: string, compare: (one: Mail) => number][] = [
      // Dates are kept to the millisecond and shown to the second, so that none equals this one.
      ['item:DateTimeReceived', nextSecond, (one) => (one.received < nextSecond ? -1 : 1)],
      ['item:Size', String(middle.size), (one) => order(one.size, middle.size)],
      ['message:IsRead', 'true', (one) => order(Number(one.isRead), 1)],
    ];
    for (const [uri, value, compare] of cases) {
      const expected = mail.filter((one) => holds[operator](compare(one))).map(({ id }) => id);
      expect([uri, [...idsOf(await find({ restriction: compared(operator, uri, value) }))].sort()]).toEqual([uri, [...expected].sort()]);
    }
    const text = await find({ restriction: compared(operator, 'item:Subject', middle.subject.toUpperCase()) });
    const same = mail.filter(({ subject }) => subject.toLowerCase() === middle.subject.toLowerCase()).map(({ id }) => id);
    // Texts are compared without regard to case; which is greater is a matter of collation.
    if (operator.includes('Equal') && operator !== 'IsNotEqualTo') expect(idsOf(text)).toEqual(expect.arrayContaining(same));
    else expect(idsOf(text)).not.toEqual(expect.arrayContaining(same));
  });

  test('of one property with another, And, Or, Not, Exists and Excludes', async () => {
    const sent = '<t:FieldURI FieldURI="item:DateTimeSent"/>';
    const self = `<t:IsEqualTo>${sent}<t:FieldURIOrConstant>${sent}</t:FieldURIOrConstant></t:IsEqualTo>`;
    expect(idsOf(await find({ restriction: self })).length).toBe(mail.length);
    const [read, large] = [compared('IsEqualTo', 'message:IsRead', 'true'), compared('IsGreaterThan', 'item:Size', '2000')];
    const expected = (test: (one: Mail) => boolean): readonly string[] =>
      mail
        .filter(test)
        .map(({ id }) => id)
        .sort();
    const found = async (restriction: string): Promise<readonly string[]> => [...idsOf(await find({ restriction }))].sort();
    expect(await found(`<t:And>${read}${large}</t:And>`)).toEqual(expected((one) => one.isRead && one.size > 2000));
    expect(await found(`<t:Or>${read}${large}</t:Or>`)).toEqual(expected((one) => one.isRead || one.size > 2000));
    expect(await found(`<t:Not>${read}</t:Not>`)).toEqual(expected((one) => !one.isRead));
    const flags = '<t:ExtendedFieldURI PropertyTag="0x0E07" PropertyType="Integer"/>';
    expect(await found(`<t:Excludes>${flags}<t:Bitmask Value="0x1"/></t:Excludes>`)).toEqual(expected((one) => !one.isRead));
    expect(await found(`<t:Excludes>${flags}<t:Bitmask Value="1"/></t:Excludes>`)).toEqual(expected((one) => !one.isRead));
    const nowhere = '<t:ExtendedFieldURI DistinguishedPropertySetId="PublicStrings" PropertyName="nowhere" PropertyType="String"/>';
    expect(await found(`<t:Exists>${nowhere}</t:Exists>`)).toEqual([]);
    expect((await found(`<t:Exists><t:FieldURI FieldURI="item:Subject"/></t:Exists>`)).length).toBe(mail.length);
  });

  test.each([
    ['a constant of another type', compared('IsEqualTo', 'item:DateTimeReceived', 'yesterday'), 'ErrorInvalidValueForProperty'],
    ['a property that nobody searches by', compared('IsEqualTo', 'item:MimeContent', 'x'), 'ErrorUnsupportedPathForQuery'],
  ])('refuses %s', async (_, restriction, code) => {
    const answer = await find({ restriction });
    expect(texts(answer, 'ResponseCode')).toEqual([code]);
  });
});

describe('Contains', () => {
  const [report, shouted, long, reporting, accented, plain] = subjects;
  const contains = (value: string, mode: string, comparison: string): string =>
    `<t:Contains ContainmentMode="${mode}" ContainmentComparison="${comparison}"><t:FieldURI FieldURI="item:Subject"/><t:Constant Value="${value}"/></t:Contains>`;

  test.each<[string, string, string, readonly string[]]>([
    ['Quarterly report', 'FullString', 'Exact', [report]],
    ['Quarterly report', 'FullString', 'IgnoreCase', [report, shouted]],
    ['Quarterly', 'FullString', 'IgnoreCase', []],
    ['Quarterly', 'Prefixed', 'Exact', [report]],
    ['QUARTERLY', 'Prefixed', 'IgnoreCase', [report, shouted]],
    ['report', 'Prefixed', 'IgnoreCase', [reporting]],
    ['quarter', 'Substring', 'Exact', [shouted, long, reporting]],
    ['quarter', 'Substring', 'IgnoreCase', [report, shouted, long, reporting]],
    ['arter', 'PrefixOnWords', 'IgnoreCase', []],
    ['report', 'PrefixOnWords', 'IgnoreCase', [report, shouted, long, reporting]],
    ['report', 'PrefixOnWords', 'Exact', [report, long]],
    ['quarterly report', 'ExactPhrase', 'IgnoreCase', [report, shouted, long]],
    ['report', 'ExactPhrase', 'IgnoreCase', [report, shouted, long]],
    ['quarter', 'ExactPhrase', 'IgnoreCase', []],
    ['cafe', 'FullString', 'IgnoreNonSpacingCharacters', [plain]],
    ['cafe', 'FullString', 'IgnoreCaseAndNonSpacingCharacters', [accented, plain]],
    ['cafe', 'Substring', 'LooseAndIgnoreCaseAndIgnoreNonSpace', [long, accented, plain]],
    ['cafe', 'Substring', 'Loose', [long, accented, plain]],
    ['CAFE', 'Substring', 'LooseAndIgnoreCase', [long, accented, plain]],
    ['café', 'Substring', 'LooseAndIgnoreNonSpace', [long, accented, plain]],
  ])('%j as %s, %s', async (value, mode, comparison, expected) => {
    const answer = await find({
      user: 'adam@contoso.test',
      folder: 'drafts',
      shape: fields('item:Subject'),
      restriction: contains(value, mode, comparison),
    });
    expect([...texts(answer, 'Subject')].sort()).toEqual([...expected].sort());
  });
});

describe('pages', () => {
  const newestFirst = by('item:DateTimeReceived', 'Descending');
  const sorted = async (): Promise<readonly string[]> => idsOf(await find({ order: newestFirst }));
  const root = (answer: string, key: string): string | undefined => attributes(answer, 'RootFolder', key)[0];

  test('forwards, page by page, nothing twice and nothing left out', async () => {
    const [whole, met] = [await sorted(), [] as string[]];
    for (let offset = 0; ; ) {
      const answer = await find({ order: newestFirst, view: page(offset, 7) });
      met.push(...idsOf(answer));
      expect(root(answer, 'TotalItemsInView')).toBe(String(whole.length));
      if (root(answer, 'IncludesLastItemInRange') === 'true') break;
      offset = Number(root(answer, 'IndexedPagingOffset'));
    }
    expect(met).toEqual(whole);
  });

  test('from the end: the offset counts backwards, the order stays', async () => {
    const whole = await sorted();
    expect(idsOf(await find({ order: newestFirst, view: page(0, 3, 'End') }))).toEqual(whole.slice(-3));
    expect(idsOf(await find({ order: newestFirst, view: page(2, 3, 'End') }))).toEqual(whole.slice(-5, -2));
  });

  test('from a fraction', async () => {
    const whole = await sorted();
    const answer = await find({
      order: newestFirst,
      view: '<m:FractionalPageItemView MaxEntriesReturned="4" Numerator="1" Denominator="2"/>',
    });
    const start = Math.floor(whole.length / 2);
    expect(idsOf(answer)).toEqual(whole.slice(start, start + 4));
    expect([root(answer, 'NumeratorOffset'), root(answer, 'AbsoluteDenominator')]).toEqual([String(start + 4), String(whole.length)]);
  });

  test('sorted by two properties', async () => {
    const found = rows(
      await find({
        shape: fields('item:Subject', 'item:Size', 'message:IsRead', 'item:DateTimeReceived'),
        order: by('message:IsRead', 'Ascending') + by('item:Size', 'Descending'),
      }),
    );
    const expected = [...found].sort((one, other) => Number(one.isRead) - Number(other.isRead) || other.size - one.size);
    expect(found.map(({ isRead, size }) => [isRead, size])).toEqual(expected.map(({ isRead, size }) => [isRead, size]));
  });

  test('sorted by what cannot be sorted by', async () => {
    expect(texts(await find({ order: by('item:MimeContent', 'Ascending') }), 'ResponseCode')).toEqual(['ErrorUnsupportedPathForSortGroup']);
  });
});

describe('a calendar view', () => {
  const view = (from: string, to: string): string => `<m:CalendarView StartDate="${from}" EndDate="${to}"/>`;
  const shape = fields('item:Subject', 'calendar:Start', 'calendar:End');

  test('shows what lies in the period, even in part, by its beginning', async () => {
    const everything = await find({ folder: 'calendar', shape, view: page(0, 1000) });
    const appointments = all(everything, 'CalendarItem').map((item) => ({
      start: texts(item, 'Start')[0] ?? '',
      end: texts(item, 'End')[0] ?? '',
      id: attributes(item, 'ItemId', 'Id')[0] ?? '',
    }));
    expect(appointments.length).toBeGreaterThan(5);
    const middle = [...appointments].sort((one, other) => one.start.localeCompare(other.start))[Math.floor(appointments.length / 2)];
    if (middle === undefined) throw new Error('the calendar is empty');
    // From the middle of an appointment for a day.
    const from = new Date((Date.parse(middle.start) + Date.parse(middle.end)) / 2).toISOString();
    const to = new Date(Date.parse(from) + 86_400_000).toISOString();
    const expected = appointments.filter(({ start, end }) => Date.parse(start) < Date.parse(to) && Date.parse(end) > Date.parse(from));
    const answer = await find({ folder: 'calendar', shape, view: view(from, to) });
    expect(idsOf(answer)).toContain(middle.id);
    expect([...idsOf(answer)].sort()).toEqual(expected.map(({ id }) => id).sort());
    expect(texts(answer, 'Start')).toEqual([...texts(answer, 'Start')].sort());
    expect(attributes(answer, 'RootFolder', 'IndexedPagingOffset')).toEqual([undefined]);
  });

  test.each([
    [
      'a period that ends before it begins',
      view('2026-11-05T00:00:00Z', '2026-11-04T00:00:00Z'),
      'ErrorCalendarEndDateIsEarlierThanStartDate',
    ],
    ['a period of more than two years', view('2026-01-01T00:00:00Z', '2029-01-02T00:00:00Z'), 'ErrorCalendarViewRangeTooBig'],
  ])('refuses %s', async (_, period, code) => {
    expect(texts(await find({ folder: 'calendar', view: period }), 'ResponseCode')).toEqual([code]);
  });
});

test('associated items are apart from the others', async () => {
  const answer = await lab.ews('rob@contoso.test', getInbox);
  const folder = decodeId(ids(answer.body, 'FolderId')[0]?.id ?? '');
  if (folder?.is !== 'folder') throw new Error('no folder');
  const draft = { class: 'IPM.Configuration.Test', associated: true, properties: {}, recipients: [], attachments: [] };
  const before = idsOf(await find({ user: 'rob@contoso.test' }));
  await lab.store.transaction((tx) => createItem(tx, folder.key.mailbox, folder.key.folder, draft, 0));
  const associated = await find({
    user: 'rob@contoso.test',
    traversal: 'Associated',
    shape: fields('item:IsAssociated', 'item:ItemClass'),
  });
  expect([texts(associated, 'ItemClass'), texts(associated, 'IsAssociated')]).toEqual([['IPM.Configuration.Test'], ['true']]);
  expect(idsOf(await find({ user: 'rob@contoso.test' }))).toEqual(before);
});

test('a soft-deleted item lies in the recoverable items; no folder has a dumpster', async () => {
  const [first] = mail;
  await lab.ews(mary, `<m:DeleteItem DeleteType="SoftDelete"><m:ItemIds><t:ItemId Id="${first?.id}"/></m:ItemIds></m:DeleteItem>`);
  const recoverable = await find({ folder: 'recoverableitemsdeletions', shape: fields('item:Subject') });
  expect(texts(recoverable, 'Subject')).toEqual([first?.subject]);
  const soft = await find({ traversal: 'SoftDeleted' });
  expect(texts(soft, 'ResponseCode')).toEqual(['NoError']);
  expect(attributes(soft, 'RootFolder', 'TotalItemsInView')).toEqual(['0']);
});
