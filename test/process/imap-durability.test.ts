import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { seededRandom } from '../../shared/kernel/random.ts';
import { createCertificateStore } from '../../shared/net/certificates.ts';
import { canRunDovecot, type Dovecot, dovecotProgram, startDovecot } from '../support/dovecot.ts';
import { end, type LabProcess, startLabProcess, wireClient } from '../support/lab-process.ts';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { requireTool } from '../support/tools.ts';
import { csvOf, message, type UserShown } from '../wire/migration/imap-lab.ts';
import { cloud, holdings } from '../wire/migration/moving-lab.ts';

const zoe = 'zoe@contoso.test';
const folders = ['INBOX', 'Projects/Löwe', 'Sent'] as const;
const shown = { INBOX: 'Inbox', 'Projects/Löwe': 'Löwe', Sent: 'Sent Items' } as const;

describe.skipIf(!requireTool(dovecotProgram, 'dovecot-imapd (and be root)', canRunDovecot()))(
  'an IMAP batch in a lab that is killed',
  () => {
    let folder: string;
    let lab: LabProcess;
    let dovecot: Dovecot;
    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'coexist-imap-durability-'));
      await start();
      const store = await createCertificateStore({ folder: join(folder, 'data', 'certificates'), realNow: () => Date.now() });
      const { certPem, chain, keyPem } = await store.leafFor(['localhost']);
      dovecot = await startDovecot({ cert: [certPem, ...chain].join(''), key: keyPem });
    }, 60_000);
    afterEach(async () => {
      await end(lab);
      await dovecot.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    async function start(): Promise<void> {
      lab = await startLabProcess(['--port', '0', '--data-dir', join(folder, 'data'), '--persist'], { cwd: folder });
    }
    const user = async (): Promise<UserShown | undefined> => (await runCmdlet<UserShown>(lab, cloud, `Get-MigrationUser ${zoe}`))[0];

    test('brings each message once', async () => {
      const random = seededRandom(inject('seed'));
      const expected: string[] = [];
      await dovecot.as('zoe-old', async (client) => {
        await client.mailboxCreate('Projects/Löwe');
        for (let number = 0; number < 400; number += 1) {
          const [path, subject] = [random.pick(folders), `mail ${number}`];
          const received = new Date(Date.UTC(2015, 0, 1) + number * 60_000);
          await client.append(path, message(subject, 'text '.repeat(random.integer(2_000))), ['\\Seen'], received);
          expected.push(`${shown[path]}: IPM.Note "${subject}" ${received.toISOString().replace('.000', '')} true `);
        }
      });
      await runCmdlet(lab, cloud, `New-MigrationEndpoint -IMAP -Name Dovecot -RemoteServer localhost -Port ${dovecot.imaps}`);
      const csv = csvOf([{ address: zoe, userName: 'zoe-old' }]);
      await runCmdlet(lab, cloud, `New-MigrationBatch -Name mail -SourceEndpoint Dovecot -CSVData "${csv}" -AutoStart`);
      let kills = 0;
      while (kills < 3 && (await user())?.Status === 'Syncing') {
        const before = (await user())?.SyncedItemCount ?? 0;
        // In the midst of a portion, wherever that is.
        await expect.poll(async () => ((await user())?.SyncedItemCount ?? 0) > before, { timeout: 30_000, interval: 5 }).toBe(true);
        await new Promise((resolve) => setTimeout(resolve, random.integer(60)));
        lab.child.kill('SIGKILL');
        expect((await lab.ended).signal).toBe('SIGKILL');
        kills += 1;
        await start();
      }
      expect(kills).toBeGreaterThan(1);
      await expect.poll(async () => (await user())?.Status, { timeout: 60_000 }).toBe('Synced');
      const client = wireClient(lab.endpoints);
      const found = (await holdings(client, zoe, cloud)).filter((line) => /"mail \d+"/.test(line));
      client.close();
      expect(found).toEqual(expected.toSorted());
      expect(await user()).toMatchObject({ SyncedItemCount: expected.length, SkippedItemCount: 0 });
    }, 180_000);
  },
);
