import { expect, test } from 'vitest';
import { dns } from '../../support/sending-ground.ts';
import type { SinkOptions } from '../../support/smtp-sink.ts';
import { sendingTests } from './sending-tests.ts';

const sending = sendingTests();
/** A server of somebody else, with fewer extensions than most. */
const peer = (engine: SinkOptions['engine'] = {}) => sending.fabrikam({ engine });

async function send(text: string, to: readonly string[] = ['pat@fabrikam.test']): Promise<readonly (readonly [string, string])[]> {
  await sending.ground.put({ to, hop: dns('fabrikam.test'), text });
  await sending.ground.sender.settled();
  return sending.ground.reports.flatMap(({ undelivered }) => undelivered.map(({ address, reply }) => [address, reply] as const));
}

const german = 'MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGrüße\r\n';

test('8-bit text to a server with 8BITMIME goes as it is, and MAIL says so', async () => {
  const { messages } = await peer();
  expect(await send(german)).toEqual([]);
  expect(messages[0]?.senderParameters).toMatchObject({ BODY: '8BITMIME' });
  expect(Buffer.from(messages[0]?.text ?? '', 'latin1').toString()).toContain('Grüße');
});

test('to one without it, in quoted-printable', async () => {
  const { messages } = await peer({ hide8BITMIME: true });
  expect(await send(german)).toEqual([]);
  expect(messages[0]?.senderParameters).not.toHaveProperty('BODY');
  expect(messages[0]?.text).toMatch(/Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe/);
});

test('a signed message would not be the same any more: its sender is told', async () => {
  const { messages } = await peer({ hide8BITMIME: true });
  const signed = `Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n${german}\r\n--b--\r\n`;
  expect(await send(signed)).toEqual([['pat@fabrikam.test', expect.stringMatching(/^554 5\.6\.3 /)]]);
  expect(messages).toEqual([]);
});

test('binary parts go as base64, or as quoted-printable where they are text, to a server with 8BITMIME too: there is no BODY=BINARYMIME', async () => {
  const { messages } = await peer();
  const part = (head: string, body: string) => `--b\r\n${head}\r\nContent-Transfer-Encoding: BINARY\r\n\r\n${body}\r\n`;
  const binary = `MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: binary\r\n\r\n${part('Content-Type: application/octet-stream', 'a\0b\rc\nd')}${part('Content-Type: text/plain; charset=utf-8', 'Grüße')}--b\r\n\r\nContent-Transfer-Encoding: binary is what I write\r\n--b--\r\n`;
  expect(await send(binary)).toEqual([]);
  const text = messages[0]?.text ?? '';
  expect(text).toContain(`Content-Transfer-Encoding: base64\r\n\r\n${Buffer.from('a\0b\rc\nd').toString('base64')}\r\n`);
  expect(text).toContain('Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe');
  expect(text).toMatch(/^MIME-Version: 1\.0\r\nContent-Type: multipart\/mixed; boundary=b\r\nContent-Transfer-Encoding: 8bit\r\n/);
  expect(text).toContain('\r\n\r\nContent-Transfer-Encoding: binary is what I write\r\n--b--');
});

test('binary parts that are signed: in lines as they are, else their sender is told', async () => {
  const { messages } = await peer();
  const signed = (body: string) =>
    `Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\nContent-Transfer-Encoding: binary\r\n\r\n${body}\r\n--b--\r\n`;
  expect(await send(signed('plain'))).toEqual([]);
  expect(messages[0]?.text).toBe(signed('plain'));
  expect(await send(signed('a\0b'))).toEqual([['pat@fabrikam.test', expect.stringMatching(/^554 5\.6\.3 .*binary/)]]);
  expect(messages).toHaveLength(1);
});

test('an address beyond US-ASCII: to a server with SMTPUTF8 as it is', async () => {
  const { messages } = await peer();
  expect(await send('Subject: a\r\n\r\nx', ['pät@fabrikam.test'])).toEqual([]);
  expect(messages).toMatchObject([{ recipients: ['pät@fabrikam.test'], senderParameters: { SMTPUTF8: true } }]);
});

test('to one without it nobody is called something else: he is refused, the others get it', async () => {
  const { messages } = await peer({ hideSMTPUTF8: true });
  expect(await send('Subject: a\r\n\r\nx', ['pät@fabrikam.test', 'pat@fabrikam.test'])).toEqual([
    ['pät@fabrikam.test', expect.stringMatching(/^550 5\.6\.7 /)],
  ]);
  expect(messages).toMatchObject([{ recipients: ['pat@fabrikam.test'] }]);
});
