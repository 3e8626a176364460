import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { coexist, type Ended } from '../support/lab-process.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';

const getFolder =
  '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
  await lab.exchangeOf(await lab.ews('mary@contoso.test', getFolder));
  await lab.exchangeOf(await lab.ews('rob@contoso.test', getFolder.replace('inbox', 'calendar')));
});
afterAll(() => lab.close());

const cli = (words: readonly string[], input?: string): Promise<Ended> =>
  coexist(words, {
    cwd: lab.dataDir,
    environment: { COEXIST_ADMIN_URL: lab.endpoints.adminUrl },
    ...(input === undefined ? {} : { input }),
  });

test('what a client has asked is found by operation, caller, header and body', async () => {
  const found = await cli(['requests', 'find', '--op', 'GetFolder', '--user', 'mary@contoso.test']);
  expect([found.code, found.err]).toEqual([0, '']);
  expect(found.out).toMatch(/contoso\/ews +POST \/EWS\/Exchange\.asmx +GetFolder +mary@contoso\.test +200 +NoError/);
  expect((await cli(['requests', 'count', '--body', 'Id="calendar"', '--header', 'content-type: text/xml'])).out).toBe('1\n');
  expect((await cli(['requests', 'count', '--method', 'post', '--url-path', '/EWS/Exchange.asmx', '--status', '200'])).out).toBe('2\n');
  expect((await cli(['requests', 'find', '--op', 'FindItem'])).code).toBe(5);
  writeFileSync(
    join(lab.dataDir, 'wanted.json'),
    JSON.stringify({ bodyPatterns: [{ matches: '.*DistinguishedFolderId Id="(inbox|calendar)".*' }] }),
  );
  expect((await cli(['requests', 'count', '--criteria', 'wanted.json'])).out).toBe('2\n');
  expect((await cli(['requests', 'count', '--criteria', '-', '--user', 'rob@contoso.test'], '{"op":"GetFolder"}')).out).toBe('1\n');
});

test('what came near is told with what it lacks', async () => {
  const { code, out } = await cli([
    'requests',
    'near-misses',
    '--op',
    'GetFolder',
    '--user',
    'mary@contoso.test',
    '--body',
    'Id="calendar"',
  ]);
  expect(code).toBe(0);
  expect(out).toContain('  user: expected mary@contoso.test, got rob@contoso.test\n');
  expect(out).toMatch(/ {2}body 1: expected contains Id="calendar", got <\?xml|<s:Envelope/);
});

test.each([
  [['requests', 'find', '--status', 'ok'], /--status "ok" is not a number/],
  [['requests', 'find', '--header', 'curl'], /is not "name: text"/],
  [['requests', 'find', '--criteria', 'absent.json'], /there is no file absent\.json/],
  [['requests', 'find', '--url-pattern', '('], /is not a regular expression/],
  [['requests', 'find', '--outcome', 'maybe'], /outcome/],
])('%j is bad usage', async (words, message) => {
  expect(await cli(words)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(message) });
});

test('after clear they begin anew', async () => {
  expect(await cli(['requests', 'clear'])).toMatchObject({ code: 0, out: '', err: '' });
  expect((await cli(['requests', 'count'])).out).toBe('0\n');
});
