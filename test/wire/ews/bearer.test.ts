import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setOrganizationConfig } from '../../../shared/domain/organization/organization-config.ts';
import { type AuthServer, authServers } from '../../../shared/domain/trust/auth-servers.ts';
import { partnerApplications } from '../../../shared/domain/trust/partner-applications.ts';
import { acsAppId } from '../../../shared/domain/trust/well-known.ts';
import { envelope } from '../../support/soap.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { daemon, openTokenMint, type TokenMint } from '../../support/tokens.ts';
import { poxRequest } from '../autodiscover/requests.ts';
import { faultOf, responses } from './answers.ts';
import { askFor, cloudHost, impersonating, inbox, ownHost } from './asked.ts';

let lab: TestLab;
let mint: TokenMint;
beforeAll(async () => {
  lab = await openTestLab();
  mint = await openTokenMint(lab.store, () => lab.clock.state().now);
});
afterAll(() => lab.close());

const now = () => lab.clock.state().now;

describe("a user's token", () => {
  test('opens the mailbox of the user', async () => {
    const answer = await askFor(lab, cloudHost, await mint.user('joe@contoso.test'));
    expect([answer.status, responses(answer.body)]).toEqual([200, [{ class: 'Success', code: 'NoError', text: '' }]]);
    const exchange = await lab.exchangeOf(answer);
    expect(exchange).toMatchObject({ caller: 'joe@contoso.test', code: 'NoError', verdict: { accepted: true } });
    const checks = exchange.verdict?.checks.map(({ check }) => check) ?? [];
    expect(checks.slice(0, 3)).toEqual(['token.offered', 'token.header', 'token.readable']);
    expect(checks.at(-1)).toBe('tenant.ews-enabled');
  });

  test.each([
    [
      'another signature',
      (token: string) => token.replace(/\.(.)(?=[^.]+$)/, (_, first: string) => (first === 'A' ? '.B' : '.A')),
      2_000_000,
    ],
    ['no dots', (token: string) => token.replaceAll('.', ''), 2_000_001],
  ])('with %s is refused, with the reason and the challenge', async (_, damaged, number) => {
    const answer = await askFor(lab, cloudHost, damaged(await mint.user('joe@contoso.test')));
    expect([answer.status, answer.body]).toEqual([401, '']);
    expect(answer.headers['x-ms-diagnostics']).toMatch(new RegExp(`^${number};reason="[^"]+";error_category="[a-z_]+"$`));
    expect(answer.headers['www-authenticate']).toContain(', error="invalid_token"');
    expect(await lab.exchangeOf(answer)).toMatchObject({ outcome: 'refused', verdict: { accepted: false } });
  });

  test('is no longer good five minutes after its end', async () => {
    const token = await mint.user('joe@contoso.test');
    await lab.clock.advance(3_599_000 + 290_000);
    expect(await askFor(lab, cloudHost, token)).toMatchObject({ status: 200 });
    await lab.clock.advance(30_000);
    const answer = await askFor(lab, cloudHost, token);
    expect([answer.status, answer.headers['x-ms-diagnostics']]).toEqual([401, expect.stringContaining('2000002;')]);
  });

  test('is in no record of the journal', async () => {
    const token = await mint.user('joe@contoso.test');
    const { traceId } = await lab.exchangeOf(await askFor(lab, cloudHost, token));
    expect(JSON.stringify(await lab.journal.trace(traceId))).not.toContain(token.split('.')[2]);
  });

  test('lets somebody see the description of the service', async () => {
    const headers = { authorization: await mint.user('joe@contoso.test') };
    expect(await lab.https(`https://${cloudHost}/EWS/Services.wsdl`, { headers })).toMatchObject({ status: 200 });
  });
});

describe("an application's token", () => {
  test('needs an impersonated user', async () => {
    const answer = await askFor(lab, cloudHost, await mint.app());
    expect(answer.status).toBe(500);
    expect(faultOf(answer.body)).toMatchObject({
      code: 'ErrorInvalidExchangeImpersonationHeaderData',
      reason: 'ExchangeImpersonation SOAP header must be present for this type of OAuth token.',
    });
    expect(await lab.exchangeOf(answer)).toMatchObject({ outcome: 'refused', verdict: { accepted: false } });
  });

  test('opens the mailbox of the impersonated user', async () => {
    const answer = await askFor(lab, cloudHost, await mint.app(), impersonating('zoe@contoso.test'));
    expect(responses(answer.body)).toMatchObject([{ code: 'NoError' }]);
    const exchange = await lab.exchangeOf(answer);
    expect(exchange).toMatchObject({ caller: 'zoe@contoso.test', verdict: { accepted: true } });
    expect(exchange.verdict?.checks.slice(-3)).toMatchObject([
      { check: 'impersonation.header', actual: 'PrimarySmtpAddress zoe@contoso.test' },
      { check: 'impersonation.user', actual: 'zoe@contoso.test' },
      { check: 'application.access-policy', outcome: 'passed' },
    ]);
  });

  test('without the permission is refused at the door', async () => {
    const answer = await askFor(lab, cloudHost, await mint.app({ roles: ['Mail.Read'] }), impersonating('zoe@contoso.test'));
    expect([answer.status, answer.headers['x-ms-diagnostics']]).toEqual([401, expect.stringContaining('2000008;')]);
  });
});

describe('a server-to-server token', () => {
  test('in the name of a user opens the mailbox, without a header', async () => {
    const answer = await askFor(lab, cloudHost, await mint.actAs(cloudHost, 'joe@contoso.test'));
    expect([answer.status, responses(answer.body)]).toMatchObject([200, [{ code: 'NoError' }]]);
    expect(await lab.exchangeOf(answer)).toMatchObject({ caller: 'joe@contoso.test' });
  });

  test('is for one host: the port that clients reach it by is left out, another port is another host', async () => {
    const authorization = await mint.actAs(cloudHost, 'joe@contoso.test');
    const at = async (host: string) => {
      const headers = { host, authorization, 'content-type': 'text/xml' };
      return lab.https(`https://${cloudHost}/EWS/Exchange.asmx`, { method: 'POST', headers, body: envelope(inbox) });
    };
    const port = String(lab.endpoints.hosts[cloudHost]).split(':').at(-1);
    for (const host of [`${cloudHost}:443`, `${cloudHost}:${port}`]) {
      expect([host, (await at(host)).status]).toEqual([host, 200]);
    }
    const answer = await at(`${cloudHost}:9`);
    expect([answer.status, answer.headers['x-ms-diagnostics']]).toEqual([401, expect.stringContaining('2000003;')]);
  });

  test('in the name of a user excludes the header', async () => {
    const answer = await askFor(lab, cloudHost, await mint.actAs(cloudHost, 'joe@contoso.test'), impersonating('zoe@contoso.test'));
    expect([answer.status, faultOf(answer.body).reason]).toEqual([
      500,
      'ExchangeImpersonation SOAP header must not exist for this type of OAuth token.',
    ]);
  });

  test('without a user and a linked account may do nothing', async () => {
    for (const header of ['', impersonating('joe@contoso.test')]) {
      const answer = await askFor(lab, cloudHost, await mint.actor(cloudHost), header);
      expect([answer.status, faultOf(answer.body).reason]).toEqual([
        500,
        'The application is missing a linked account for RBAC roles, or the linked account has no RBAC role assignments, ' +
          'or the calling users account is logon disabled.',
      ]);
    }
  });
});

describe('the challenge', () => {
  const server = (changes: Partial<AuthServer>): AuthServer => ({
    ...{ Name: 'x', Type: 'MicrosoftACS', IssuerIdentifier: acsAppId, Realm: '', AuthMetadataUrl: '', TokenIssuingEndpoint: '' },
    ...{ AuthorizationEndpoint: '', DomainName: [], IsDefaultAuthorizationEndpoint: false, ApplicationIdentifier: '', Enabled: true },
    ...{ keys: [], refreshed: 0 },
    ...changes,
  });
  const challengeOf = async (host: string): Promise<string> =>
    String((await lab.https(`https://${host}/EWS/Exchange.asmx`, { method: 'POST' })).headers['www-authenticate']);

  test('names whom an organisation trusts and where users get tokens, as it is configured', async () => {
    await lab.store.transaction(async (tx) => {
      await authServers.create(tx, 'fabrikam', 'ACS', server({ Name: 'ACS', Realm: 'cc6a8a9c-0000-4000-8000-000000000000' }), now());
      await authServers.create(tx, 'fabrikam', 'Any', server({ Name: 'Any', IssuerIdentifier: 'other' }), now());
      await authServers.create(tx, 'fabrikam', 'Off', server({ Name: 'Off', IssuerIdentifier: 'off', Enabled: false }), now());
      const partner = { AcceptSecurityIdentifierInformation: false, AuthMetadataUrl: '', LinkedAccount: '', Enabled: true, keys: [] };
      const applications = [
        { Name: 'Signs for itself', ApplicationIdentifier: 'skype', Realm: '', UseAuthServer: false, ...partner },
        { Name: 'By server', ApplicationIdentifier: 'exchange', Realm: '', UseAuthServer: true, ...partner },
      ];
      for (const application of applications) await partnerApplications.create(tx, 'fabrikam', application.Name, application, now());
    });
    const issuers = `${acsAppId}@cc6a8a9c-0000-4000-8000-000000000000,other@*,skype@fabrikam.test`;
    const bearer = `Bearer client_id="00000002-0000-0ff1-ce00-000000000000", trusted_issuers="${issuers}", token_types="app_asserted_user_v1 service_asserted_app_v1"`;
    expect(await challengeOf('mail.fabrikam.test')).toBe(`${bearer}, Negotiate, NTLM, Basic realm="mail.fabrikam.test"`);

    const evo = server({
      Name: 'Evo',
      Type: 'AzureAD',
      IsDefaultAuthorizationEndpoint: true,
      IssuerIdentifier: 'https://sts.windows.net/x/',
    });
    await lab.store.transaction((tx) => authServers.create(tx, 'fabrikam', 'Evo', evo, now()));
    expect(await challengeOf('mail.fabrikam.test')).toBe(`${bearer}, Negotiate, NTLM, Basic realm="mail.fabrikam.test"`);
    await lab.store.transaction((tx) => setOrganizationConfig(tx, 'fabrikam', { OAuth2ClientProfileEnabled: true }, now()));
    const authority = ', authorization_uri="https://login.windows.net/common/oauth2/authorize"';
    expect(await challengeOf('mail.fabrikam.test')).toBe(`${bearer}${authority}, Negotiate, NTLM, Basic realm="mail.fabrikam.test"`);
  });

  test('of the cloud names every realm', async () => {
    expect(await challengeOf(cloudHost)).toContain(`trusted_issuers="${acsAppId}@*"`);
  });
});

describe('the metadata of an organisation', () => {
  test.each([
    ['autodiscover.contoso.test', /^00000002-0000-0ff1-ce00-000000000000@\S+$/],
    ['autodiscover-s.outlook.test', /^00000002-0000-0ff1-ce00-000000000000@[0-9a-f-]{36}$/],
    [ownHost, /@/],
  ])('at %s is open to everybody', async (host, issuer) => {
    const answer = await lab.https(`https://${host}/autodiscover/metadata/json/1`);
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
    const document = JSON.parse(answer.body) as Record<string, unknown>;
    expect(document).toMatchObject({ id: '_guid', version: '1.0', name: 'Exchange', issuer: expect.stringMatching(issuer) });
    expect(document['allowedAudiences']).toEqual([document['issuer']]);
    const [key] = document['keys'] as Record<string, Record<string, string>>[];
    expect(key).toMatchObject({
      usage: 'signing',
      keyinfo: { x5t: expect.stringMatching(/^[\w-]{27}$/) },
      keyvalue: { type: 'x509Certificate' },
    });
    expect(await lab.exchangeOf(answer)).toMatchObject({ service: 'autodiscover', operation: 'metadata', code: 'NoError' });
  });
});

test.each([
  ["a user's", () => mint.user('joe@contoso.test'), 'joe@contoso.test'],
  ["an application's", () => mint.app(), daemon],
])('Autodiscover takes %s token', async (_, token, caller) => {
  const answer = await lab.https('https://autodiscover-s.outlook.test/autodiscover/autodiscover.xml', {
    method: 'POST',
    headers: { authorization: await token(), 'content-type': 'text/xml' },
    body: poxRequest('joe@contoso.test'),
  });
  expect([answer.status, answer.body]).toEqual([200, expect.stringContaining('<DisplayName>Joe')]);
  expect(await lab.exchangeOf(answer)).toMatchObject({ caller, verdict: { accepted: true } });
});
