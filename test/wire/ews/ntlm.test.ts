import { connect } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Dialer } from '../../../shared/net/dialer.ts';
import { askUserSettings } from '../../../shared/protocols/autodiscover/client.ts';
import { call } from '../../../shared/protocols/ews/client.ts';
import { resolveNames } from '../../../shared/protocols/ews/operations/resolve-names.ts';
import type { AccountCredentials } from '../../../shared/protocols/ntlm/client.ts';
import { envelope } from '../../support/soap.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { ask } from '../admin/ask.ts';
import { openServer, type Server } from '../hybrid/party.ts';

let lab: TestLab;
/** A server of another forest, which calls with an account of this one. */
let fabrikam: Server;
beforeAll(async () => {
  lab = await openTestLab();
  fabrikam = openServer(lab, 'fabrikam');
});
afterAll(async () => {
  await fabrikam.close();
  await lab.close();
});

const set = (line: string): Promise<unknown> =>
  ask(lab.endpoints.adminUrl, 'POST', '/_coexist/v1/cmdlets', {
    line: `Set-WebServicesVirtualDirectory "EWS (Default Web Site)" ${line}`,
    organization: 'contoso',
  });
afterEach(() => set('-ExtendedProtectionTokenChecking Allow -WindowsAuthentication $true -BasicAuthentication $true'));

const mary = (changes: Partial<AccountCredentials> = {}): AccountCredentials => ({
  is: 'account',
  userName: 'CONTOSO\\mary',
  password: lab.password,
  ...changes,
});
const dialing = { service: 'ews', organization: 'fabrikam', timeoutMs: 10_000, maxBytes: 1_000_000 } as const;

type Dialing = Pick<Dialer, 'https'>;

describe('a server that calls another forest with an account', () => {
  async function resolve(credentials: AccountCredentials, host = 'mail.contoso.test', watch = (dialer: Dialing) => dialer) {
    const { dialer } = await fabrikam.party();
    const request = { ReturnFullContactData: false, UnresolvedEntry: 'rob' };
    const result = await call(watch(dialer), `https://${host}/EWS/Exchange.asmx`, credentials, resolveNames, request, {
      version: 'Exchange2013',
      ...dialing,
    });
    return result.is === 'http' ? result.status : JSON.stringify(result);
  }

  test.each(['None', 'Allow', 'Require'])('signs in: extended protection %s', async (checking) => {
    await set(`-ExtendedProtectionTokenChecking ${checking}`);
    expect(await resolve(mary())).toContain('rob@contoso.test');
    expect(await resolve(mary({ userName: 'mary@contoso.test' }))).toContain('rob@contoso.test');
  });

  /** How the calls of one attempt signed in and were answered, in order. */
  async function attempt(credentials: AccountCredentials, host?: string): Promise<readonly string[]> {
    const made: string[] = [];
    await resolve(credentials, host, (dialer) => ({
      async https(one) {
        const answer = await dialer.https(one);
        made.push(`${one.proof === undefined ? (one.headers?.['authorization'] ?? '').split(' ')[0] : 'NTLM'} ${answer.status}`);
        return answer;
      },
    }));
    return made;
  }

  test('signs in by Basic where that is offered and NTLM is not', async () => {
    expect(await attempt(mary())).toEqual(['NTLM 200']);
    expect(await attempt(mary({ userName: 'mary@contoso.test' }), 'outlook.office365.test')).toEqual(['NTLM 401', 'Basic 200']);
    await set('-WindowsAuthentication $false');
    expect(await attempt(mary())).toEqual(['NTLM 401', 'Basic 200']);
    await set('-BasicAuthentication $false');
    expect(await attempt(mary())).toEqual(['NTLM 401']);
  });

  test('does not send a password in the clear that NTLM has refused', async () => {
    expect(await attempt(mary({ password: 'wrong' }))).toEqual(['NTLM 401']);
  });

  test('asks Autodiscover so, too', async () => {
    const { dialer } = await fabrikam.party();
    const asked = { mailboxes: ['rob@contoso.test'], settings: ['ExternalEwsUrl'], messageId: 'urn:uuid:1', account: mary() };
    const result = await askUserSettings(dialer, 'https://mail.contoso.test/autodiscover/autodiscover.svc', asked, dialing);
    expect(JSON.stringify(result)).toContain('https://mail.contoso.test/EWS/Exchange.asmx');
  });

  test('leaves no answer to a challenge in the journal', async () => {
    expect(await resolve(mary())).toContain('rob@contoso.test');
    const signedIn = (await lab.exchanges({ service: 'ews', organization: 'contoso' })).at(-1);
    const told = JSON.stringify(await lab.journal.trace(signedIn?.traceId ?? ''));
    expect(told).toMatch(/authorization: NTLM sha256:/i);
    expect(told).not.toContain('TlRMTVNTUAAD');
  });
});

describe('on one connection', () => {
  const body = envelope(
    '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>',
  );
  const request = (authorization?: string, more = ''): string =>
    `POST /EWS/Exchange.asmx HTTP/1.1\r\nHost: mail.contoso.test\r\nContent-Type: text/xml\r\n${authorization === undefined ? '' : `Authorization: ${authorization}\r\n`}${more}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

  /** Writes octets to a new connection, and gives the statuses of so many answers. */
  async function statuses(count: number, text: string): Promise<readonly number[]> {
    const port = Number(lab.names.hosts['mail.contoso.test']?.split(':')[1]);
    const socket = connect({ host: '127.0.0.1', port, servername: 'mail.contoso.test', ca: lab.names.ca });
    let received = '';
    socket.write(text);
    for await (const chunk of socket) {
      received += String(chunk);
      const found = received.match(/^HTTP\/1\.1 \d+/gm) ?? [];
      if (found.length === count) {
        socket.destroy();
        return found.map((line) => Number(line.slice(-3)));
      }
    }
    throw new Error(`the connection ended after: ${received}`);
  }

  test('requests that a client sends without waiting are answered one by one: nobody is known yet', async () => {
    const offer = 'NTLM TlRMTVNTUAABAAAAB4IIogAAAAAAAAAAAAAAAAAAAAAKAGFKAAAADw==';
    expect(
      await statuses(3, request(offer) + request() + request(`Basic ${Buffer.from(`CONTOSO\\mary:${lab.password}`).toString('base64')}`)),
    ).toEqual([401, 401, 200]);
  });
});
