import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());

const doors = [
  ['WebServicesVirtualDirectory "EWS (Default Web Site)"', 'https://mail.contoso.test/EWS/Exchange.asmx', 'mail.contoso.test'],
  [
    'AutodiscoverVirtualDirectory "Autodiscover (Default Web Site)"',
    'https://autodiscover.contoso.test/autodiscover/autodiscover.xml',
    'autodiscover.contoso.test',
  ],
] as const;

const switches = [true, false].flatMap((oauth) =>
  [true, false].flatMap((windows) => [true, false].map((basic) => ({ oauth, windows, basic }))),
);

/** The schemes of a 401, in order, each in a header of its own. */
async function offered(url: string): Promise<readonly string[]> {
  const { status, headers } = await lab.https(url, { method: 'POST', headers: { 'content-type': 'text/xml' }, body: '<a/>' });
  expect(status).toBe(401);
  const lines = String(headers['www-authenticate'] ?? '').replace(/Bearer client_id="[^"]+"(?:, [a-z_]+="[^"]*")*/, 'Bearer');
  return lines === '' ? [] : lines.split(', ');
}

describe.each(doors)('%s', (directory, url, host) => {
  test.each(switches)('OAuth $oauth, Windows $windows, Basic $basic', async ({ oauth, windows, basic }) => {
    const set = `-OAuthAuthentication $${oauth} -WindowsAuthentication $${windows} -BasicAuthentication $${basic}`;
    await runCmdlet(lab, 'contoso', `Set-${directory} ${set}`);
    expect(await offered(url)).toEqual([
      ...(oauth ? ['Bearer'] : []),
      ...(windows ? ['Negotiate', 'NTLM'] : []),
      ...(basic ? [`Basic realm="${host}"`] : []),
    ]);
  });

  test('Digest stands before Basic where it is allowed, each time with another nonce', async () => {
    await runCmdlet(lab, 'contoso', `Set-${directory} -DigestAuthentication $true -BasicAuthentication $true`);
    const digests = [await offered(url), await offered(url)].map((lines) => lines.at(-2));
    for (const line of digests) expect(line).toMatch(/^Digest/);
    expect(digests[0]).not.toBe(digests[1]);
    await runCmdlet(lab, 'contoso', `Set-${directory} -DigestAuthentication $false`);
    expect((await offered(url)).some((line) => line.startsWith('Digest'))).toBe(false);
  });

  test('LiveIdNegotiateAuthentication is not there to be set', async () => {
    const line = `Set-${directory} -LiveIdNegotiateAuthentication $true`;
    await expect(runCmdlet(lab, 'contoso', line)).rejects.toThrow(/parameter name 'LiveIdNegotiateAuthentication'/);
  });
});
