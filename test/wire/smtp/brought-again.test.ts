import { expect, test } from 'vitest';
import { holdings, onPremises } from '../migration/moving-lab.ts';
import { sendMessage, useTransportLab } from './transport-lab.ts';

const transport = useTransportLab({ clock: 'frozen@2026-11-02T08:00:00Z' });

const pat = 'pat@fabrikam.test';
const [mary, rob] = ['mary@contoso.test', 'rob@contoso.test'];
const textOf = (subject: string, id: string | undefined, words = 'x'): string =>
  `From: Pat <${pat}>\r\nTo: ${mary}\r\nSubject: ${subject}\r\n${id === undefined ? '' : `Message-ID: <${id}@fabrikam.test>\r\n`}\r\n${words}`;

/** As a server does that was gone before it heard, or noted, the 250: over another connection. */
async function bring(text: string, to = mary): Promise<string> {
  const answer = await sendMessage(await transport.hello(), { from: pat, to, text });
  await transport.lab.mailSent();
  return answer;
}
const inbox = async (mail: string, subject: string): Promise<number> =>
  (await holdings(transport.lab, mail, onPremises)).filter((line) => line.startsWith('Inbox: ') && line.includes(`"${subject}"`)).length;

test('a message that a server brings once more is taken once, and its number is told again', async () => {
  const text = textOf('again', 'again');
  const first = await bring(text);
  expect(first).toMatch(/^250 2\.6\.0 <again@fabrikam\.test> \[InternalId=\d+, /);
  expect(await bring(text)).toBe(first);
  expect(await inbox(mary, 'again')).toBe(1);
});

test('over two connections at the same time, too', async () => {
  const text = textOf('together', 'together');
  const answers = await Promise.all([bring(text), bring(text), bring(text)]);
  expect(new Set(answers).size).toBe(1);
  expect(await inbox(mary, 'together')).toBe(1);
});

test('what differs in anything is another message, and one that has no name is taken whenever it comes', async () => {
  await bring(textOf('words', 'words'));
  await bring(textOf('words', 'words', 'y'));
  expect(await inbox(mary, 'words')).toBe(2);
  await bring(textOf('people', 'people'));
  await bring(textOf('people', 'people'), rob);
  expect([await inbox(mary, 'people'), await inbox(rob, 'people')]).toEqual([1, 1]);
  await bring(textOf('nameless', undefined));
  await bring(textOf('nameless', undefined));
  expect(await inbox(mary, 'nameless')).toBe(2);
});

test('after two days, for which no server tries, it is a message like any other', async () => {
  const text = textOf('late', 'late');
  const first = await bring(text);
  await transport.lab.clock.freeze(Date.parse('2026-11-04T08:00:00Z'));
  expect(await bring(text)).toBe(first);
  await transport.lab.clock.freeze(Date.parse('2026-11-04T08:00:01Z'));
  expect(await bring(text)).not.toBe(first);
  expect(await inbox(mary, 'late')).toBe(2);
});
