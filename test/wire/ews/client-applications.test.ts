import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { basic, envelope } from '../../support/soap.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterEach(() => lab.reset());
afterAll(() => lab.close());

const run = (line: string) => runCmdlet(lab, 'contoso', line);
const body = envelope(
  '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>',
);
const outlook = 'Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.15225; Pro)';
const mac = 'MacOutlook/16.78.3.231102 (Intelx64 Mac OS X Version 14.1.1 (Build 23B81))';
const tool = 'exchangelib/5.4.0 (python-requests/2.31.0)';

const send = (userAgent: string | undefined, mail = 'mary@contoso.test') =>
  lab.https('https://mail.contoso.test/EWS/Exchange.asmx', {
    method: 'POST',
    headers: {
      'content-type': 'text/xml; charset=utf-8',
      authorization: basic(mail, lab.password),
      ...(userAgent === undefined ? {} : { 'user-agent': userAgent }),
    },
    body,
  });
const statuses = (...agents: readonly (string | undefined)[]) => Promise.all(agents.map(async (agent) => (await send(agent)).status));

test.each([
  ['Set-OrganizationConfig -EwsApplicationAccessPolicy EnforceAllowList', [403, 403, 403, 403]],
  ['Set-OrganizationConfig -EwsApplicationAccessPolicy EnforceAllowList -EwsAllowList "EXCHANGELIB/*","OWA/*"', [403, 403, 200, 403]],
  ['Set-OrganizationConfig -EwsApplicationAccessPolicy EnforceAllowList -EwsAllowOutlook $true', [200, 403, 403, 403]],
  ['Set-OrganizationConfig -EwsApplicationAccessPolicy EnforceBlockList', [200, 200, 200, 200]],
  ['Set-OrganizationConfig -EwsApplicationAccessPolicy EnforceBlockList -EwsBlockList "*python*/2.*"', [200, 200, 403, 200]],
  ['Set-OrganizationConfig -EwsAllowMacOutlook $false', [200, 403, 200, 200]],
  ['Set-OrganizationConfig -EwsEnabled $false', [403, 403, 403, 403]],
  ['Set-CASMailbox mary -EwsAllowOutlook $false', [403, 200, 200, 200]],
  ['Set-CASMailbox mary -EwsApplicationAccessPolicy EnforceAllowList -EwsAllowList "MacOutlook/*"', [403, 200, 403, 403]],
])('%s', async (line, expected) => {
  expect(await statuses(outlook, mac, tool, undefined)).toEqual([200, 200, 200, 200]);
  await run(line);
  expect(await statuses(outlook, mac, tool, undefined)).toEqual(expected);
  if (line.startsWith('Set-CASMailbox')) expect((await send(outlook, 'rob@contoso.test')).status).toBe(200);
});

test('the journal says which rule kept an application out, and a list may grow and shrink', async () => {
  await run('Set-CASMailbox mary -EwsApplicationAccessPolicy EnforceBlockList -EwsBlockList "exchangelib/*"');
  const refused = await send(tool);
  expect([refused.status, refused.body]).toEqual([403, '']);
  const { code, outcome, verdict } = await lab.exchangeOf(refused);
  expect([code, outcome]).toEqual(['application-blocked', 'refused']);
  expect(verdict?.checks.find(({ outcome: one }) => one === 'failed')).toMatchObject({
    check: 'client.user-agent',
    expected: 'an application that mary@contoso.test lets in',
    actual: `${tool}: EnforceBlockList with it`,
  });
  await run("Set-CASMailbox mary -EwsBlockList @{Add='OWA/*'; Remove='exchangelib/*'}");
  expect(await run('Get-CASMailbox mary')).toMatchObject([{ EwsApplicationAccessPolicy: 'EnforceBlockList', EwsBlockList: ['OWA/*'] }]);
  expect(await statuses(tool, 'OWA/15.2')).toEqual([200, 403]);
  await run('Set-CASMailbox mary -EwsApplicationAccessPolicy $null -EwsBlockList $null');
  expect(await run('Get-CASMailbox mary')).toMatchObject([{ EwsApplicationAccessPolicy: null, EwsBlockList: [], EwsAllowOutlook: null }]);
});
