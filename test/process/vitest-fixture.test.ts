import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectRoot } from '../architecture/source.ts';

const folder = mkdtempSync(join(tmpdir(), 'coexist-vitest-'));
const modules = join(folder, 'node_modules');

/** A project of somebody else, which has coexist and vitest. */
const written = `
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { expect } from 'vitest';
import { labTest } from 'coexist/vitest';

const test = labTest({ clock: 'frozen@2026-11-02T08:00:00Z', dataDir: './data' });

function post(lab, url, body, headers) {
  const ca = readFileSync(lab.endpoints.caFile);
  return new Promise((resolve, reject) => {
    const sent = https.request(url, { method: 'POST', ca, headers }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode));
    });
    sent.on('error', reject).end(body);
  });
}
function ews(lab, password, body) {
  const envelope = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><s:Body>' + body + '</s:Body></s:Envelope>';
  const authorization = 'Basic ' + Buffer.from('CONTOSO\\\\mary:' + password).toString('base64');
  return post(lab, lab.endpoints.organizations.contoso.ews, envelope, { authorization, 'content-type': 'text/xml' });
}
const letter = '<m:CreateItem MessageDisposition="SendAndSaveCopy"><m:Items><t:Message><t:Subject>a letter</t:Subject><t:ToRecipients><t:Mailbox><t:EmailAddress>rob@contoso.test</t:EmailAddress></t:Mailbox></t:ToRecipients></t:Message></m:Items></m:CreateItem>';
const labs = [];

test('what has happened is found', async ({ lab }) => {
  labs.push(lab.endpoints.adminUrl);
  expect(await ews(lab, 'Pa55word!', letter)).toBe(200);
  await expect(lab).toHaveHop({ org: 'contoso', svc: 'ews', op: 'CreateItem', caller: /^mary@/, code: 'NoError' });
  await expect(lab).toHaveReceivedMail('rob@contoso.test', { subject: 'a letter' });
  await expect(lab).not.toHaveReceivedMail('adam@contoso.test', { subject: 'a letter' });
  await expect(lab).not.toHaveBeenRefusedWith(401);
  expect(await ews(lab, 'wrong', letter)).toBe(401);
  await expect(lab).toHaveBeenRefusedWith(401);
  await expect(lab).toHaveBeenRefusedWith('account.password');
  const { authority, clients } = lab.endpoints.organizations['contoso-cloud'];
  const client = clients.find(({ clientSecret }) => clientSecret !== undefined);
  const form = { grant_type: 'client_credentials', client_id: client.clientId, client_secret: client.clientSecret, scope: 'https://outlook.office365.com/.default' };
  await expect(lab).not.toHaveIssuedToken();
  expect(await post(lab, authority + '/oauth2/v2.0/token', String(new URLSearchParams(form)), { 'content-type': 'application/x-www-form-urlencoded' })).toBe(200);
  await expect(lab).toHaveIssuedToken({ grant: 'client_credentials', caller: client.clientId, audience: /outlook/ });
  await expect(lab).not.toHaveIssuedToken({ grant: 'password' });
});

test('the lab is the same one, as it was at first', async ({ lab }) => {
  expect(labs).toEqual([lab.endpoints.adminUrl]);
  await expect(lab).not.toHaveHop({ svc: 'ews' });
  await expect(lab).not.toHaveIssuedToken();
  await expect(lab).not.toHaveReceivedMail('rob@contoso.test', { subject: 'a letter' });
});

test('a cmdlet is run, and programs are pointed at the lab', async ({ lab }) => {
  expect(await lab.cmdlet('contoso', 'Get-Mailbox mary')).toMatchObject([{ Alias: 'mary' }]);
  await expect(lab.cmdlet('contoso', 'Get-Mailbox nobody')).rejects.toThrow(/nobody/);
  expect(lab.environment()).toMatchObject({ COEXIST_ADMIN_URL: lab.endpoints.adminUrl, NODE_EXTRA_CA_CERTS: lab.endpoints.caFile });
});

test('what has not happened is told', async ({ lab }) => {
  await ews(lab, 'wrong', letter);
  await expect(lab).toHaveHop({ svc: 'ews', op: 'CreateItem', outcome: 'answered' });
});
`;

interface Told {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly { readonly title: string; readonly status: string; readonly failureMessages: readonly string[] }[];
  }[];
}

let told: Told['testResults'][number]['assertionResults'];
beforeAll(async () => {
  mkdirSync(modules);
  symlinkSync(projectRoot, join(modules, 'coexist'));
  symlinkSync(join(projectRoot, 'node_modules/vitest'), join(modules, 'vitest'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'vitest.config.js'), 'export default { test: { testTimeout: 20_000 } };');
  writeFileSync(join(folder, 'lab.test.js'), written);
  const words = [
    join(projectRoot, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--root',
    folder,
    '--reporter',
    'json',
    '--outputFile',
    'told.json',
  ];
  const env = { PATH: process.env['PATH'], HOME: folder };
  const out = await new Promise<string>((resolve) => {
    execFile(process.execPath, words, { cwd: folder, env }, (_, stdout, stderr) => resolve(stdout + stderr));
  });
  const [file] = (JSON.parse(readFileSync(join(folder, 'told.json'), 'utf8')) as Told).testResults;
  if (file === undefined || file.assertionResults.length === 0) throw new Error(file?.message ?? out);
  told = file.assertionResults;
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  'what has happened is found',
  'the lab is the same one, as it was at first',
  'a cmdlet is run, and programs are pointed at the lab',
])('in a project of somebody else: %s', (title) => {
  expect(told.find((one) => one.title === title)).toMatchObject({ status: 'passed', failureMessages: [] });
});

test('a test that fails tells why, and where its trace is', () => {
  const [message = ''] = told.find(({ title }) => title === 'what has not happened is told')?.failureMessages ?? [];
  expect(message).toContain('expected a hop {"svc":"ews","op":"CreateItem","outcome":"answered"}, and there was:\ncontoso/ews answers');
  expect(message).toMatch(/FAIL account\.password/);
  const [, file = ''] = /^trace: (.*\.json)$/m.exec(message) ?? [];
  const kept = JSON.parse(readFileSync(file, 'utf8')) as { test: object; errors: string[]; traces: { roots: { exchange: object }[] }[] };
  expect(kept.test).toMatchObject({ name: 'what has not happened is told' });
  expect(kept.errors).toEqual([expect.stringContaining('expected a hop')]);
  expect(kept.traces.map(({ roots }) => roots[0]?.exchange)).toEqual([expect.objectContaining({ service: 'ews', status: 401 })]);
});
