import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../shared/kernel/assert.ts';
import type { EndpointsDocument } from '../../shared/service/endpoints-document.ts';
import { end, type LabProcess, startLabProcess, type WireClient, wireClient } from '../support/lab-process.ts';
import { startPostgres } from '../support/postgres.ts';
import { findPostgres } from '../support/postgres-server.ts';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { ask } from '../wire/admin/ask.ts';
import { texts } from '../wire/ews/answers.ts';
import { cloud, onPremises } from '../wire/migration/moving-lab.ts';

/** A minute is what a queue waits whose destination could not be reached (`waitAfter`): what has come before it has waited for nothing. */
const beforeAnyRetry = { timeout: 50_000, interval: 250 };
/** One such minute, and before it what `beforeAnyRetry` allows. */
const withOneRetry = { timeout: 110_000, interval: 500 };

describe.skipIf((await findPostgres()) === undefined)('the transports of two organisations, in processes of their own', () => {
  let folder: string;
  let database: string;
  let servers: LabProcess;
  let client: WireClient;
  const transports = new Map<string, LabProcess>();
  const start = (name: string, flags: readonly string[]): Promise<LabProcess> =>
    startLabProcess(['--persist', database, '--port', '0', '--data-dir', join(folder, name), '--output', 'json', ...flags], {
      cwd: folder,
    });
  /** Under an address of its own, as a container is. */
  const startTransport = async (organization: string, address: string): Promise<void> => {
    const flags = ['--only', 'smtp', '--organizations', organization, '--host', '0.0.0.0', '--advertise', address];
    transports.set(organization, await start(organization, flags));
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'coexist-transports-'));
    database = present(await (await startPostgres())?.createDatabase(), 'a database');
    servers = await start('servers', ['--only', 'frontend,azure-auth,ews']);
    client = wireClient((await ask(servers.endpoints.adminUrl, 'GET', '/_coexist/endpoints')).body as EndpointsDocument);
  }, 180_000);
  afterAll(async () => {
    client.close();
    await Promise.all([servers, ...transports.values()].map(end));
    await rm(folder, { recursive: true, force: true });
  });

  const killed = async (organization: string): Promise<void> => {
    const transport = present(transports.get(organization), organization);
    transport.child.kill('SIGKILL');
    expect((await transport.ended).signal).toBe('SIGKILL');
  };
  /** From Rob, on-premises, to Joe, in the cloud. */
  const send = async (subject: string): Promise<void> => {
    const to = '<t:ToRecipients><t:Mailbox><t:EmailAddress>joe@contoso.test</t:EmailAddress></t:Mailbox></t:ToRecipients>';
    const message = `<t:Message><t:Subject>${subject}</t:Subject><t:Body BodyType="Text">text</t:Body>${to}</t:Message>`;
    const create = `<m:CreateItem MessageDisposition="SendOnly"><m:Items>${message}</m:Items></m:CreateItem>`;
    expect((await client.ews('rob@contoso.test', create)).body).toContain('NoError');
  };
  const sendMany = async (prefix: string, count: number, after: (index: number) => Promise<void> = async () => {}): Promise<void> => {
    for (let index = 0; index < count; index += 1) {
      await send(`${prefix} ${index}`);
      await after(index);
    }
  };
  /** The subjects in Joe's inbox that begin so. */
  const come = async (prefix: string): Promise<readonly string[]> => {
    const shape =
      '<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:Subject"/></t:AdditionalProperties></m:ItemShape>';
    const view = '<m:IndexedPageItemView MaxEntriesReturned="1000" Offset="0" BasePoint="Beginning"/>';
    const inbox = '<m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds>';
    const { body } = await client.ews('joe@contoso.test', `<m:FindItem Traversal="Shallow">${shape}${view}${inbox}</m:FindItem>`);
    return texts(body, 'Subject').filter((subject) => subject.startsWith(`${prefix} `));
  };
  const differing = async (prefix: string): Promise<number> => new Set(await come(prefix)).size;
  const queues = () => runCmdlet<{ Status: string; MessageCount: number }>(servers, onPremises, 'Get-Queue -Filter "MessageCount -gt 0"');

  test('a destination that nobody has ever seen is found as soon as it is there', { timeout: 120_000 }, async () => {
    await startTransport(onPremises, '127.0.0.5');
    await send('early 0');
    await expect.poll(queues, beforeAnyRetry).toMatchObject([{ Status: 'Retry', MessageCount: 1 }]);
    await startTransport(cloud, '127.0.0.6');
    await runCmdlet(servers, onPremises, 'Get-Queue -Filter "MessageCount -gt 0" | Retry-Queue');
    await expect.poll(() => differing('early'), beforeAnyRetry).toBe(1);
  });

  test('one that comes back at another address is found there', { timeout: 120_000 }, async () => {
    await killed(cloud);
    await startTransport(cloud, '127.0.0.7');
    await send('moved 0');
    await expect.poll(() => differing('moved'), beforeAnyRetry).toBe(1);
  });

  test('what came while its transport was away is sent as soon as that is back', { timeout: 120_000 }, async () => {
    await killed(onPremises);
    await sendMany('left', 5);
    await startTransport(onPremises, '127.0.0.5');
    await expect.poll(() => differing('left'), beforeAnyRetry).toBe(5);
  });

  test('either is killed while mail is under way, and nothing is lost', { timeout: 240_000 }, async () => {
    const back: Promise<void>[] = [];
    await sendMany('killed', 30, async (index) => {
      if (index !== 10 && index !== 20) return;
      const [organization, address] = index === 10 ? ([onPremises, '127.0.0.5'] as const) : ([cloud, '127.0.0.7'] as const);
      await killed(organization);
      back.push(startTransport(organization, address));
    });
    await Promise.all(back);
    await expect.poll(() => differing('killed'), withOneRetry).toBe(30);
    // What one had answered with a 250 and the other had not noted when it was killed may come again, once for each kill.
    expect((await come('killed')).length).toBeLessThanOrEqual(32);
  });

  test('messages that come one after the other into a queue that is empty again and again all arrive', { timeout: 180_000 }, async () => {
    await sendMany('single', 100);
    await expect.poll(() => differing('single'), beforeAnyRetry).toBe(100);
    await expect.poll(queues, beforeAnyRetry).toEqual([]);
  });
});
