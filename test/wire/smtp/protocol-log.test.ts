import { expect, test } from 'vitest';
import { smtpReceiveLog } from '../../../shared/journal/smtp-receive-log.ts';
import { smtpTlsReport } from '../../../shared/journal/smtp-tls-report.ts';
import { tlsText } from '../../../shared/net/smtp-tls-text.ts';
import { cloud, sendMessage, useTransportLab } from './transport-lab.ts';

const transport = useTransportLab();

const server = { name: 'EX-SE-01', fqdn: 'EX-SE-01.contoso.test', version: { major: 15, minor: 2, majorBuild: 2562, minorBuild: 17 } };

test('a connector whose log is verbose tells every line, in Exchange’s form and without secrets', async () => {
  const dialogue = await transport.secured();
  await dialogue.say('AUTH LOGIN');
  const text = 'From: pat@fabrikam.test\r\nSubject: logged\r\n\r\nthe text, which is nobody’s business';
  await sendMessage(dialogue, { from: 'pat@fabrikam.test', to: 'mary@contoso.test', text });
  await dialogue.say('QUIT');
  dialogue.end();
  const exchanges = async () => transport.lab.exchanges({ service: 'smtp' });
  await expect.poll(async () => (await exchanges()).some(({ target }) => target === 'connection')).toBe(true);
  const lines = (await exchanges()).flatMap((one) => smtpReceiveLog.line(server, one)?.split('\n') ?? []);
  const told = lines.map((line) =>
    /^[\dTZ:.-]{24},EX-SE-01\\Default Frontend EX-SE-01,[\dA-F]{16},(\d+),127\.0\.0\.1:\d+,127\.0\.0\.1:\d+,(.),(.*),$/.exec(line),
  );
  expect(told.map((match) => Number(match?.[1]))).toEqual(told.map((_match, index) => index));
  const said = told.map((match) => `${match?.[2]} ${match?.[3]}`);
  expect(said).toEqual(
    expect.arrayContaining([
      '+ ',
      '< EHLO client.test',
      '> 250 STARTTLS',
      '< STARTTLS',
      '> 220 2.0.0 SMTP server ready',
      expect.stringMatching(
        /^\* "?TLS protocol SP_PROT_TLS1_3_SERVER negotiation succeeded using bulk encryption algorithm CALG_AES_256 with /,
      ),
      '< MAIL FROM:<pat@fabrikam.test>',
      '> 250 2.1.0 Sender OK',
      '< RCPT TO:<mary@contoso.test>',
      '< QUIT',
      '> 221 2.0.0 Service closing transmission channel',
      '- ',
    ]),
  );
  expect(lines.join('\n')).not.toContain('nobody');
  expect(smtpReceiveLog.head(server, 0)).toBe(
    '#Software: Microsoft Exchange Server\n#Version: 15.02.2562.017\n#Log-Type: SMTP Receive Protocol Log\n#Date: 1970-01-01T00:00:00.000Z\n' +
      '#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context\n',
  );
});

test('who comes with less than TLS 1.2 is told', async () => {
  await (await transport.hello()).say('MAIL FROM:<a@plain.test>');
  await (await transport.secured()).say('MAIL FROM:<a@new.test>');
  const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const;
  await (await transport.secured(cloud, old)).say('MAIL FROM:<a@old.test>');
  const report = (await transport.lab.exchanges({ service: 'smtp' })).flatMap((one) => smtpTlsReport.line(server, one) ?? []);
  expect(report.map((line) => line.slice(25))).toEqual([
    '127.0.0.1,contoso,plain text',
    '127.0.0.1,contoso-cloud,TLSv1.1 TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA',
  ]);
});

test.each([
  [
    'TLSv1.2',
    'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
    /SP_PROT_TLS1_2_CLIENT .* CALG_AES_256 with strength 256 bits, MAC hash algorithm CALG_SHA_384 with strength 384 bits and key exchange algorithm CALG_ECDHE /,
  ],
  [
    'TLSv1',
    'TLS_RSA_WITH_AES_128_CBC_SHA',
    /SP_PROT_TLS1_0_CLIENT .* CALG_AES_128 with strength 128 bits, MAC hash algorithm CALG_SHA1 with strength 160 bits and key exchange algorithm CALG_RSA_KEYX /,
  ],
  [
    'TLSv1.3',
    'TLS_CHACHA20_POLY1305_SHA256',
    /SP_PROT_TLS1_3_CLIENT .* CALG_CHACHA20 with strength 256 bits, MAC hash algorithm CALG_SHA_256 /,
  ],
])('%s with %s in the words of Windows', (version, cipher, expected) => {
  expect(tlsText({ version, cipher }, 'CLIENT')).toMatch(expected);
});
