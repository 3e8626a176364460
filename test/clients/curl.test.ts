import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { curlWords } from '../support/curl-words.ts';
import { jpegOf } from '../support/pictures.ts';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { requireTool } from '../support/tools.ts';
import { all, texts } from '../wire/ews/answers.ts';

const hasCurl = requireTool('curl', 'curl');

interface Outcome {
  /** curl's own exit code: 0 when there was an answer. */
  readonly code: number;
  readonly status: number;
  readonly head: string;
  readonly body: string;
  readonly error: string;
}

describe.skipIf(!hasCurl)('curl, through the forward proxy', () => {
  let lab: TestLab;
  beforeAll(async () => {
    lab = await openTestLab();
  });
  afterAll(() => lab.close());

  /** Runs curl with the proxy and the CA and nothing else: no name is looked up here, every certificate is checked. */
  function curl(...words: readonly string[]): Promise<Outcome> {
    const fixed = curlWords(lab, '--show-error', '--include', '--suppress-connect-headers');
    const environment = { PATH: process.env['PATH'] };
    return new Promise((resolve, reject) => {
      execFile('curl', [...fixed, '--write-out', '\n%{http_code}', ...words], { env: environment }, (failure, out, error) => {
        if (failure !== null && typeof failure.code !== 'number') return reject(new Error(failure.message));
        const end = out.lastIndexOf('\n');
        const [head = '', ...rest] = out.slice(0, end).split('\r\n\r\n');
        resolve({ code: Number(failure?.code ?? 0), status: Number(out.slice(end + 1)), head, body: rest.join('\r\n\r\n'), error });
      });
    });
  }

  const user = (mail: string): readonly string[] => {
    const found = lab.endpoints.users.find((one) => one.mail === mail);
    return ['--user', `${found?.userName}:${found?.password}`];
  };
  const asked = (mail: string): readonly string[] => [
    ...['--header', 'Content-Type: text/xml; charset=utf-8', '--data-binary'],
    '<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request>' +
      `<EMailAddress>${mail}</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema>` +
      '</Request></Autodiscover>',
  ];
  const discover = 'https://autodiscover.contoso.test/autodiscover/autodiscover.xml';

  test("reaches the world's names and Microsoft's", async () => {
    for (const [host, organization] of [
      ['mail.contoso.test', 'contoso'],
      ['outlook.office365.test', 'contoso-cloud'],
      ['outlook.office365.com', 'contoso-cloud'],
      ['mail.fabrikam.test', 'fabrikam'],
    ]) {
      const root = await curl(`https://${host}/`);
      expect([host, root.code, root.error]).toEqual([host, 0, '']);
      expect(root.status).toBeLessThan(500);
      const ews = await curl(`https://${host}/EWS/Exchange.asmx`);
      expect([ews.code, ews.status]).toEqual([0, 401]);
      const [record] = await lab.exchanges({ service: 'ews', ...(organization === undefined ? {} : { organization }) });
      expect(record).toMatchObject({ organization, status: 401, outcome: 'refused' });
    }
  });

  test('POX Autodiscover: mary gets her settings', async () => {
    const { code, status, body } = await curl(...user('mary@contoso.test'), ...asked('mary@contoso.test'), discover);
    expect([code, status]).toEqual([0, 200]);
    expect(texts(body, 'Action')).toEqual(['settings']);
    expect(new Set(texts(body, 'EwsUrl'))).toEqual(new Set(['https://mail.contoso.test/EWS/Exchange.asmx']));
    const ews = await curl(...user('mary@contoso.test'), texts(body, 'EwsUrl')[0] ?? '');
    expect([ews.status, ews.head]).toEqual([302, expect.stringMatching(/^location: .*\/EWS\/Services\.wsdl\r?$/im)]);
  });

  test('POX Autodiscover: joe is sent on, and finds his mailbox in the cloud', async () => {
    const first = await curl(...user('mary@contoso.test'), ...asked('joe@contoso.test'), discover);
    expect([first.status, texts(first.body, 'Action')]).toEqual([200, ['redirectAddr']]);
    const address = texts(first.body, 'RedirectAddr')[0] ?? '';
    expect(address).toBe('joe@contoso.mail.onmicrosoft.test');

    // The https host of that domain has no certificate for its name; its plain-http host says where to go.
    const host = `autodiscover.${address.split('@')[1]}`;
    const mismatch = await curl(`https://${host}/autodiscover/autodiscover.xml`);
    expect([mismatch.code, mismatch.status]).toEqual([60, 0]);
    expect(mismatch.error).toMatch(/no alternative certificate subject name matches|subject name/i);
    const redirect = await curl(`http://${host}/autodiscover/autodiscover.xml`);
    expect([redirect.code, redirect.status]).toEqual([0, 302]);
    const location = /^location: (\S+)\r?$/im.exec(redirect.head)?.[1] ?? '';
    expect(location).toBe('https://autodiscover-s.outlook.test/autodiscover/autodiscover.xml');

    const second = await curl(...user('joe@contoso.test'), ...asked(address), location);
    expect([second.status, texts(second.body, 'Action')]).toEqual([200, ['settings']]);
    expect(new Set(texts(second.body, 'EwsUrl'))).toEqual(new Set(['https://outlook.office365.test/EWS/Exchange.asmx']));
  });

  test('a wrong password and none are 401, with the headers that clients look for', async () => {
    for (const credentials of [[], ['--user', 'CONTOSO\\mary:wrong'], ['--user', 'CONTOSO\\nobody:Pa55word!']]) {
      const { status, head, body } = await curl(...credentials, ...asked('mary@contoso.test'), discover);
      expect([status, body]).toEqual([401, '']);
      expect(head.match(/^www-authenticate: .*$/gim)?.map((line) => line.trim())).toEqual([
        expect.stringMatching(/^www-authenticate: Bearer client_id="00000002-0000-0ff1-ce00-000000000000", /i),
        expect.stringMatching(/: Negotiate$/i),
        expect.stringMatching(/: NTLM$/i),
        expect.stringMatching(/: Basic realm="autodiscover\.contoso\.test"$/i),
      ]);
    }
  });

  test("the company's web site takes no https, and other names are not there; nothing is forwarded", async () => {
    // 7: the site refuses connections; 56: the proxy refused to open a tunnel.
    for (const host of ['contoso.test', 'www.example.com', 'contoso.example', 'localhost', '127.0.0.1', '169.254.169.254']) {
      const { code, status, error } = await curl(`https://${host}/autodiscover/autodiscover.xml`);
      expect([host, [7, 56].includes(code), status]).toEqual([host, true, 0]);
      expect(error).toMatch(/CONNECT|proxy|refused/i);
      expect(await lab.exchanges({ service: 'proxy' })).toEqual(
        expect.arrayContaining([expect.objectContaining({ target: expect.stringContaining(host), outcome: 'refused' })]),
      );
    }
    const plain = await curl('http://www.example.com/');
    expect(plain.status).toBeGreaterThanOrEqual(400);
    expect((await lab.exchanges({})).filter(({ direction }) => direction === 'outgoing')).toEqual([]);
  });

  test('to one who trusts the public authorities only, no certificate is good', async () => {
    const authorities = join(lab.dataDir, 'public-authorities.pem');
    writeFileSync(authorities, rootCertificates.join('\n'));
    for (const host of ['mail.contoso.test', 'outlook.office365.com'])
      expect((await curl('--cacert', authorities, `https://${host}/`)).code).toBe(60);
  });

  test('EWS: a folder by a SOAP request', async () => {
    const body =
      '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><s:Body>' +
      '<GetFolder xmlns="http://schemas.microsoft.com/exchange/services/2006/messages"><FolderShape><t:BaseShape>Default</t:BaseShape></FolderShape>' +
      '<FolderIds><t:DistinguishedFolderId Id="inbox"/></FolderIds></GetFolder></s:Body></s:Envelope>';
    const answer = await curl(
      ...user('joe@contoso.test'),
      '--header',
      'Content-Type: text/xml',
      '--data-binary',
      body,
      'https://outlook.office365.com/EWS/Exchange.asmx',
    );
    expect([answer.status, texts(answer.body, 'DisplayName')]).toEqual([200, ['Inbox']]);
    expect(all(answer.body, 'ServerVersionInfo')).toHaveLength(1);
  });

  test('EWS: a photograph to the octet, and none where curl has it by its ETag', async () => {
    const picture = jpegOf(240, 240, 9_000);
    await runCmdlet(lab, 'contoso-cloud', `Set-UserPhoto joe -PictureData "${picture.toString('base64')}"`);
    const [file, tag] = [join(lab.dataDir, 'joe.jpg'), join(lab.dataDir, 'joe.etag')];
    const address = 'https://outlook.office365.com/ews/Exchange.asmx/s/GetUserPhoto?email=joe@contoso.test&size=HR240x240';
    const kept = ['--no-include', '--output', file, '--etag-save', tag, ...user('joe@contoso.test'), address];
    expect((await curl(...kept)).status).toBe(200);
    expect(readFileSync(file).equals(picture)).toBe(true);
    expect((await curl('--etag-compare', tag, ...kept)).status).toBe(304);
  });
});
