import { afterAll, describe, expect, test } from 'vitest';
import { openRemoteSource } from '../../../shared/bridges/migration/remote-source.ts';
import { databaseOf } from '../../../shared/domain/organization/servers.ts';
import type { Dialer, HttpsCall } from '../../../shared/net/dialer.ts';
import { decodeDatabaseCookie } from '../../../shared/protocols/ews/affinity-cookies.ts';
import { openMrsSession } from '../../../shared/protocols/mrs/client.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { worldOfTwoServers } from '../../support/several-servers.ts';
import { openProxyLab, type ProxyLab } from './lab.ts';
import { mailboxGuid } from './memory-mailbox.ts';
import { handshake, openByHand, service } from './messages.ts';

const version = `${service}ExchangeVersionInformation`;
const open: ProxyLab[] = [];
afterAll(async () => {
  for (const lab of open) await lab.close();
});
async function labOf(product?: 'exchange-2010'): Promise<ProxyLab> {
  const lab = await openProxyLab({ world: worldOfTwoServers(product), clock: 'frozen@2026-11-04T09:00Z' });
  open.push(lab);
  await lab.set('-MRSProxyEnabled $true');
  return lab;
}

/** A dialer whose every call is a connection of its own, as behind a load balancer that keeps nobody together. */
function scattered(dialer: Dialer, watch: (call: HttpsCall) => HttpsCall = (call) => call): Pick<Dialer, 'hold'> {
  return { hold: () => ({ https: (call) => dialer.https(watch(call)), close: () => Promise.resolve() }) };
}
const withoutCookies = ({ headers, ...call }: HttpsCall): HttpsCall => ({
  ...call,
  headers: Object.fromEntries(Object.entries(headers ?? {}).filter(([name]) => name !== 'cookie' && name !== 'x-anchormailbox')),
});

const lost =
  /^The call to 'https:\/\/mail\.contoso\.test\/EWS\/mrsproxy\.svc.*' failed\. Error details: The remote endpoint no longer recognizes this sequence\. This is most likely due to an abort on the remote endpoint\. The value of wsrm:Identifier is not a known Sequence identifier\. The reliable session was faulted\.$/;

describe('two servers since 2013', () => {
  test('the front end passes on by its cookie, whatever the connection', async () => {
    const lab = await labOf();
    const session = await openMrsSession(lab.endpoint({ dialer: scattered(lab.dialer) }));
    await session.close();
    const took = (await lab.lab.exchanges({ service: 'mrsproxy' })).filter(({ status }) => status === 200);
    expect(new Set(took.map(({ web }) => web?.frontEnd))).toEqual(new Set(['EX-SE-01', 'EX-SE-02']));
    expect(new Set(took.map(({ web }) => web?.backEnd)).size).toBe(1);
  });

  test('the anchor mailbox leads to its own server, and the cookie says which', async () => {
    const lab = open[0] ?? (await labOf());
    for (const [name, server] of [
      ['mary', 'EX-SE-02'],
      ['rob', 'EX-SE-01'],
    ] as const) {
      const [mailbox] = await runCmdlet<{ ExchangeGuid: string }>(lab.lab, 'contoso', `Get-Mailbox ${name}`);
      const session = await openByHand(lab, { headers: { 'x-anchormailbox': mailbox?.ExchangeGuid ?? '' } });
      const answer = await session.say(1, version, handshake);
      expect(answer.body).toContain(`<b:ComputerName>${server}.contoso.test<`);
      const [cookie = ''] = [answer.headers['set-cookie'] ?? []].flat();
      const given = decodeDatabaseCookie(/^X-BackEndCookie=([^;]*)/.exec(cookie)?.[1] ?? '');
      const database = databaseOf({ name: 'contoso' }, server);
      expect(given).toMatchObject({ database, forest: 'contoso.test', expires: Date.parse('2026-11-04T09:10Z') });
      expect(cookie).toMatch(/; path=\/EWS; secure; HttpOnly$/);
    }
  });

  test('a client that keeps no cookie and names no mailbox meets the other one', async () => {
    const lab = open[0] ?? (await labOf());
    const attempt = openMrsSession(lab.endpoint({ dialer: scattered(lab.dialer, withoutCookies) }));
    await expect(attempt).rejects.toMatchObject({ values: { Message: expect.stringMatching(lost) } });
  });
});

describe('two servers of Exchange 2010', () => {
  test('a session that keeps its connection is safe; one that does not meets a server that knows it not', async () => {
    const lab = await labOf('exchange-2010');
    const remote = await openRemoteSource({ ...lab.endpoint(), mailboxGuid, kind: 'primary' });
    expect((await remote.information()).displayName).toBe('Mary Wells');
    await remote.close();
    const told = (await lab.lab.exchanges({ service: 'mrsproxy' })).map(({ operation }) => operation);
    expect(told).toContain('IMailbox_Config3');
    const scatter = openMrsSession(lab.endpoint({ dialer: scattered(lab.dialer), anchorMailbox: mailboxGuid }));
    await expect(scatter).rejects.toMatchObject({
      code: 'CommunicationErrorTransientException',
      values: { Message: expect.stringMatching(lost) },
    });
    const session = await openMrsSession(lab.endpoint());
    expect(session.name).toMatch(
      /^https:\/\/mail\.contoso\.test\/EWS\/mrsproxy\.svc EX-SE-0[12]\.contoso\.test \(14\.2\.247\.5 caps:05FFFF\)$/,
    );
    await expect(session.call('IMailbox_ConfigureProxyService', { mailboxHandle: 1, exportBufferSizeKB: 1 })).rejects.toMatchObject({
      code: 'UnsupportedRemoteServerVersionWithOperationPermanentException',
    });
    await session.close();
  });
});
