import { connect } from 'node:net';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { transportPort } from './dialogue.ts';
import { cloud, mimeOf, premises, sendMessage, useTransportLab } from './transport-lab.ts';

const transport = useTransportLab();
const { run, hello, secured } = transport;

beforeAll(() => run('Set-ReceiveConnector "Default Frontend EX-SE-01" -TarpitInterval 00:00:00 -MaxProtocolErrors unlimited'));

/** Sends octets at once after connecting, before anything was heard, and answers all that came until the end. */
function blurt(organization: string, octets: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect(transportPort(transport.lab, organization), '127.0.0.1', () => socket.write(octets));
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
    });
    socket.on('error', () => {}).on('close', () => resolve(heard));
  });
}

describe.each([premises, cloud])('%s', (organization) => {
  const to = organization === cloud ? 'joe@contoso.test' : 'mary@contoso.test';
  const from = 'pat@fabrikam.test';

  test('who speaks before the greeting is sent away', async () => {
    expect(await blurt(organization, 'EHLO early.test\r\n')).toMatch(/^421 [^\n]*\r\n$/);
  });

  test('what was sent behind STARTTLS in plain text is forgotten', async () => {
    const dialogue = await hello(organization);
    expect(await dialogue.send(`STARTTLS\r\nMAIL FROM:<${from}>\r\nRCPT TO:<${to}>\r\n`)).toMatch(/^220 /);
    const after = await secured(organization);
    expect(await after.say('RCPT TO:<x@y.test>')).toMatch(/^503 5\.5\.2 Need mail command/);
  });

  test.each([
    ['a bare line feed on both sides', 'a\n.\nMAIL FROM:<evil@x.test>'],
    ['a bare line feed before', 'a\n.\r\nMAIL FROM:<evil@x.test>'],
    ['a bare line feed behind', 'a\r\n.\nMAIL FROM:<evil@x.test>'],
    ['a bare carriage return', 'a\r.\rMAIL FROM:<evil@x.test>'],
    ['a NUL between', 'a\r\n.\0\r\nMAIL FROM:<evil@x.test>'],
  ])('a dot with %s ends no message', async (how, body) => {
    const dialogue = await hello(organization);
    const subject = `smuggled by ${how}`;
    expect(await sendMessage(dialogue, { from, to, text: `From: ${from}\r\nSubject: ${subject}\r\n\r\n${body}` })).toMatch(/^250 2\.6\.0 /);
    expect(await dialogue.say('NOOP')).toMatch(/^250 /);
    expect(await mimeOf(transport.lab, to, subject)).toContain('MAIL FROM:<evil@x.test>');
  });

  test.each([
    ['octets of no text in a header', `Subject: \xff\xfe\0odd\r\n\r\nx`, /^250 /],
    ['a line of a megabyte', `Subject: long\r\n\r\n${'x'.repeat(1_000_000)}`, /^250 /],
    ['a header without end', `X: ${'x'.repeat(300_000)}`, /^552 5\.3\.4 Header size/],
    ['a part that is cut off', 'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/ht', /^250 /],
    ['parts in parts without end', nested(400), /^(250|554) /],
    ['a loop', 'Received: from a by b\r\n'.repeat(61), /^554 5\.4\.(6|14) Hop count exceeded - possible mail loop/],
  ])('%s is answered', async (_, text, expected) => {
    const dialogue = await hello(organization);
    expect(await sendMessage(dialogue, { from, to, text })).toMatch(expected);
    expect(await dialogue.say('NOOP')).toMatch(/^250 /);
  });

  test.each([
    ['MAIL FROM:<a@b.test', /^501 /],
    ['MAIL FROM:<a@b.test> SIZE=x', /^501 /],
    ['MAIL FROM:<a@b.test> RET=NONE', /^501 /],
    ['MAIL FROM:<a@b.test> ENVID=a+0D+0Ab', /^501 /],
    ['MAIL FROM:<a\0@b.test>', /^501 /],
    ['RCPT TO:<a@b.test>', /^503 /],
    ['DATA', /^503 /],
    ['BDAT 0 LAST', /^503 /],
    ['BDAT ten LAST', /^501 /],
    ['EHLO', /^501 /],
    ['GET / HTTP/1.1', /^421 /],
    ['x'.repeat(30_000), /^421 /],
  ])('%s gets its answer', async (line, expected) => {
    expect(await (await hello(organization)).say(line)).toMatch(expected);
  });

  test('whatever octets come, the door stays open', async () => {
    const noise = fc.uint8Array({ minLength: 1, maxLength: 400 });
    const word = fc.constantFrom(
      'EHLO a\r\n',
      'MAIL FROM:<a@b.test>\r\n',
      `RCPT TO:<${to}>\r\n`,
      'DATA\r\n',
      '.\r\n',
      '\r\n',
      'RSET\r\n',
      '\n.\n',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            noise,
            word.map((text) => Buffer.from(text)),
          ),
          { maxLength: 12 },
        ),
        async (parts) => {
          const { send, end } = await hello(organization);
          void send(Buffer.concat([...parts, Buffer.from('\r\n')]));
          end();
          expect(await (await hello(organization)).say('NOOP')).toMatch(/^250 /);
        },
      ),
      { numRuns: 15 },
    );
  });
});

test('refusals are slow for who has not signed in, until the world’s clock moves', async () => {
  await run('New-ReceiveConnector Slow -RemoteIPRanges 127.0.6.66 -PermissionGroups AnonymousUsers -TarpitInterval 01:00:00');
  const { say } = await hello(undefined, '127.0.6.66');
  await say('MAIL FROM:<a@b.test>');
  const refused = say('RCPT TO:<x@elsewhere.test>');
  await expect.poll(async () => (await transport.lastStep('RCPT')).code).toBe('relay-denied');
  expect(await Promise.race([refused, Promise.resolve('waiting')])).toBe('waiting');
  await transport.lab.clock.advance(3_600_000);
  expect(await refused).toMatch(/^550 5\.7\.54 /);
});

function nested(depth: number): string {
  const open = Array.from({ length: depth }, (_, level) => `Content-Type: multipart/mixed; boundary=b${level}\r\n\r\n--b${level}\r\n`);
  return `Subject: nested\r\n${open.join('')}\r\nx`;
}
