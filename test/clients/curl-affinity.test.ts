import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { curlWords } from '../support/curl-words.ts';
import { worldOfTwoServers } from '../support/several-servers.ts';
import { envelope } from '../support/soap.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { requireTool } from '../support/tools.ts';
import { responses, texts } from '../wire/ews/answers.ts';

const run = promisify(execFile);

describe.skipIf(!requireTool('curl', 'curl'))('curl with a cookie jar, where there are two servers', () => {
  let lab: TestLab;
  beforeAll(async () => {
    lab = await openTestLab({ world: worldOfTwoServers() });
  });
  afterAll(() => lab.close());

  /** Posts as Mary; without a jar no cookie comes or goes. */
  async function post(body: string, anchor: string, ...jar: readonly string[]): Promise<string> {
    const headers = ['Content-Type: text/xml; charset=utf-8', `X-AnchorMailbox: ${anchor}`, 'X-PreferServerAffinity: true'];
    const words = [
      ...curlWords(lab, '--show-error'),
      ...['--user', `mary@contoso.test:${lab.password}`, ...headers.flatMap((header) => ['--header', header])],
      ...['--data-binary', envelope(body), ...jar, 'https://mail.contoso.test/EWS/Exchange.asmx'],
    ];
    return (await run('curl', words, { env: { PATH: process.env['PATH'] } })).stdout;
  }

  test('keeps to the server of its subscription, whatever the anchor', async () => {
    const file = join(lab.dataDir, 'jar.txt');
    const folder = '<t:FolderIds><t:DistinguishedFolderId Id="inbox"/></t:FolderIds>';
    const events = '<t:EventTypes><t:EventType>NewMailEvent</t:EventType></t:EventTypes>';
    const made = await post(
      `<m:Subscribe><m:PullSubscriptionRequest>${folder}${events}<t:Timeout>10</t:Timeout></m:PullSubscriptionRequest></m:Subscribe>`,
      'rob@contoso.test',
      ...['--cookie-jar', file],
    );
    const jar = readFileSync(file, 'utf8');
    expect(jar).toMatch(/^#HttpOnly_mail\.contoso\.test\tFALSE\t\/\tTRUE\t0\tX-BackEndOverrideCookie\tEX-SE-01\.contoso\.test~\d+$/m);
    expect(jar).toMatch(/^#HttpOnly_mail\.contoso\.test\tFALSE\t\/EWS\tTRUE\t\d+\tX-BackEndCookie\trob@contoso\.test=u56L/m);
    const [id, watermark] = [texts(made, 'SubscriptionId')[0], texts(made, 'Watermark')[0]];
    const ask = `<m:GetEvents><m:SubscriptionId>${id}</m:SubscriptionId><m:Watermark>${watermark}</m:Watermark></m:GetEvents>`;
    const codes = async (...jar: readonly string[]) => responses(await post(ask, 'mary@contoso.test', ...jar)).map(({ code }) => code);
    expect(await codes()).toEqual(['ErrorSubscriptionNotFound']);
    expect(await codes('--cookie', file)).toEqual(['NoError']);
  });
});
