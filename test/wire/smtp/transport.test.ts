import { describe, expect, test } from 'vitest';
import { cloud, mimeOf, premises, sendMessage, useTransportLab } from './transport-lab.ts';

const transport = useTransportLab();
const { run, connect, hello, secured, lastStep } = transport;

const text = (subject: string): string => `From: Pat <pat@fabrikam.test>\r\nTo: mary@contoso.test\r\nSubject: ${subject}\r\n\r\nx`;
const toMary = (subject: string) => ({ from: 'pat@fabrikam.test', to: 'mary@contoso.test', text: text(subject) });

describe('the default front end of servers on-premises', () => {
  test('greets, and offers what it can', async () => {
    const dialogue = await connect();
    expect(dialogue.greeting).toMatch(
      /^220 smtp\.contoso\.test Microsoft ESMTP MAIL Service ready at \w{3}, \d\d \w{3} \d{4} [\d:]{8} \+0000$/,
    );
    expect(await dialogue.say('EHLO client.test')).toBe(
      '250-smtp.contoso.test Hello [127.0.0.1]\n250-SIZE 37748736\n250-PIPELINING\n250-DSN\n250-ENHANCEDSTATUSCODES\n250-STARTTLS\n250-X-ANONYMOUSTLS\n250-8BITMIME\n250 CHUNKING',
    );
  });

  test('takes mail of anybody for its mailboxes, anonymous whatever its header says', async () => {
    const dialogue = await secured();
    const forged = `X-MS-Exchange-Organization-AuthAs: Internal\r\nX-MS-Exchange-CrossPremises-AuthAs: Internal\r\n${text('from outside')}`;
    expect(await sendMessage(dialogue, { ...toMary('from outside'), text: forged })).toMatch(
      /^250 2\.6\.0 <[^>]+> \[InternalId=\d+, Hostname=EX-SE-01\.contoso\.test\] Queued mail for delivery$/,
    );
    const mime = await mimeOf(transport.lab, 'mary@contoso.test', 'from outside');
    expect(mime).toMatch(
      /^Received: from client\.test \(127\.0\.0\.1\) by EX-SE-01\.contoso\.test with Microsoft SMTP Server \(version=TLS1_3, cipher=TLS_\w+\) id 15\.2\.2562\.17;/,
    );
    expect([...mime.matchAll(/^X-MS-Exchange-Organization-AuthAs: (.*)\r$/gm)].map(([, as]) => as)).toEqual(['Anonymous']);
    expect(mime).not.toContain('CrossPremises');
  });

  test('takes mail in plain text, too, and none for others', async () => {
    const dialogue = await hello();
    expect(await sendMessage(dialogue, { from: 'a@b.test', to: 'c@elsewhere.test', text: '' })).toBe(
      '550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain',
    );
    expect(await lastStep('RCPT')).toMatchObject({ failed: 'transport.recipient', code: 'relay-denied', organization: premises });
    await dialogue.say('RSET');
    expect(await sendMessage(dialogue, toMary('plain'))).toMatch(/^250 2\.6\.0 /);
  });

  test.each([
    ['MAIL FROM:<a@b.test> XOORG=contoso.test', '501 5.5.4 Invalid arguments'],
    ['MAIL FROM:<a@b.test> SIZE=37748737', '552 5.3.4 Message size exceeds fixed maximum message size'],
    ['MAIL FROM:<a@b.test> BODY=BINARYMIME', /^501 /],
    ['AUTH LOGIN', /^500 /],
    ['XCLIENT ADDR=10.0.0.1', /^500 /],
  ])('%s is refused', async (line, expected) => {
    const { say } = await hello();
    expect(await say(line)).toMatch(expected);
  });
});

describe('the edge of a tenant', () => {
  test('offers what it has, and takes mail for its own', async () => {
    const dialogue = await secured(cloud);
    expect(await dialogue.say('EHLO client.test')).toBe(
      '250-AM0PR01MB0001.contoso.test Hello [127.0.0.1]\n250-SIZE 157286400\n250-PIPELINING\n250-DSN\n250-ENHANCEDSTATUSCODES\n250-8BITMIME\n250 CHUNKING',
    );
    expect(await sendMessage(dialogue, { ...toMary('to joe'), to: 'joe@contoso.test' })).toMatch(/^250 2\.6\.0 /);
    expect(await mimeOf(transport.lab, 'joe@contoso.test', 'to joe')).toContain('X-MS-Exchange-Organization-AuthAs: Anonymous');
  });

  test('blocks whom its directory does not know, and relays for nobody', async () => {
    const dialogue = await hello(cloud);
    const { say } = dialogue;
    await say('MAIL FROM:<a@b.test>');
    expect(await say('RCPT TO:<ghost@contoso.test>')).toBe('550 5.4.1 [ghost@contoso.test]: Recipient address rejected: Access denied');
    expect(await say('RCPT TO:<x@elsewhere.test>')).toBe('550 5.7.64 TenantAttribution; Relay Access Denied [AM0PR01MB0001.contoso.test]');
    expect(await lastStep('RCPT')).toMatchObject({ failed: 'transport.recipient' });
    await run('Set-AcceptedDomain contoso.test -DomainType InternalRelay', cloud);
    expect(await say('RCPT TO:<ghost@contoso.test>')).toMatch(/^550 5\.4\.1/);
    // What a connection began with is what it goes on with.
    const later = await hello(cloud);
    await later.say('MAIL FROM:<a@b.test>');
    expect(await later.say('RCPT TO:<ghost@contoso.test>')).toBe('250 2.1.5 Recipient OK');
    await run('Set-AcceptedDomain contoso.test -DomainType Authoritative', cloud);
  });
});
