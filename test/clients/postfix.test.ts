import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import nodemailer from 'nodemailer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCertificateStore } from '../../shared/net/certificates.ts';
import { canRunPostfix, type Postfix, postfixProgram, startPostfix } from '../support/postfix.ts';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { requireTool } from '../support/tools.ts';
import { responses } from '../wire/ews/answers.ts';
import { transportPort } from '../wire/smtp/dialogue.ts';
import { mimeOf } from '../wire/smtp/transport-lab.ts';

const host = 'relay.outside.test';
const waitMs = 30_000;

describe.skipIf(!requireTool(postfixProgram, 'postfix (and be root)', canRunPostfix()))('Postfix', () => {
  let lab: TestLab;
  let postfix: Postfix;
  beforeAll(async () => {
    lab = await openTestLab();
    const store = await createCertificateStore({ folder: join(lab.dataDir, 'certificates'), realNow: () => Date.now() });
    const { certPem, chain, keyPem } = await store.leafFor([host]);
    const premises = transportPort(lab, 'contoso');
    postfix = await startPostfix({
      ...{ host, domain: 'outside.test', certificate: { cert: [certPem, ...chain].join(''), key: keyPem }, caFile: lab.endpoints.caFile },
      routes: [
        { domain: 'contoso.test', port: premises, name: 'smtp.contoso.test' },
        {
          domain: 'contoso.mail.onmicrosoft.test',
          port: transportPort(lab, 'contoso-cloud'),
          name: 'contoso-test.mail.protection.outlook.test',
        },
        { domain: 'fabrikam.test', port: transportPort(lab, 'fabrikam'), name: 'mail.elsewhere.test' },
      ],
    });
  }, 60_000);
  afterAll(async () => {
    postfix?.stop();
    await lab.close();
  });

  const submit = (to: string, subject: string) =>
    nodemailer
      .createTransport({
        ...{ host: '127.0.0.1', port: postfix.port, requireTLS: true, name: 'client.test' },
        tls: { ca: readFileSync(lab.endpoints.caFile), servername: host },
      })
      .sendMail({ from: 'ann@outside.test', to, subject, text: 'by Postfix\n.\n' });

  test.each([
    ['contoso', 'mary@contoso.test', 'mary@contoso.test'],
    ['contoso-cloud', 'joe@contoso.mail.onmicrosoft.test', 'joe@contoso.test'],
  ])('delivers to %s by STARTTLS, with the certificate verified', async (organization, to, mailbox) => {
    await submit(to, `postfix to ${organization}`);
    await expect.poll(() => mimeOf(lab, mailbox, `postfix to ${organization}`), { timeout: waitMs }).toMatch(/by Postfix\r\n\.\r\n/);
    expect(await mimeOf(lab, mailbox, `postfix to ${organization}`)).toMatch(
      /^Received: from relay\.outside\.test .* \(version=TLS1_3, cipher=/,
    );
    const port = transportPort(lab, organization);
    expect(postfix.log()).toMatch(
      new RegExp(`Verified TLS connection established to 127\\.0\\.0\\.1\\[127\\.0\\.0\\.1\\]:${port}: TLSv1\\.3`),
    );
    expect(postfix.log()).toMatch(new RegExp(`to=<${to}>, .* status=sent \\(250 2\\.6\\.0 <[^>]+> \\[InternalId=`));
  });

  test('keeps what is for a server that shows another name', async () => {
    await submit('pat@fabrikam.test', 'postfix to fabrikam');
    await expect
      .poll(() => postfix.log(), { timeout: waitMs })
      .toMatch(/to=<pat@fabrikam\.test>, .* status=deferred \(Server certificate not/);
    expect(await mimeOf(lab, 'pat@fabrikam.test', 'postfix to fabrikam')).toBe('');
  });

  async function send(subject: string): Promise<void> {
    const message = `<t:Message><t:Subject>${subject}</t:Subject><t:Body BodyType="Text">grüße</t:Body><t:ToRecipients><t:Mailbox><t:EmailAddress>ann@outside.test</t:EmailAddress></t:Mailbox></t:ToRecipients></t:Message>`;
    const { body } = await lab.ews(
      'mary@contoso.test',
      `<m:CreateItem MessageDisposition="SendAndSaveCopy"><m:Items>${message}</m:Items></m:CreateItem>`,
    );
    expect(responses(body)).toMatchObject([{ class: 'Success' }]);
    await lab.mailSent();
  }

  test('is a smart host: mail leaves to it by TLS, and both sides know each other by their certificates', async () => {
    const tls = '-RequireTLS $true -TlsAuthLevel DomainValidation';
    const line = `New-SendConnector Relay -AddressSpaces outside.test -DNSRoutingEnabled $false -SmartHosts [127.0.0.1] -Port ${postfix.port} ${tls}`;
    await runCmdlet(lab, 'contoso', `${line} -TlsDomain mail.elsewhere.test`);
    await send('to Postfix');
    expect(await runCmdlet(lab, 'contoso', 'Get-Queue -Filter "MessageCount -gt 0"')).toMatchObject([
      { NextHopDomain: '[127.0.0.1]', Status: 'Retry', LastError: expect.stringContaining('appropriate TLS channel: SubjectMismatch') },
    ]);
    expect(postfix.received()).toEqual([]);
    await runCmdlet(lab, 'contoso', `Set-SendConnector Relay -TlsDomain ${host}`);
    await runCmdlet(lab, 'contoso', 'Get-Queue -Filter "MessageCount -gt 0" | Retry-Queue');
    await lab.mailSent();
    await expect.poll(() => postfix.received().length, { timeout: waitMs }).toBe(1);
    const [mime = ''] = postfix.received();
    expect(mime).toMatch(
      /^Received: from EX-SE-01\.contoso\.test \([^)]*\[127\.0\.1\.1\]\)\n\t\(using TLSv1\.3 with cipher \S+ \(256\/256 bits\)/m,
    );
    expect(mime).toMatch(
      /\(Client CN "[^"]*contoso\.test", Issuer "[^"]+" \(verified OK\)\)\n\tby relay\.outside\.test \(Postfix\) with ESMTPS/,
    );
    expect(mime).toMatch(/^Subject: to Postfix$/m);
    expect(mime).not.toMatch(/^X-MS-Exchange-Organization-/m);
  });
});
