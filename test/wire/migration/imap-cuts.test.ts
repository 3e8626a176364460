import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Random, seededRandom } from '../../../shared/kernel/random.ts';
import { canRunDovecot, dovecotProgram } from '../../support/dovecot.ts';
import { requireTool } from '../../support/tools.ts';
import { day, type ImapLab, message, openImapLab, sourceHoldings, targetHoldings } from './imap-lab.ts';

/** A door to a server through which each connection lets so many octets pass, and is gone then, in the midst of whatever it was. */
interface CuttingDoor {
  readonly port: number;
  cuts(): number;
  /** Cuts no more. */
  mend(): void;
  close(): void;
}

async function openCuttingDoor(target: number, random: Random, most: number): Promise<CuttingDoor> {
  const sockets = new Set<Socket>();
  let [cuts, isMended] = [0, false];
  const server = createServer((inside) => {
    const outside = connect({ port: target, host: '127.0.0.1' });
    let left = isMended ? Number.POSITIVE_INFINITY : random.integer(most);
    for (const [from, to] of [
      [inside, outside],
      [outside, inside],
    ] as const) {
      sockets.add(from);
      from.on('error', () => {});
      from.on('close', () => to.destroy());
      from.on('data', (octets) => {
        to.write(octets.subarray(0, left));
        left -= octets.length;
        if (left > 0) return;
        cuts += 1;
        // What is written leaves first.
        to.end(() => to.destroy());
        from.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cuts: () => cuts,
    mend: () => {
      isMended = true;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

describe.skipIf(!requireTool(dovecotProgram, 'dovecot-imapd (and be root)', canRunDovecot()))('IMAP connections that break', () => {
  let imap: ImapLab;
  beforeAll(async () => {
    imap = await openImapLab();
  }, 60_000);
  afterAll(() => imap?.close());

  test('wherever they break, each message comes once and into its folder', { timeout: 180_000 }, async () => {
    const { dovecot, run } = imap;
    const random = seededRandom(inject('seed')).fork('imap cuts');
    const folders = ['INBOX', 'Sent', 'Projects', 'Projects/Löwe', 'Lists/2010/Old'];
    let number = 0;
    const flags = [['\\Seen'], [], ['\\Flagged', '\\Seen'], ['\\Answered']];
    const letter = () => {
      number += 1;
      return message(`n${number}`, 'text '.repeat(random.integer(2_000)));
    };
    const moment = () => new Date(Date.UTC(2010, 0, 1) + random.integer(300_000_000) * 1_000);
    const fill = (many: number): Promise<void> =>
      dovecot.as('cut-old', async (client) => {
        for (let count = 0; count < many; count += 1) {
          const octets = letter();
          // The same octets twice are two messages.
          for (let copy = random.next() < 0.1 ? 0 : 1; copy < 2; copy += 1)
            await client.append(random.pick(folders), octets, random.pick(flags), moment());
        }
      });
    await dovecot.as('cut-old', async (client) => {
      for (const folder of folders.slice(2)) await client.mailboxCreate(folder);
    });
    await fill(120);
    const door = await openCuttingDoor(dovecot.imaps, random.fork('door'), 150_000);
    try {
      await run(`New-MigrationEndpoint -IMAP -Name Cut -RemoteServer localhost -Port ${door.port} -Security Ssl -SkipVerification`);
      const cora = await imap.person('cora');
      await imap.batch('cut', [{ address: cora, userName: 'cut-old' }], '-SourceEndpoint Cut');
      for (let visit = 0; visit < 25; visit += 1) {
        if (random.next() < 0.3) await fill(random.integer(8));
        if (random.next() < 0.2) await makeAnew('Projects/Löwe');
        await imap.advance((await imap.user('cora')).Status === 'Synced' ? day : 30_000);
        expect(['Syncing', 'Synced', 'IncrementalSyncing']).toContain((await imap.user('cora')).Status);
      }
      expect(door.cuts()).toBeGreaterThan(3);
      door.mend();
      await imap.advance(30_000);
      await imap.advance(day);
      expect((await imap.user('cora')).Status).toBe('Synced');
      const there = await sourceHoldings(imap, 'cut-old');
      expect(await targetHoldings(imap, cora)).toEqual(there);
      expect((await imap.user('cora')).SyncedItemCount).toBe(there.length);
    } finally {
      door.close();
    }
  });

  /** As after a server was restored: the same messages under another UIDVALIDITY. */
  async function makeAnew(folder: string): Promise<void> {
    await imap.dovecot.as('cut-old', async (client) => {
      await client.mailboxOpen(folder, { readOnly: true });
      const kept: { source: Buffer; flags: string[]; at: Date }[] = [];
      for await (const one of client.fetch('1:*', { source: true, flags: true, internalDate: true })) {
        const flags = [...(one.flags ?? [])].filter((flag) => flag !== '\\Recent');
        kept.push({ source: one.source ?? Buffer.alloc(0), flags, at: new Date(one.internalDate ?? 0) });
      }
      await client.mailboxClose();
      await client.mailboxDelete(folder);
      await client.mailboxCreate(folder);
      for (const { source, flags, at } of kept) await client.append(folder, source, flags, at);
    });
  }
});
