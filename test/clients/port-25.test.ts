import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import nodemailer from 'nodemailer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { requireTool } from '../support/tools.ts';
import { transportPort } from '../wire/smtp/dialogue.ts';
import { mimeOf } from '../wire/smtp/transport-lab.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());

/** Both sides take mail: by a name of the certificate, the port, whose mailbox it is for. */
const sides = [
  ['contoso', 'smtp.contoso.test', 'mary@contoso.test'],
  ['contoso-cloud', 'contoso-test.mail.protection.outlook.test', 'joe@contoso.test'],
] as const;

function run(program: string, words: readonly string[], input = ''): Promise<{ readonly code: number; readonly out: string }> {
  return new Promise((resolve) => {
    const child = execFile(program, words, { timeout: 30_000 }, (failure, out, err) =>
      resolve({ code: typeof failure?.code === 'number' ? failure.code : failure === null ? 0 : -1, out: `${out}${err}` }),
    );
    child.stdin?.end(input);
  });
}

describe.each(sides)('port 25 of %s', (organization, host, recipient) => {
  const port = (): string => String(transportPort(lab, organization));

  test.skipIf(!requireTool('swaks', 'swaks'))('swaks brings mail by STARTTLS', async () => {
    const words = ['--server', 'localhost', '--port', port(), '--tls', '--from', 'pat@fabrikam.test', '--to', recipient];
    const { code, out } = await run('swaks', [...words, '--helo', 'client.test', '--header', 'Subject: by swaks', '--body', 'x']);
    expect(out).toMatch(/<~ {2}250 2\.6\.0 <[^>]+> \[InternalId=\d+, Hostname=[\w.-]+\] Queued mail for delivery/);
    expect(code).toBe(0);
    expect(await mimeOf(lab, recipient, 'by swaks')).toMatch(/^Received: from client\.test .* \(version=TLS1_[23], cipher=/);
  });

  test.skipIf(!requireTool('python3', 'python3'))('smtplib of Python checks the certificate and asks for reports', async () => {
    const program = [
      'import smtplib, ssl, sys',
      'port, ca, host, to = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]',
      's = smtplib.SMTP("127.0.0.1", port, local_hostname="client.test", timeout=20)',
      's._host = host',
      's.starttls(context=ssl.create_default_context(cafile=ca))',
      's.ehlo()',
      'refused = s.sendmail("pat@fabrikam.test", [to], "From: pat@fabrikam.test\\r\\nSubject: by smtplib\\r\\n\\r\\n.x\\r\\n",',
      '  mail_options=["RET=HDRS", "ENVID=e1", "BODY=8BITMIME"], rcpt_options=["NOTIFY=FAILURE,DELAY", "ORCPT=rfc822;" + to])',
      'print(sorted(s.esmtp_features), refused)',
      's.quit()',
    ].join('\n');
    const { code, out } = await run('python3', ['-c', program, port(), lab.endpoints.caFile, host, recipient]);
    expect(out).toMatch(/^\['8bitmime', 'chunking', 'dsn', 'enhancedstatuscodes', 'pipelining', 'size'\] \{\}/);
    expect(code).toBe(0);
    expect(await mimeOf(lab, recipient, 'by smtplib')).toMatch(/\r\n\r\n\.x\r\n$/);
  });

  test.skipIf(!requireTool('openssl', 'openssl'))('openssl s_client sees the right certificate', async () => {
    const words = ['s_client', '-connect', `127.0.0.1:${port()}`, '-starttls', 'smtp', '-CAfile', lab.endpoints.caFile];
    const { out } = await run('openssl', [...words, '-verify_hostname', host, '-verify_return_error', '-name', 'client.test'], 'QUIT\r\n');
    expect(out).toMatch(/Verification: OK/);
    expect(out).toMatch(/Acceptable client certificate CA names/);
  });

  test('nodemailer sends ten at once by one pool of connections', async () => {
    const pool = nodemailer.createTransport({
      ...{ host: '127.0.0.1', port: Number(port()), pool: true, maxConnections: 2, requireTLS: true, name: 'client.test' },
      tls: { ca: readFileSync(lab.endpoints.caFile), servername: host },
    });
    const send = (number: number) =>
      pool.sendMail({ from: 'pat@fabrikam.test', to: recipient, subject: `by nodemailer ${number}`, text: 'x\n.\ny' });
    const sent = await Promise.all(Array.from({ length: 10 }, (_, number) => send(number)));
    pool.close();
    expect(sent.map(({ response }) => response.slice(0, 9))).toEqual(sent.map(() => '250 2.6.0'));
    expect(await mimeOf(lab, recipient, 'by nodemailer 9')).toContain('x\r\n.\r\ny');
  });
});
