import { expect, test } from 'vitest';
import { awayAtFirst } from '../../support/database-away.ts';
import { dns } from '../../support/sending-ground.ts';
import { sendingTests } from './sending-tests.ts';

const minute = 60_000;
const sending = sendingTests();
const { fabrikam, sinkAt, connector } = sending;

test('a connection carries as many messages as SmtpMaxMessagesPerConnection says', async () => {
  const sink = await fabrikam();
  await connector({ Name: 'Three', SmtpMaxMessagesPerConnection: 3 });
  await sending.ground.store.transaction(async () => {});
  sending.ground.hosts.set('mail.fabrikam.test', 'refused');
  for (let index = 0; index < 7; index += 1) await sending.ground.put({ to: ['pat@fabrikam.test'], hop: dns('fabrikam.test', 'Three') });
  await sending.ground.sender.settled();
  sending.ground.hosts.set('mail.fabrikam.test', { address: '127.0.0.1', port: sink.port });
  await sending.ground.timers.advance(minute);
  expect(sink.messages.map(({ connection }) => connection)).toEqual([1, 1, 1, 2, 2, 2, 3]);
});

test('a queue is found though the database was away when it was looked for', async () => {
  const { messages } = await fabrikam();
  await sending.ground.sender.stop();
  const other = sending.ground.another('other', { realNow: awayAtFirst(() => Date.now()) });
  await sending.ground.put({ to: ['pat@fabrikam.test'], hop: dns('fabrikam.test') });
  await other.start();
  await expect.poll(() => messages.length, { timeout: 10_000 }).toBe(1);
  await other.stop();
});

test('one destination that hangs does not hold up the others', async () => {
  const { messages } = await fabrikam();
  let letGo: (() => void) | undefined;
  sending.ground.exchangers.set('slow.test', ['mail.slow.test']);
  const slow = await sinkAt('mail.slow.test', { message: () => new Promise((resolve) => (letGo = () => resolve(undefined))) });
  await sending.ground.put({ to: ['a@slow.test'], hop: dns('slow.test') });
  await sending.ground.put({ to: ['pat@fabrikam.test'], hop: dns('fabrikam.test') });
  await expect.poll(() => messages.length).toBe(1);
  await expect.poll(() => letGo !== undefined).toBe(true);
  expect(slow.messages).toEqual([]);
  letGo?.();
  await sending.ground.sender.settled();
  expect(slow.messages).toHaveLength(1);
});

test.each([
  ['1', 1],
  ['2', 2],
  ['unlimited', 3],
])('a server with MaxOutboundConnections %s has so many sessions at once', async (most, atOnce) => {
  await sending.ground.run(`Set-TransportService EX-SE-01 -MaxOutboundConnections ${most}`);
  let [open, widest] = [0, 0];
  const names = ['one.test', 'two.test', 'three.test'];
  const held: (() => void)[] = [];
  for (const name of names) {
    sending.ground.exchangers.set(name, [`mail.${name}`]);
    await sinkAt(`mail.${name}`, {
      message: () =>
        new Promise((resolve) => {
          open += 1;
          widest = Math.max(widest, open);
          held.push(() => {
            open -= 1;
            resolve(undefined);
          });
        }),
    });
    await sending.ground.put({ to: [`a@${name}`], hop: dns(name) });
  }
  for (let count = 0; count < names.length; count += 1) {
    const expected = Math.min(atOnce, names.length - count);
    await expect.poll(() => open).toBe(expected);
    held.shift()?.();
  }
  await sending.ground.sender.settled();
  expect(widest).toBe(atOnce);
  expect(await sending.ground.queues()).toEqual([]);
});

test.each([
  ['2', 2],
  ['unlimited', 4],
])('a long queue is emptied by several sessions, of a server with MaxOutboundConnections %s by %d', async (most, atOnce) => {
  await sending.ground.run(`Set-TransportService EX-SE-01 -MaxOutboundConnections ${most}`);
  let [open, widest] = [0, 0];
  const all = Promise.withResolvers<void>();
  const sink = await fabrikam({
    async message() {
      open += 1;
      widest = Math.max(widest, open);
      if (open === atOnce) all.resolve();
      await all.promise;
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
      return undefined;
    },
  });
  sending.ground.hosts.set('mail.fabrikam.test', 'refused');
  for (let index = 0; index < 60; index += 1) await sending.ground.put({ to: ['pat@fabrikam.test'], hop: dns('fabrikam.test') });
  await sending.ground.sender.settled();
  sending.ground.hosts.set('mail.fabrikam.test', { address: '127.0.0.1', port: sink.port });
  await sending.ground.timers.advance(minute);
  await sending.ground.sender.settled();
  expect([widest, sink.messages.length]).toEqual([atOnce, 60]);
});

test('a queue that is suspended while it waits for its turn stays where it is', async () => {
  await sending.ground.run('Set-TransportService EX-SE-01 -MaxOutboundConnections 1');
  let letGo: (() => void) | undefined;
  sending.ground.exchangers.set('slow.test', ['mail.slow.test']);
  await sinkAt('mail.slow.test', { message: () => new Promise((resolve) => (letGo = () => resolve(undefined))) });
  await sending.ground.put({ to: ['a@slow.test'], hop: dns('slow.test') });
  await expect.poll(() => letGo !== undefined).toBe(true);
  const { messages } = await fabrikam();
  await sending.ground.put({ to: ['pat@fabrikam.test'], hop: dns('fabrikam.test') });
  await sending.ground.run('Suspend-Queue -Filter "NextHopDomain -eq \'fabrikam.test\'" -Confirm:$false');
  letGo?.();
  await sending.ground.sender.settled();
  expect(messages).toEqual([]);
  await sending.ground.run('Resume-Queue -Filter "NextHopDomain -eq \'fabrikam.test\'" -Confirm:$false');
  await sending.ground.sender.settled();
  expect(messages).toHaveLength(1);
});
