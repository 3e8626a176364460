import { expect, test } from 'vitest';
import type { Dialogue } from './dialogue.ts';
import { mimeOf, useTransportLab } from './transport-lab.ts';

const mary = 'mary@contoso.test';
const wire = useTransportLab({ clock: 'frozen@2026-11-21T09:00Z' });

const message = (subject: string, body = 'Hi\r\n'): string =>
  `From: pat@fabrikam.test\r\nTo: ${mary}\r\nSubject: ${subject}\r\n\r\n${body}`;
const bdat = (octets: string | Buffer, last = ''): Buffer =>
  Buffer.concat([Buffer.from(`BDAT ${octets.length}${last}\r\n`), Buffer.from(octets)]);

async function begun(): Promise<Dialogue> {
  const dialogue = await wire.hello();
  await dialogue.say('MAIL FROM:<pat@fabrikam.test>');
  await dialogue.say(`RCPT TO:<${mary}>`);
  return dialogue;
}

const taken = /^250 2\.6\.0 .+ Queued mail for delivery$/;
const badSequence = /^503 5\.5\.[12] /;

test('a message in chunks is one message, whatever is in them', async () => {
  const { send } = await begun();
  const text = message('Chunks', 'one\r\n.\r\nMAIL FROM:<eve@example.test>\r\n..two\r\n');
  expect(await send(bdat(text.slice(0, 70)))).toBe('250 2.0.0 70 octets received');
  expect(await send(bdat(''))).toBe('250 2.0.0 0 octets received');
  expect(await send(bdat(text.slice(70), ' LAST'))).toMatch(taken);
  expect(await mimeOf(wire.lab, mary, 'Chunks')).toMatch(/\r\n\r\none\r\n\.\r\nMAIL FROM:<eve@example\.test>\r\n\.\.two\r\n$/);
  expect(await wire.lastStep('DATA')).toMatchObject({ status: 250, code: 'accepted' });
});

test('chunks that are pipelined and cut anywhere, with the next transaction behind them', async () => {
  const { send, hear } = await wire.hello();
  const text = message('Pipelined');
  const all = Buffer.concat([
    Buffer.from(`MAIL FROM:<pat@fabrikam.test>\r\nRCPT TO:<${mary}>\r\n`),
    ...Array.from(Buffer.from(text), (octet) => bdat(Buffer.of(octet))),
    bdat('', ' LAST'),
    Buffer.from(`MAIL FROM:<pat@fabrikam.test>\r\nRCPT TO:<${mary}>\r\nDATA\r\n`),
  ]);
  expect(await send(all.subarray(0, 90))).toBe('250 2.1.0 Sender OK');
  await hear();
  const replies: string[] = [await send(all.subarray(90))];
  for (let index = 0; index < text.length + 3; index += 1) replies.push(await hear());
  expect(replies.slice(0, text.length).every((reply) => reply === '250 2.0.0 1 octets received')).toBe(true);
  expect(replies.slice(text.length)).toEqual([
    expect.stringMatching(taken),
    '250 2.1.0 Sender OK',
    '250 2.1.5 Recipient OK',
    expect.stringMatching(/^354 /),
  ]);
  expect(await send(`${message('After them')}.\r\n`)).toMatch(taken);
  expect(await mimeOf(wire.lab, mary, 'Pipelined')).toMatch(/\r\n\r\nHi\r\n$/);
});

test('what is refused is read all the same, and is no command', async () => {
  const { say, send } = await wire.hello();
  expect(await send(bdat('RSET\r\nNOOP\r\n', ' LAST'))).toMatch(badSequence);
  expect(await say('NOOP')).toMatch(/^250 /);
  await say('MAIL FROM:<pat@fabrikam.test>');
  expect(await send(bdat('RSET\r\n'))).toMatch(badSequence);
  expect(await say('RSET')).toMatch(/^250 /);
});

test('chunks and DATA are not mixed, and nobody joins a message that has begun', async () => {
  const { say, send } = await begun();
  await send(bdat(message('Not mixed')));
  expect(await say('DATA')).toMatch(badSequence);
  expect(await say('RCPT TO:<rob@contoso.test>')).toMatch(badSequence);
  expect(await say('RSET')).toMatch(/^250 /);
  expect(await send(bdat('x', ' LAST'))).toMatch(badSequence);
  expect(await mimeOf(wire.lab, mary, 'Not mixed')).toBe('');
});

test('a chunk whose size is not understood ends the connection', async () => {
  const { say, hear } = await begun();
  expect(await say('BDAT many LAST')).toMatch(/^501 5\.5\.4 /);
  expect(await hear()).toBe('(closed)');
});

test.each([
  ['a chunk that ends too early, and the connection with it', (text: string) => `BDAT ${text.length + 10} LAST\r\n${text}`],
  ['a last chunk that never comes', (text: string) => `BDAT ${text.length}\r\n${text}QUIT\r\n`],
  [
    'a message that begins anew between chunks',
    (text: string) => `BDAT ${text.length}\r\n${text}EHLO again.test\r\nBDAT 0 LAST\r\nQUIT\r\n`,
  ],
  ['a sender between chunks', (text: string) => `BDAT ${text.length}\r\n${text}MAIL FROM:<eve@example.test>\r\nRSET\r\nQUIT\r\n`],
  ['a size that nobody has', (text: string) => `BDAT 999999999999999 LAST\r\n${text}`],
])('%s delivers nothing, and others are served', async (what, octets) => {
  const { send, hear, end } = await begun();
  const first = send(octets(message(what)));
  // Of a chunk that is not whole nothing is said.
  if (!octets('').includes('QUIT')) end();
  for (let reply = await first; reply !== '(closed)'; ) reply = await hear();
  expect(await mimeOf(wire.lab, mary, what)).toBe('');
  const { send: again } = await begun();
  expect(await again(bdat(message(`after ${what}`), ' LAST'))).toMatch(taken);
});

test.each([
  ['BDAT', /^501 /],
  ['BDAT -1', /^501 /],
  ['BDAT 0x10 LAST', /^501 /],
  ['BDAT 10 FIRST', /^501 /],
  ['BDAT 10LAST', /^501 /],
  ['BDAT 9999999999999999', /^501 /],
])('%s is no chunk', async (line, expected) => {
  const { say } = await begun();
  expect(await say(line)).toMatch(expected);
});

test('what is too big is read to its end and not held', async () => {
  await wire.run('Set-ReceiveConnector "EX-SE-01\\Default Frontend EX-SE-01" -MaxMessageSize 64KB');
  const { send } = await begun();
  await send(bdat(message('Too big')));
  expect(await send(bdat('x'.repeat(65_536)))).toMatch(/^552 5\.3\.4 /);
  expect(await send(bdat('', ' LAST'))).toMatch(badSequence);
  await wire.run('Set-ReceiveConnector "EX-SE-01\\Default Frontend EX-SE-01" -MaxMessageSize 36MB');
});

test('ChunkingEnabled $false: not offered, and no command', async () => {
  await wire.run('Set-ReceiveConnector "EX-SE-01\\Default Frontend EX-SE-01" -ChunkingEnabled $false');
  const { say } = await wire.connect();
  expect(await say('EHLO client.test')).not.toContain('CHUNKING');
  expect(await say('BDAT 0 LAST')).toMatch(/^500 /);
  await wire.run('Set-ReceiveConnector "EX-SE-01\\Default Frontend EX-SE-01" -ChunkingEnabled $true');
});
