import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { curlWords } from '../support/curl-words.ts';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { envelope } from '../support/soap.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { requireTool } from '../support/tools.ts';
import { guardedWorld } from '../wire/perimeter/perimeter-lab.ts';

const hasCurl = requireTool('curl', 'curl');
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ world: guardedWorld({ preAuthentication: 'Ntlm' }) });
});
afterAll(() => lab.close());

const openInbox =
  '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>';

function byCurl(...words: readonly string[]): Promise<string> {
  const post = ['--header', 'Content-Type: text/xml; charset=utf-8', '--data-binary', envelope(openInbox)];
  const all = [
    ...curlWords(lab, ...words),
    ...post,
    '--output',
    '/dev/null',
    '--write-out',
    '%{http_code}',
    'https://mail.contoso.test/EWS/Exchange.asmx',
  ];
  return new Promise((resolve, reject) => {
    execFile('curl', all, { env: { PATH: process.env['PATH'] } }, (failure, out, error) => {
      if (failure !== null) reject(new Error(`curl: ${error}`));
      else resolve(out);
    });
  });
}

describe.skipIf(!hasCurl)('curl before a device that asks for NTLM', () => {
  test('comes through by it, and by nothing else', async () => {
    const account = ['--user', `CONTOSO\\mary:${lab.password}`];
    expect(await byCurl('--ntlm', ...account)).toBe('200');
    expect(await byCurl('--ntlm', '--user', 'CONTOSO\\mary:wrong')).toBe('401');
    expect(await byCurl('--basic', ...account)).toBe('401');
    // It sends no channel bindings: where they are required nobody comes through.
    await runCmdlet(
      lab,
      'contoso',
      'Get-WebServicesVirtualDirectory | Set-WebServicesVirtualDirectory -ExtendedProtectionTokenChecking Require',
    );
    expect(await byCurl('--ntlm', ...account)).toBe('401');
  });
});
