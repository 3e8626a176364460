import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../shared/kernel/assert.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { findPostgres } from '../support/postgres-server.ts';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { ids, responses, texts } from '../wire/ews/answers.ts';
import { openEventStream } from '../wire/ews/event-stream.ts';
import { getEvents, subscribe } from '../wire/ews/subscriptions.ts';

const [mary, rob] = ['mary@contoso.test', 'rob@contoso.test'];
const inbox = '<t:DistinguishedFolderId Id="inbox"/>';
const create = (subject: string): string =>
  `<m:CreateItem MessageDisposition="SaveOnly"><m:SavedItemFolderId>${inbox}</m:SavedItemFolderId><m:Items><t:Message><t:Subject>${subject}</t:Subject></t:Message></m:Items></m:CreateItem>`;
const code = (body: string): string | undefined => responses(body)[0]?.code;

describe.skipIf((await findPostgres()) === undefined)('two labs upon one PostgreSQL database', () => {
  let server: TestPostgres | undefined;
  let one: TestLab;
  let other: TestLab;
  let persist: string;
  beforeAll(async () => {
    server = await startPostgres();
    persist = present(await server?.createDatabase(), 'a database');
    one = await openTestLab({ persist });
    other = await openTestLab({ persist });
  }, 120_000);
  afterAll(async () => {
    await Promise.all([one.close(), other.close()]);
  });

  const first = (body: string) => present(ids(body)[0], body);
  const getItem = (id: string): string =>
    `<m:GetItem><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`;

  test('what is written by the one is read by the other, under the same id', async () => {
    const { id } = first((await one.ews(mary, create('shared'))).body);
    const { body } = await other.ews(mary, getItem(id));
    expect([code(body), texts(body, 'Subject')]).toEqual(['NoError', ['shared']]);
    await other.ews(mary, `<m:DeleteItem DeleteType="HardDelete"><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:DeleteItem>`);
    expect(code((await one.ews(mary, getItem(id))).body)).toBe('ErrorItemNotFound');
  });

  test('a subscription that the one has given is the other’s, too: by pull, and by a stream that hears both', async () => {
    const wish = { folders: ['inbox'], events: ['Created'] };
    const pulled = await subscribe(one, mary, 'Pull', wish);
    await one.ews(mary, create('pulled'));
    expect((await getEvents(other, mary, pulled)).events).toHaveLength(1);
    const streamed = await subscribe(one, mary, 'Streaming', wish);
    const stream = await openEventStream(other, mary, [streamed.id]);
    await one.ews(mary, create('streamed by the one'));
    await other.ews(mary, create('streamed by the other'));
    let heard = 0;
    await stream.until((document) => {
      heard += texts(document, 'CreatedEvent').length;
      return heard >= 2;
    });
    expect(heard).toBe(2);
    stream.destroy();
  });

  test('what administrators change by the one holds at the other at once', async () => {
    const opened = async (lab: TestLab) =>
      (
        await lab.ews(
          rob,
          `<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds>${inbox}</m:FolderIds></m:GetFolder>`,
        )
      ).status;
    expect(await opened(other)).toBe(200);
    await runCmdlet(one, 'contoso', 'Set-CASMailbox rob -EwsEnabled $false');
    await expect.poll(() => opened(other), { timeout: 10_000 }).toBe(403);
    await runCmdlet(other, 'contoso', 'Set-CASMailbox rob -EwsEnabled $true');
    await expect.poll(() => opened(one), { timeout: 10_000 }).toBe(200);
  });

  test('both write to one mailbox at the same time, and its size stays true', async () => {
    const size = async (lab: TestLab) =>
      (await runCmdlet<Readonly<Record<string, unknown>>>(lab, 'contoso', 'Get-MailboxStatistics rob'))[0];
    const before = Number((await size(one))?.['ItemCount']);
    const writing = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? one : other).ews(rob, create(`${index}`)));
    for (const { body } of await Promise.all(writing)) expect(code(body)).toBe('NoError');
    const [here, there] = [await size(one), await size(other)];
    expect(here).toEqual(there);
    expect(here?.['ItemCount']).toBe(before + 20);
  });

  test('a database that ends all connections is gone back to, by requests and by what works by itself', async () => {
    const client = new pg.Client(persist);
    await client.connect();
    await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    await client.end();
    for (const lab of [one, other]) {
      const answered = async () => (await lab.ews(mary, create('after')).catch(() => undefined))?.status;
      await expect.poll(answered, { timeout: 20_000 }).toBe(200);
    }
  });
});
