import { execFile, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { requireTool } from '../support/tools.ts';
import { texts } from '../wire/ews/answers.ts';
import { submissionPort } from '../wire/smtp/dialogue.ts';

const hasSwaks =
  requireTool('swaks', 'swaks') &&
  requireTool(
    "swaks' support of TLS",
    'libnet-ssleay-perl',
    /^=== TLS supported/m.test(spawnSync('swaks', ['--support']).stdout.toString()),
  );

describe.skipIf(!hasSwaks)('swaks', () => {
  let lab: TestLab;
  beforeAll(async () => {
    lab = await openTestLab();
  });
  afterAll(() => lab.close());

  /** Runs swaks and answers its exit code and the server's lines. */
  function swaks(...words: readonly string[]): Promise<{ readonly code: number; readonly answers: readonly string[] }> {
    const server = ['--server', 'localhost', '--port', String(submissionPort(lab)), '--helo', 'client.test', '--timeout', '20'];
    const trust = ['--tls-verify', '--tls-ca-path', lab.endpoints.caFile];
    return new Promise((resolve) => {
      execFile('swaks', [...server, ...trust, ...words], (failure, out) => {
        const answers = out.split('\n').flatMap((line) => /^<(?:-|~|\*\*)\*? +(\d.*)$/.exec(line.trimEnd())?.[1] ?? []);
        resolve({ code: Number(failure?.code ?? 0), answers });
      });
    });
  }
  const envelope = ['--from', 'mary@contoso.test', '--to', 'rob@contoso.test'];
  const auth = (method: string, password = lab.password): readonly string[] => [
    '--auth',
    method,
    '--auth-user',
    'CONTOSO\\mary',
    '--auth-password',
    password,
  ];

  test.each(['LOGIN', 'PLAIN'])('%s over STARTTLS, the certificate checked', async (method) => {
    const { code, answers } = await swaks(
      '--tls',
      ...auth(method),
      ...envelope,
      '--header',
      `Subject: swaks ${method}`,
      '--body',
      'one\n.two\n',
    );
    expect(answers.filter((line) => !/^(?:250-|334)/.test(line))).toEqual([
      '220 submission.coexist.test Microsoft ESMTP MAIL Service ready',
      '250 CHUNKING',
      '220 2.0.0 SMTP server ready',
      '250 CHUNKING',
      '235 2.7.0 Authentication successful',
      '250 2.1.0 Sender OK',
      '250 2.1.5 Recipient OK',
      '354 Start mail input; end with <CRLF>.<CRLF>',
      expect.stringMatching(/^250 2\.0\.0 OK <[^>]+> \[Hostname=EX-SE-01\.contoso\.test\]$/),
      '221 2.0.0 Service closing transmission channel',
    ]);
    expect(code).toBe(0);
    const { body } = await lab.ews(
      'rob@contoso.test',
      '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape>' +
        '<m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>',
    );
    expect(texts(body, 'Subject')).toContain(`swaks ${method}`);
  });

  test('without TLS there is no way to sign in', async () => {
    const { code, answers } = await swaks(...auth('LOGIN'), ...envelope);
    // 28: no mechanism of the server's suits.
    expect(code).toBe(28);
    expect(answers.join('\n')).not.toContain('AUTH');
  });

  test('a wrong password', async () => {
    const { code, answers } = await swaks('--tls', ...auth('PLAIN', 'nonsense'), ...envelope);
    expect(code).toBe(28);
    expect(answers).toContain('535 5.7.3 Authentication unsuccessful [EX-SE-01.contoso.test]');
  });

  test('mail without signing in', async () => {
    const { code, answers } = await swaks('--tls', ...envelope);
    expect(code).toBe(23);
    expect(answers).toContain('530 5.7.57 Client not authenticated to send mail.');
  });
});
