import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authConfigName, authConfigs } from '../../../shared/domain/trust/auth-config.ts';
import { exchangeCertificates } from '../../../shared/domain/trust/exchange-certificates.ts';
import { type Control, controlOf } from '../../support/control.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { responses } from './answers.ts';
import { askFor, inbox, ownHost } from './asked.ts';

let lab: TestLab;
let control: Control;
beforeAll(async () => {
  lab = await openTestLab();
  control = controlOf(lab);
});
afterAll(() => lab.close());

const actAs = async (user: string): Promise<string> => (await control.mint({ kind: 's2s-act-as', organization: 'contoso', user })).token;

describe('O-33 a mailbox that is elsewhere', () => {
  test('the token is good, for the user is known; EWS has no mailbox, and Autodiscover tells where it is', async () => {
    const token = await actAs('joe@contoso.test');
    const answer = await askFor(lab, ownHost, `Bearer ${token}`);
    expect(responses(answer.body)).toMatchObject([{ code: 'ErrorMissingEmailAddress' }]);
    const { verdict } = await lab.exchangeOf(answer);
    expect(verdict).toMatchObject({ accepted: true });
    expect(verdict?.checks.find(({ check }) => check === 'token.account')).toMatchObject({
      outcome: 'passed',
      actual: 'RemoteUserMailbox',
    });
    const pox =
      '<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request>' +
      '<EMailAddress>joe@contoso.test</EMailAddress><AcceptableResponseSchema>' +
      'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>';
    const redirected = await lab.https(`https://${ownHost}/autodiscover/autodiscover.xml`, {
      method: 'POST',
      headers: { 'content-type': 'text/xml; charset=utf-8', authorization: `Bearer ${token}` },
      body: pox,
    });
    expect(redirected.body).toContain('<RedirectAddr>joe@contoso.mail.onmicrosoft.test</RedirectAddr>');
  });

  test('the good twin: a mailbox that is here', async () => {
    const answer = await askFor(lab, ownHost, `Bearer ${await actAs('mary@contoso.test')}`);
    expect(responses(answer.body)).toMatchObject([{ code: 'NoError' }]);
  });
});

describe('O-37 an application that acts as a user and claims a role of its own', () => {
  const role = 'ApplicationImpersonation';
  const claiming = `<t:ManagementRole><t:ApplicationRoles><t:Role>${role}</t:Role></t:ApplicationRoles></t:ManagementRole>`;
  const partner = 'Set-PartnerApplication "Exchange Online" -LinkedAccount';

  test('needs a linked account that has the role; without the claim it needs none', async () => {
    const token = await actAs('mary@contoso.test');
    const ask = (header: string) => askFor(lab, ownHost, `Bearer ${token}`, header);
    const expectRefused = async (actual: string): Promise<void> => {
      const refused = await ask(claiming);
      expect([refused.status, refused.body]).toEqual([
        500,
        expect.stringContaining('The application is missing a linked account for RBAC'),
      ]);
      const { verdict, code, traceId } = await lab.exchangeOf(refused);
      expect(code).toBe('ErrorAccessDenied');
      expect(verdict?.checks.find(({ outcome }) => outcome === 'failed')).toMatchObject({ check: 'application.linked-account', actual });
      expect(await control.call('GET', `/traces/${traceId}/explain`)).toMatchObject({ remedy: expect.stringContaining('-LinkedAccount') });
    };
    await expectRefused('none');
    await control.cmdlet('contoso', `${partner} administrator@contoso.test`);
    await expectRefused('no such role');
    expect((await ask('')).status).toBe(200);
    await control.cmdlet('contoso', `New-ManagementRoleAssignment -Role ${role} -User administrator@contoso.test`);
    expect(responses((await ask(claiming)).body)).toMatchObject([{ code: 'NoError' }]);
    await control.cmdlet('contoso', `${partner} $null`);
  });
});

describe('O-38 the Auth certificate of the organisation', () => {
  const testOAuth = 'Test-OAuthConnectivity EWS -TargetUri https://outlook.office365.com/ews/exchange.asmx -AppOnly';
  const expectRefused = async (token: string, actual: string): Promise<void> => {
    const refused = await askFor(lab, ownHost, `Bearer ${token}`);
    expect([refused.status, refused.body]).toEqual([500, '']);
    expect(refused.headers['x-ms-diagnostics']).toMatch(/^2000007;reason="[^"]+";error_category="internal_error"$/);
    const { verdict } = await lab.exchangeOf(refused);
    const failed = verdict?.checks.find(({ outcome }) => outcome === 'failed');
    expect(failed).toMatchObject({ check: 'token.configuration', actual: expect.stringContaining(actual) });
  };

  test('is missing: 500 for everybody who comes with a token, and nothing to sign with', async () => {
    const token = await actAs('mary@contoso.test');
    const [config] = await authConfigs.list(lab.store.read, 'contoso');
    const thumbprint = String(config?.value.CurrentCertificateThumbprint);
    const stored = await exchangeCertificates.find(lab.store.read, 'contoso', thumbprint);
    if (stored === undefined) throw new Error('no certificate');
    // As somebody does who clears it out of the certificate store behind Exchange's back: no cmdlet does.
    await lab.store.transaction((tx) => exchangeCertificates.remove(tx, stored, lab.clock.state().now));
    await expectRefused(token, `there is no certificate '${thumbprint}'`);
    const [tested] = await control.cmdlet('contoso', testOAuth);
    expect(tested).toMatchObject({ ResultType: 'Error', Detail: expect.stringContaining('Missing signing certificate.') });
    await lab.store.transaction((tx) => exchangeCertificates.create(tx, 'contoso', stored.name, stored.value, lab.clock.state().now));
    expect((await askFor(lab, ownHost, `Bearer ${token}`)).status).toBe(200);
    expect(await control.cmdlet('contoso', testOAuth)).toMatchObject([{ ResultType: 'Success' }]);
  });

  test('the AuthConfig is empty', async () => {
    const token = await actAs('mary@contoso.test');
    const stored = await authConfigs.find(lab.store.read, 'contoso', authConfigName);
    if (stored === undefined) throw new Error('no AuthConfig');
    await lab.store.transaction((tx) => authConfigs.remove(tx, stored, lab.clock.state().now));
    await expectRefused(token, 'none');
    const [tested] = await control.cmdlet('contoso', testOAuth);
    expect(tested).toMatchObject({ ResultType: 'Error', Detail: expect.stringContaining('Unable to load OAuth configuration.') });
    await lab.store.transaction((tx) => authConfigs.create(tx, 'contoso', stored.name, stored.value, lab.clock.state().now));
    expect((await askFor(lab, ownHost, `Bearer ${token}`)).status).toBe(200);
  });

  test('has expired, after five years', async () => {
    await lab.clock.advance(5 * 366 * 86_400_000);
    const token = await actAs('mary@contoso.test');
    await expectRefused(token, 'expired');
    const [tested] = await control.cmdlet('contoso', testOAuth);
    expect(tested).toMatchObject({ ResultType: 'Error', Detail: expect.stringContaining('is not valid at this time') });
    const [made] = await control.cmdlet('contoso', 'New-ExchangeCertificate -SubjectName "CN=Microsoft Exchange Server Auth Certificate"');
    await control.cmdlet('contoso', `Set-AuthConfig -CertificateThumbprint ${String(made?.['Thumbprint'])}`);
    expect((await askFor(lab, ownHost, `Bearer ${token}`)).status).toBe(200);
  });
});

describe('O-40 a token that does not fit into a header', () => {
  const hosts = { organisation: ownHost, 'authentication service': 'login.microsoftonline.test' } as const;

  function send(host: string, octets: string): Promise<string> {
    const [address = '', port = ''] = (lab.names.hosts[host] ?? '').split(':');
    return new Promise((resolve) => {
      const socket = connect({ host: address, port: Number(port), ca: lab.names.ca, servername: host });
      let text = '';
      socket.on('data', (chunk) => {
        text += String(chunk);
      });
      socket.on('error', () => socket.destroy());
      socket.once('close', () => resolve(text));
      socket.write(octets);
    });
  }

  const request = (host: string, tokenOctets: number): string =>
    `GET /EWS/Exchange.asmx HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nAuthorization: Bearer ${'a'.repeat(tokenOctets)}\r\n\r\n`;

  test.each(Object.entries(hosts))('%s: HTTP.sys says so before anybody sees the token; the journal has it', async (_, host) => {
    const since = lab.clock.state().now;
    const answer = await send(host, request(host, 16_384));
    expect(answer).toMatch(
      /^HTTP\/1\.1 400 Bad Request\r\nContent-Type: text\/html; charset=us-ascii\r\nServer: Microsoft-HTTPAPI\/2\.0\r\n/,
    );
    expect(answer).toContain('<h2>Bad Request - Request Too Long</h2>');
    expect(Number(/Content-Length: (\d+)/.exec(answer)?.[1])).toBe(answer.split('\r\n\r\n')[1]?.length);
    await expect
      .poll(async () => (await lab.exchanges({ since })).find((one) => one.host === host && one.status === 400))
      .toMatchObject({
        outcome: 'refused',
        code: 'HPE_HEADER_OVERFLOW',
        target: '(unreadable request)',
      });
  });

  test('the good twin: one that fits is read, and judged', async () => {
    expect(await send(ownHost, request(ownHost, 15_000))).toMatch(/^HTTP\/1\.1 401 /);
    expect((await lab.ews('mary@contoso.test', inbox)).status).toBe(200);
  });
});
