import { contoso } from '../support/organizations.ts';
import { dns, openSendingGround } from '../support/sending-ground.ts';
import { openSink } from '../support/smtp-sink.ts';
import { besideRow, median, type Row } from './row.ts';

const messages = 1_000;
const waiting = 10_000;
const rounds = 3;

/** How fast a queue is emptied, beside the same client sending without a queue; and beside a queue of many whose destination is down. */
export async function mailQueueRows(): Promise<readonly Row[]> {
  const ground = await openSendingGround(contoso);
  const sink = await openSink();
  ground.hosts.set('mail.fabrikam.test', { address: '127.0.0.1', port: sink.port });
  ground.hosts.set('mail.down.test', 'refused');
  ground.exchangers.set('fabrikam.test', ['mail.fabrikam.test']);
  ground.exchangers.set('down.test', ['mail.down.test']);
  try {
    await ground.sender.start();
    const [alone, straight]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      straight.push(await rateOf(() => sendStraight(sink.port)));
      alone.push(await rateOf(() => sendQueued(ground)));
    }
    for (let index = 0; index < waiting; index += 1) await ground.put({ to: ['a@down.test'], hop: dns('down.test') });
    await ground.sender.settled();
    const beside = [];
    for (let round = 0; round < rounds; round += 1) beside.push(await rateOf(() => sendQueued(ground)));
    return [
      besideRow('mail: emptying a queue beside nodemailer straight', median(alone), median(straight), 0.25),
      besideRow(`mail: the same with ${waiting} messages waiting for another host`, median(beside), median(alone), 0.8),
    ];
  } finally {
    await ground.close();
    await sink.close();
  }
}

async function rateOf(work: () => Promise<void>): Promise<number> {
  const from = performance.now();
  await work();
  return (messages * 1_000) / (performance.now() - from);
}

/** Put, sent and settled. */
async function sendQueued(ground: Awaited<ReturnType<typeof openSendingGround>>): Promise<void> {
  for (let index = 0; index < messages; index += 1) await ground.put({ to: ['pat@fabrikam.test'], hop: dns('fabrikam.test') });
  await ground.sender.settled();
}

async function sendStraight(port: number): Promise<void> {
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({ host: '127.0.0.1', port, pool: true, maxConnections: 1, maxMessages: 20, ignoreTLS: true });
  const raw = 'Subject: Hello\r\n\r\nHi\r\n';
  const envelope = { from: 'mary@contoso.test', to: ['pat@fabrikam.test'] };
  for (let index = 0; index < messages; index += 1) await transport.sendMail({ envelope, raw });
  transport.close();
}
