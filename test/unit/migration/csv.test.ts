import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CsvError, readCsv } from '../../../shared/domain/migration/csv.ts';
import { type ListKind, readUserList } from '../../../shared/domain/migration/csv-columns.ts';

test.each<[string, readonly (readonly string[])[]]>([
  [
    'a,b\r\n1,2\r\n',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  ['\ufeffa\n1\n\n2', [['a'], ['1'], ['2']]],
  [
    '"a ""quoted"" one","line\nbreak, comma"\n x , "y" ',
    [
      ['a "quoted" one', 'line\nbreak, comma'],
      ['x', 'y'],
    ],
  ],
  [
    'a,\n,\n',
    [
      ['a', ''],
      ['', ''],
    ],
  ],
  ['', []],
  ['\r\n\r\n', []],
])('%j is read', (text, records) => {
  const { header, rows } = readCsv(text);
  expect([header, ...rows]).toEqual(records.length === 0 ? [[]] : records);
});

test.each([
  ['a\n"open', 2],
  ['a"b', 1],
  ['"a"b', 1],
])('%j has a quote that does not fit', (text, line) => {
  expect(() => readCsv(text)).toThrow(CsvError);
  try {
    readCsv(text);
  } catch (error) {
    expect((error as CsvError).line).toBe(line);
  }
});

test('what is written comes back', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'b', ' ', ',', '"', '\n', '\r', ';', 'é') }).map((text) => `x${text}x`);
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 }), (records) => {
      const text = records.map((record) => record.map((one) => `"${one.replaceAll('"', '""')}"`).join(',')).join('\r\n');
      const { header, rows } = readCsv(text);
      expect([header, ...rows]).toEqual(records);
    }),
  );
});

const read = (text: string, kind: ListKind = 'onboarding', allowUnknown = false) => readUserList(text, kind, { allowUnknown });

test('a row says what differs for one person', () => {
  expect(
    read('EMAILADDRESS,MailboxType,BadItemLimit,LargeItemLimit\nmary@contoso.test,archiveonly,50,Unlimited\njoe@contoso.test,,,'),
  ).toEqual({
    users: [
      {
        address: 'mary@contoso.test',
        parts: 'ArchiveOnly',
        badItemLimit: 50,
        largeItemLimit: null,
        targetDatabase: null,
        targetArchiveDatabase: null,
      },
      { address: 'joe@contoso.test', parts: null, targetDatabase: null, targetArchiveDatabase: null },
    ],
  });
  expect(read('EmailAddress,TargetDatabase\nmary@contoso.test,DB01', 'offboarding')).toMatchObject({ users: [{ targetDatabase: 'DB01' }] });
  expect(read('EmailAddress,Nickname\nmary@contoso.test,M', 'onboarding', true)).toMatchObject({
    users: [{ address: 'mary@contoso.test' }],
  });
});

test('a row of an IMAP list has an account and a folder to begin at', () => {
  const header = 'EmailAddress,UserName,Password,UserRoot';
  expect(read(`${header}\nmary@contoso.test,mary.imap," p,""w ",INBOX/Old\njoe@contoso.test,joe,x,`, 'imap')).toMatchObject({
    users: [
      { address: 'mary@contoso.test', imap: { userName: 'mary.imap', password: ' p,"w ', root: 'INBOX/Old' } },
      { address: 'joe@contoso.test', imap: { userName: 'joe', password: 'x', root: null } },
    ],
  });
  expect(read('EmailAddress,UserName,Password\nmary@contoso.test,,x', 'imap')).toEqual({
    problem: 'Row 1 has no value in the column "UserName".',
  });
  expect(read('EmailAddress,UserName,Password\nmary@contoso.test,mary,', 'imap')).toEqual({
    problem: 'Row 1 has no value in the column "Password".',
  });
  expect(read('EmailAddress,UserName,Password,MailboxType\nmary@contoso.test,mary,x,', 'imap')).toEqual({
    problem: 'The CSV file has a column "MailboxType", which this kind of migration does not know.',
  });
});

const rows = (count: number): string => `EmailAddress\n${Array.from({ length: count }, (_, index) => `u${index}@contoso.test`).join('\n')}`;

test.each([
  ['', "Upload file can't be empty"],
  ['EmailAddress\n', "Upload file can't be empty"],
  [
    'Name\nmary',
    'Column "EmailAddress" is missing from the CSV file. The import process can\'t continue because this column is required. Please edit the CSV file and re-submit it.',
  ],
  [
    'EmailAddress,MailboxType,BadItemLimit\nmary@contoso.test,,\njoe@contoso.test,\n',
    'Row 2 has the wrong number of columns. Expected number: 3. Actual number: 2. Please edit this row and re-submit the file.',
  ],
  [rows(50_001), 'The CSV file contains more than 50,000 rows. Please divide the file into two or more files and submit them separately.'],
  ['EmailAddress,Nickname\nmary@contoso.test,M', 'The CSV file has a column "Nickname", which this kind of migration does not know.'],
  [
    'EmailAddress,TargetDatabase\nmary@contoso.test,DB01',
    'The CSV file has a column "TargetDatabase", which this kind of migration does not know.',
  ],
  ['EmailAddress,emailaddress\nmary@contoso.test,x@contoso.test', 'The CSV file has the column "EmailAddress" more than once.'],
  ['EmailAddress\nmary@contoso.test\nMARY@contoso.test', 'The CSV file lists "MARY@contoso.test" in more than one row.'],
  ['EmailAddress,BadItemLimit\n,3', 'Row 1 has no value in the column "EmailAddress".'],
  ['EmailAddress\nmary', 'Row 1 has "mary" in the column "EmailAddress", which cannot be.'],
  ['EmailAddress,BadItemLimit\nmary@contoso.test,-1', 'Row 1 has "-1" in the column "BadItemLimit", which cannot be.'],
  ['EmailAddress,MailboxType\nmary@contoso.test,Both', 'Row 1 has "Both" in the column "MailboxType", which cannot be.'],
  ['EmailAddress\n"mary', 'Line 2 of the CSV file has a quotation mark that does not fit.'],
])('%.40j is refused', (text, problem) => {
  expect(read(text)).toEqual({ problem });
});

test('as many rows as are allowed are taken', () => {
  expect(read(rows(50_000))).toMatchObject({ users: { length: 50_000 } });
});

test.each<[string, unknown]>([
  ['EmailAddress\nmary@contoso.test', { password: null, forceChangePassword: false }],
  ['EmailAddress,Password,ForceChangePassword,Username\nmary@contoso.test,"a,b",TRUE,x', { password: 'a,b', forceChangePassword: true }],
  ['ForceChangePassword,EmailAddress\nFalse,mary@contoso.test', { password: null, forceChangePassword: false }],
])('%j is a staged list', (text, staged) => {
  expect(read(text, 'staged')).toEqual({
    users: [{ address: 'mary@contoso.test', parts: null, targetDatabase: null, targetArchiveDatabase: null, staged }],
  });
});

test.each([
  ['EmailAddress,ForceChangePassword\nmary@contoso.test,1', 'Row 1 has "1" in the column "ForceChangePassword", which cannot be.'],
  [
    'EmailAddress,MailboxType\nmary@contoso.test,PrimaryOnly',
    'The CSV file has a column "MailboxType", which this kind of migration does not know.',
  ],
  ['EmailAddress\nmary', 'Row 1 has "mary" in the column "EmailAddress", which cannot be.'],
])('%j is no staged list', (text, problem) => {
  expect(read(text, 'staged')).toEqual({ problem });
});
