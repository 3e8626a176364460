import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { loadStory } from '../../services/runner/load.ts';
import { coexist } from '../support/lab-process.ts';

vi.setConfig({ testTimeout: 240_000 });

const folder = mkdtempSync(join(tmpdir(), 'coexist-record-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A client: it leaves a draft, looks for it, mistypes its password, and asks for a token. */
const client = `
const soap = (body) => '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><s:Body>' + body + '</s:Body></s:Envelope>';
const ask = async (password, body) => {
  const authorization = 'Basic ' + Buffer.from('CONTOSO\\\\mary:' + password).toString('base64');
  return (await fetch(process.env.COEXIST_EWS_URL_CONTOSO, { method: 'POST', headers: { authorization, 'content-type': 'text/xml' }, body: soap(body) })).status;
};
const draft = '<m:CreateItem MessageDisposition="SaveOnly"><m:Items><t:Message><t:Subject>a draft</t:Subject></t:Message></m:Items></m:CreateItem>';
const look = '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="drafts"/></m:FolderIds></m:GetFolder>';
const statuses = [await ask('Pa55word!', draft), await ask('Pa55word!', look), await ask('mistyped', look), await ask('Pa55word!', look)];
await fetch(process.env.COEXIST_AUTHORITY + '/oauth2/v2.0/token', { method: 'POST', body: new URLSearchParams({ grant_type: 'client_credentials' }) });
process.exitCode = statuses.join() === '200,200,401,200' ? 0 : 9;
`;

test('what a command asked is a scenario that passes, and tells what it had to leave out', async () => {
  const command = ['--', process.execPath, '--input-type=module', '-e', client];
  const { code, err } = await coexist(['record', 'mary', ...command], { cwd: folder });
  const file = join(folder, 'mary.yaml');
  expect({ code, err }).toEqual({ code: 0, err: `coexist: wrote ${file}, without 1 requests (it says which)\n` });
  const text = readFileSync(file, 'utf8');
  expect(text).not.toContain('Pa55word!');
  expect(text).toMatch(/^# left out: azure-auth \S+: no word of a scenario asks this/m);
  const { acts } = loadStory(file);
  expect(acts.map(({ when }) => when.length)).toEqual([3, 1]);
  expect(acts[0]).toMatchObject({
    when: [{ word: 'ews', of: { as: 'mary@contoso.test', at: 'contoso', by: 'basic' } }, {}, { of: { password: 'wrong' } }],
    expected: [{ of: { answer: { status: 401 }, hops: [{ op: 'CreateItem' }, { op: 'GetFolder' }, { status: 401 }] } }],
  });
  const run = await coexist(['run', './mary.yaml', '--workers', '1'], { cwd: folder });
  expect(run.out).toMatch(/1 passed, 0 failed\n$/);
  expect(run.code).toBe(0);
});

test('a command that asked nothing leaves no file', async () => {
  expect((await coexist(['record', 'none.yaml', '--', 'true'], { cwd: folder })).code).toBe(5);
  expect((await coexist(['record', '--', 'true'], { cwd: folder })).code).toBe(2);
});
