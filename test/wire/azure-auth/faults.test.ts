import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { outboundCredential } from '../../../shared/bridges/hybrid/outbound.ts';
import type { OutboundParty } from '../../../shared/bridges/hybrid/party.ts';
import type { Refusal } from '../../../shared/kernel/refusal.ts';
import { envelope } from '../../support/soap.ts';
import { openServer, type Server } from '../hybrid/party.ts';
import { byPassword, daemon, daemonSecret, openTokenLab, type TokenLab } from './token-lab.ts';

let lab: TokenLab;
let server: Server;
beforeAll(async () => {
  lab = await openTokenLab();
  server = openServer(lab, 'contoso');
});
afterAll(async () => {
  await server.close();
  await lab.close();
});
// Nothing else is disturbed by a fault that is gone.
afterEach(async () => {
  lab.faults.clear();
  const { status } = await lab.v2(byPassword(lab));
  if (status !== 200) throw new Error(`without the fault the answer is ${status}`);
});

const cloudEws = 'https://outlook.office365.test/EWS/Exchange.asmx';

/** What the organisation on-premises makes of the authentication service's answer: a token, or why it got none. */
async function ask(change: Partial<OutboundParty> = {}): Promise<string> {
  const party = { ...(await server.party()), ...change };
  party.tokens.clear('contoso');
  return outboundCredential(party, cloudEws, undefined).then(
    ({ authorization }) => authorization.slice(0, 'Bearer ey'.length),
    (error: unknown) => `${(error as Refusal).code}: ${(error as Refusal).detail}`,
  );
}

/** Waits no longer than this for the authentication service. */
async function impatient(timeoutMs: number): Promise<Partial<OutboundParty>> {
  const { dialer } = await server.party();
  return { dialer: { https: (call) => dialer.https({ ...call, timeoutMs: Math.min(call.timeoutMs, timeoutMs) }) } };
}

/** The exchange of the authentication service on which a rule acted. */
async function faulted(rule: string) {
  return (await lab.exchanges({ service: 'azure-auth' })).find(({ faults }) => faults.some((one) => one.rule === rule));
}

describe('A-15', () => {
  test('throttled: 503 and 429 with Retry-After and the words of the service', async () => {
    for (const status of [429, 503]) {
      const body = '{"error":"temporarily_unavailable","error_description":"AADSTS90055: too many requests"}';
      lab.faults.add({
        match: { svc: 'azure-auth' },
        effect: { kind: 'status', status, headers: { 'retry-after': '17', 'content-type': 'application/json' }, body },
      });
      const reply = await lab.v2(byPassword(lab));
      expect([reply.status, reply.headers['retry-after'], reply.body['error']]).toEqual([status, '17', 'temporarily_unavailable']);
      expect(await ask()).toBe(
        "token-refused: Unable to get token from Auth Server. Error code: 'temporarily_unavailable'. Description: 'AADSTS90055: too many requests'.",
      );
      lab.faults.clear();
    }
  });

  test.each([
    ['truncated JSON', 'application/json', '{"access_token":"ey'],
    ['an HTML error page', 'text/html', '<html><body>Service unavailable</body></html>'],
  ])('%s', async (_title, type, body) => {
    const effect = { kind: 'status', status: 200, headers: { 'content-type': type }, body };
    lab.faults.add({ seam: 'http.response', match: { svc: 'azure-auth' }, effect });
    expect(await ask()).toMatch(/^issuer-unreadable: The Auth Server at https:\S+ answered 200 without a token\.$/);
  });

  test('time-out: the answer comes too late, the caller reports it, the journal has both sides', async () => {
    lab.faults.add({
      id: 'late',
      ...{ seam: 'http.response', match: { svc: 'azure-auth', op: 'server-to-server' } },
      effect: { kind: 'latency', delayMs: 30_000 },
    });
    expect(await ask(await impatient(250))).toBe('Timeout: no whole answer within 250 ms');
    await expect.poll(() => faulted('late')).toMatchObject({ outcome: 'aborted', faults: [{ kind: 'latency' }] });
  });

  test('the good twin: a delay that the caller bears', async () => {
    lab.faults.add({ seam: 'http.response', match: { svc: 'azure-auth' }, effect: { kind: 'latency', delayMs: 20 } });
    expect(await ask(await impatient(10_000))).toBe('Bearer ey');
  });
});

describe('claims', () => {
  const audience = 'https://mail.contoso.test/EWS.AccessAsUser.All';
  const getFolder =
    '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>';
  const asMary = () => lab.v2({ ...byPassword(lab), username: 'mary@contoso.test', scope: audience });
  const show = (token: unknown) =>
    lab.https('https://mail.contoso.test/EWS/Exchange.asmx', {
      method: 'POST',
      headers: { 'content-type': 'text/xml; charset=utf-8', authorization: `Bearer ${String(token)}` },
      body: envelope(getFolder),
    });

  test('of an access token that is issued: changed, taken away, well signed, and refused for what they say', async () => {
    const good = await asMary();
    expect((await show(good.body['access_token'])).status).toBe(200);
    const effect = { kind: 'claims', set: { aud: 'https://mail.fabrikam.test' }, remove: ['acct'] };
    lab.faults.add({ id: 'audience', match: { op: 'password' }, effect });
    const reply = await asMary();
    const [was, is] = [good, reply].map(({ body }) => decodeJwt(String(body['access_token'])));
    expect(is).toMatchObject({ aud: 'https://mail.fabrikam.test', upn: was?.['upn'], iss: was?.iss });
    expect([was?.['acct'], is?.['acct']]).toEqual([0, undefined]);
    expect(await lab.exchangeOf(reply.answer)).toMatchObject({ faults: [{ rule: 'audience', kind: 'claims' }] });
    const refused = await show(reply.body['access_token']);
    expect([refused.status, refused.headers['x-ms-diagnostics']]).toEqual([401, expect.stringContaining('2000003')]);
    const verdict = (await lab.exchangeOf(refused)).verdict?.checks ?? [];
    expect(verdict.find(({ outcome }) => outcome === 'failed')?.check).toMatch(/audience/);
    lab.faults.clear();
    lab.faults.add({ match: { op: 'password' }, effect: { kind: 'claims', remove: ['acct'] } });
    expect((await show((await asMary()).body['access_token'])).status).toBe(200);
  });

  test.each([
    [{}],
    [{ set: { 'a claim': 1 } }],
    [{ remove: [''] }],
    [{ set: { NotOnOrAfter: 'tomorrow' } }],
    [{ set: { NotBefore: 1_700_000_000 } }],
  ])('%j changes nothing', (parameters) => {
    expect(() => lab.faults.add({ effect: { kind: 'claims', ...parameters } })).toThrow(
      expect.objectContaining({ code: 'InvalidFaultRule' }),
    );
  });
});

describe('at token.claims', () => {
  const app = { grant_type: 'client_credentials', client_id: daemon, client_secret: daemonSecret };
  const byApplication = () => lab.v2({ ...app, scope: 'https://outlook.office365.com/.default' });

  test('a status replaces the tokens of one grant; other grants and refusals are left alone', async () => {
    const effect = { kind: 'status', status: 500, headers: { 'content-type': 'text/plain' }, body: 'no tokens today' };
    lab.faults.add({ id: 'today', seam: 'token.claims', match: { svc: 'azure-auth', op: 'password' }, effect });
    const reply = await lab.v2(byPassword(lab));
    expect([reply.status, reply.headers['content-type'], reply.text]).toEqual([500, 'text/plain', 'no tokens today']);
    expect(await lab.exchangeOf(reply.answer)).toMatchObject({
      outcome: 'fault',
      faults: [{ rule: 'today', kind: 'status' }],
      verdict: { accepted: true },
    });
    expect(await byApplication()).toMatchObject({ status: 200 });
    expect(await lab.v2(byPassword(lab, { password: 'guess' }))).toMatchObject({ status: 400 });
    expect(await ask()).toBe('Bearer ey');
    lab.faults.add({ seam: 'token.claims', match: { op: 'server-to-server' }, effect });
    expect(await ask()).toMatch(/^issuer-unreadable: .* answered 500 without a token\.$/);
  });

  test('latency holds the tokens up', async () => {
    lab.faults.add({ id: 'slow', seam: 'token.claims', match: { op: 'client_credentials' }, effect: { kind: 'latency', delayMs: 60 } });
    const begun = performance.now();
    const reply = await byApplication();
    expect(performance.now() - begun).toBeGreaterThan(55);
    expect([reply.status, reply.body['token_type']]).toEqual([200, 'Bearer']);
    expect(await lab.exchangeOf(reply.answer)).toMatchObject({ outcome: 'answered', faults: [{ rule: 'slow', kind: 'latency' }] });
  });

  test.each(['reset', 'refuse'])('%s ends the connection when the tokens are made', async (kind) => {
    lab.faults.add({ id: kind, seam: 'token.claims', match: { user: 'joe@*' }, effect: { kind } });
    await expect(lab.v2(byPassword(lab))).rejects.toThrow(/ECONNRESET|socket hang up/);
    await expect.poll(() => faulted(kind)).toMatchObject({ outcome: 'fault', operation: 'password', caller: 'joe@contoso.test' });
  });
});
