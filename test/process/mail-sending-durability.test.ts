import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { seededRandom } from '../../shared/kernel/random.ts';
import { end, type LabProcess, startLabProcess } from '../support/lab-process.ts';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { openSink } from '../support/smtp-sink.ts';
import { openDialogue, transportPort } from '../wire/smtp/dialogue.ts';
import { sendMessage } from '../wire/smtp/transport-lab.ts';

const contoso = 'contoso';
/** Sessions by which one queue is emptied: so many messages may be under way when a process is killed. */
const mostLinks = 4;
const waitMs = 60_000;

let folder: string;
let lab: LabProcess;
const start = async (): Promise<void> => {
  lab = await startLabProcess(['--port', '0', '--data-dir', join(folder, 'data'), '--persist'], { cwd: folder });
};
const run = (line: string) => runCmdlet<Readonly<Record<string, unknown>>>(lab, contoso, line);
const waiting = () => run('Get-Queue -Filter "MessageCount -gt 0"');

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'coexist-mail-sending-'));
  await start();
  await run(
    'New-ReceiveConnector Own -RemoteIPRanges 127.0.0.1 -AuthMechanism ExternalAuthoritative -PermissionGroups AnonymousUsers,ExchangeServers',
  );
});
afterEach(async () => {
  await end(lab);
  rmSync(folder, { recursive: true, force: true });
});

const connectTo = (port: number) =>
  run(`New-SendConnector Outside -AddressSpaces outside.test -DNSRoutingEnabled $false -SmartHosts [127.0.0.1] -Port ${port}`);

/** Brings messages, one after the other, until there are enough or nobody answers any more; answers the subjects of those that were taken. */
async function bring(prefix: string, enough: number): Promise<readonly string[]> {
  const taken: string[] = [];
  const dialogue = await openDialogue(lab, transportPort(lab, contoso));
  await dialogue.say('EHLO client.test');
  for (let count = 0; count < enough; count += 1) {
    const subject = `${prefix} ${count}`;
    const text = `From: mary@contoso.test\r\nSubject: ${subject}\r\n\r\n${subject}`;
    const answer = await sendMessage(dialogue, { from: 'mary@contoso.test', to: 'ann@outside.test', text });
    if (!answer.startsWith('250 ')) break;
    taken.push(subject);
  }
  dialogue.end();
  return taken;
}

const subjectOf = (text: string): string => /^Subject: (.*)\r$/m.exec(text)?.[1] ?? '';

async function killed(): Promise<void> {
  lab.child.kill('SIGKILL');
  expect((await lab.ended).signal).toBe('SIGKILL');
}

test('kill -9 while messages are sent loses none, before the other side has answered and after', async () => {
  const random = seededRandom(inject('seed'));
  let countdown = Number.POSITIVE_INFINITY;
  let isAnsweredFirst = false;
  const sink = await openSink({
    message() {
      countdown -= 1;
      if (countdown !== 0) return undefined;
      // The message is here. Either nobody hears that any more, or nobody has time to note it.
      if (isAnsweredFirst) setImmediate(() => lab.child.kill('SIGKILL'));
      else lab.child.kill('SIGKILL');
      return undefined;
    },
  });
  const taken = new Set<string>();
  const rounds = 4;
  try {
    await connectTo(sink.port);
    for (let round = 0; round < rounds; round += 1) {
      isAnsweredFirst = round % 2 === 1;
      countdown = 5 + random.integer(20);
      const brought = Array.from({ length: 4 }, (_, sender) => bring(`round ${round} sender ${sender} message`, 200));
      for (const subjects of await Promise.all(brought)) for (const subject of subjects) taken.add(subject);
      expect((await lab.ended).signal).toBe('SIGKILL');
      await start();
    }
    expect(taken.size).toBeGreaterThan(20);
    const here = () => sink.messages.map(({ text }) => subjectOf(text));
    await expect.poll(() => [...taken].filter((subject) => !here().includes(subject)), { timeout: waitMs }).toEqual([]);
    await expect.poll(waiting, { timeout: waitMs }).toEqual([]);
    expect(here().length - new Set(here()).size).toBeLessThanOrEqual(rounds * mostLinks);
    // Of each sender one more may have been taken, whose answer was lost.
    expect(new Set(here()).size).toBeLessThanOrEqual(taken.size + rounds * 4);
  } finally {
    await sink.close();
  }
}, 120_000);

test('a queue is as it was after kill -9, and sends each message once when its destination is there again', async () => {
  const gone = await openSink();
  await gone.close();
  await connectTo(gone.port);
  const taken = await bring('message', 30);
  expect(taken).toHaveLength(30);
  const shown = async () =>
    (await waiting()).map(({ NextHopDomain, MessageCount, LastError, Status }) => ({ NextHopDomain, MessageCount, LastError, Status }));
  const expected = [
    { NextHopDomain: '[127.0.0.1]', MessageCount: 30, LastError: expect.stringContaining('421 4.2.1 Unable to connect'), Status: 'Retry' },
  ];
  await expect.poll(shown, { timeout: waitMs }).toEqual(expected);
  await killed();
  await start();
  expect(await shown()).toEqual(expected);
  const sink = await openSink({ port: gone.port });
  try {
    await run('Get-Queue -Filter "MessageCount -gt 0" | Retry-Queue');
    await expect.poll(waiting, { timeout: waitMs }).toEqual([]);
    expect(sink.messages.map(({ text }) => subjectOf(text)).toSorted()).toEqual([...taken].toSorted());
  } finally {
    await sink.close();
  }
}, 120_000);
