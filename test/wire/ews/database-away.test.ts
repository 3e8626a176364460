import net, { type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { passOn } from '../../support/counting-gate.ts';
import { startPostgres } from '../../support/postgres.ts';
import { findPostgres } from '../../support/postgres-server.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { faultOf } from './answers.ts';

/** A way to a database that can be cut. */
interface Gate {
  readonly url: string;
  /** Ends all connections and takes none until {@link Gate.open}. */
  cut(): void;
  open(): void;
  close(): void;
}

async function gateTo(url: string): Promise<Gate> {
  const { host, hostname, port, searchParams } = new URL(url);
  const folder = searchParams.get('host');
  const target = folder === null ? { host: hostname, port: Number(port || 5432) } : { path: `${folder}/.s.PGSQL.5432` };
  const sockets = new Set<net.Socket>();
  let isCut = false;
  const server = net.createServer((near) => {
    if (isCut) return void near.destroy();
    passOn(near, net.connect(target), sockets);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const through = new URL(url);
  through.searchParams.delete('host');
  const own = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: host === '' ? through.href : through.href.replace(`@${host}/`, `@${own}/`),
    cut() {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    open() {
      isCut = false;
    },
    close: () => server.close(),
  };
}

const mary = 'mary@contoso.test';
/** Microsoft Office, a client that needs no registration. */
const outlook = 'd3590ed6-52b3-4102-aeff-aad2292ab01c';
const inbox =
  '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>';

describe.skipIf((await findPostgres()) === undefined)('while the database cannot be reached', () => {
  let gate: Gate;
  let lab: TestLab;
  beforeAll(async () => {
    const server = present(await startPostgres(), 'a server');
    gate = await gateTo(await server.createDatabase());
    lab = await openTestLab({ persist: gate.url });
  }, 120_000);
  afterAll(async () => {
    gate.open();
    await lab.close();
    gate.close();
  });

  test('each protocol says "later" in its own words, nobody is at fault, and afterwards all goes on', async () => {
    expect((await lab.ews(mary, inbox)).status).toBe(200);
    gate.cut();
    const ews = await lab.ews(mary, inbox);
    expect([ews.status, faultOf(ews.body).code]).toEqual([500, 'ErrorInternalServerTransientError']);
    expect(ews.body).toContain('An internal server error occurred. Try again later.');
    const { outcome, error } = await lab.exchangeOf(ews);
    expect([outcome, error?.message]).toEqual(['refused', expect.stringMatching(/^the database is away: /)]);
    const asked = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    const signIn = 'https://login.microsoftonline.test/contoso.test/oauth2/v2.0';
    const device = await lab.https(`${signIn}/devicecode`, { ...asked, body: `client_id=${outlook}&scope=openid` });
    expect([device.status, device.body]).toEqual([503, '']);
    const control = await fetch(`${lab.endpoints.adminUrl}/_coexist/v1/cmdlets`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ organization: 'contoso', line: 'Get-Mailbox' }),
    });
    expect([control.status, await control.json()]).toEqual([503, expect.objectContaining({ title: 'Unavailable' })]);
    gate.open();
    await expect.poll(async () => (await lab.ews(mary, inbox)).status, { timeout: 20_000 }).toBe(200);
  });
});
