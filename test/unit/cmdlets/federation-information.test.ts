import { afterEach, beforeEach, expect, test } from 'vitest';
import { issuerMismatch } from '../../../shared/cmdlets/federation-information.ts';
import type { CmdletGround } from '../../../shared/cmdlets/scope.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { openTrustLab, type TrustLab } from './trust-lab.ts';

let lab: TrustLab;
beforeEach(async () => {
  lab = await openTrustLab();
  await lab.run('New-FederationTrust Gateway -SuppressDnsWarning');
});
afterEach(() => lab.close());

type Https = CmdletGround['dialer']['https'];
const business = 'urn:federation:MicrosoftOnline';

/** What an Autodiscover says of a domain (learn.microsoft.com "GetFederationInformation operation (SOAP)"). */
function told(applicationUri: string, domains: readonly string[], issuer = business): ReturnType<Https> {
  const soap = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>
    <GetFederationInformationResponseMessage xmlns="http://schemas.microsoft.com/exchange/2010/Autodiscover"><Response>
      <ErrorCode>NoError</ErrorCode><ErrorMessage/><ApplicationUri>${applicationUri}</ApplicationUri>
      <Domains>${domains.map((domain) => `<Domain>${domain}</Domain>`).join('')}</Domains>
      <TokenIssuers><TokenIssuer><Endpoint>https://login.test/extSTS.srf</Endpoint><Uri>${issuer}</Uri></TokenIssuer></TokenIssuers>
    </Response></GetFederationInformationResponseMessage></s:Body></s:Envelope>`;
  return Promise.resolve({ status: 200, headers: {}, body: Buffer.from(soap) });
}

/** Answers by host; a host without an answer does not exist. */
function hosts(answers: Readonly<Record<string, () => ReturnType<Https>>>): void {
  lab.answer(({ url, headers }) => {
    expect(headers).not.toHaveProperty('authorization');
    return answers[new URL(url).hostname]?.() ?? Promise.reject(new Refusal('NameNotFound'));
  });
}

const ask = (more = '') => lab.run(`Get-FederationInformation -DomainName northwind.test ${more}`);

test('the domain itself is asked, then its autodiscover host', async () => {
  hosts({ 'autodiscover.northwind.test': () => told('FYDIBOHF25SPDLT.northwind.test', ['northwind.test']) });
  const before = lab.called.length;
  expect(await ask()).toEqual([
    {
      TargetApplicationUri: 'FYDIBOHF25SPDLT.northwind.test',
      DomainNames: ['northwind.test'],
      TargetAutodiscoverEpr: 'https://autodiscover.northwind.test/autodiscover/autodiscover.svc/WSSecurity',
      TokenIssuerUris: [business],
      Identity: 'northwind.test',
    },
  ]);
  expect(lab.called.slice(before)).toEqual([
    'https://northwind.test/autodiscover/autodiscover.svc',
    'https://autodiscover.northwind.test/autodiscover/autodiscover.svc',
  ]);
  expect(lab.warned).toEqual([]);
});

test('a further domain is shown when its own Autodiscover confirms it', async () => {
  const own = () => told('northwind', ['northwind.test', 'Sales.northwind.test', 'contoso.test', 'nowhere.test']);
  hosts({
    'northwind.test': own,
    'sales.northwind.test': () => Promise.resolve({ status: 404, headers: {}, body: Buffer.alloc(0) }),
    'autodiscover.sales.northwind.test': own,
    'contoso.test': () => told('somebody else', ['contoso.test']),
  });
  expect((await ask())[0]?.['DomainNames']).toEqual(['northwind.test', 'Sales.northwind.test']);
  expect((await ask('-BypassAdditionalDomainValidation'))[0]?.['DomainNames']).toHaveLength(4);
});

test('a host with the certificate of another one is passed over, unless that one is named', async () => {
  hosts({
    'autodiscover.northwind.test': () => Promise.reject(new Refusal('CertificateRefused')),
    'mail.host.test': () => told('host', ['northwind.test']),
  });
  await expect(ask()).rejects.toMatchObject({ detail: expect.stringMatching(/^Federation information could not.+-TrustedHostnames\.$/) });
  expect(await ask('-TrustedHostnames MAIL.host.test,other.host.test')).toMatchObject([
    { TargetAutodiscoverEpr: 'https://mail.host.test/autodiscover/autodiscover.svc/WSSecurity' },
  ]);
  hosts({ 'mail.host.test': () => told('host', ['northwind.test']) });
  await expect(ask('-TrustedHostnames mail.host.test')).rejects.toMatchObject({ detail: expect.not.stringContaining('-TrustedHostnames') });
});

test('an issuer of the other instance is warned of; Exchange 2010 tells none', async () => {
  hosts({ 'northwind.test': () => told('northwind', ['northwind.test'], 'uri:WindowsLiveID') });
  expect(await ask()).toMatchObject([{ TokenIssuerUris: ['uri:WindowsLiveID'] }]);
  expect(lab.warned).toEqual([
    `The token issuers for the domain (uri:WindowsLiveID) don't match the issuer for your organization (${business}).`,
  ]);
  expect(issuerMismatch([business], [])).toBeUndefined();
  expect(issuerMismatch(['uri:WindowsLiveID', business], [business])).toBeUndefined();
  expect(issuerMismatch([business], ['a', 'b'])).toContain('(a, b)');
});

const answer = (status: number, body = '') => Promise.resolve({ status, headers: {}, body: Buffer.from(body) });
test.each<readonly [string, () => ReturnType<Https>, RegExp]>([
  [
    'nobody',
    () => Promise.reject(new Refusal('NameNotFound')),
    /could not be resolved: 'northwind\.test'.+'autodiscover\.northwind\.test'$/,
  ],
  ['a web site', () => answer(404), /\(404\) Not Found\./],
  ['a page', () => answer(200, '<html/>'), /autodiscover\.svc: /],
  ['a SOAP fault', () => answer(500, fault), /: Client\. No\./],
])('%s answers: the information could not be received', async (_who, https, reason) => {
  lab.answer(https);
  await expect(ask()).rejects.toMatchObject({ code: 'operation-failed', detail: expect.stringMatching(reason) });
  await expect(ask()).rejects.toThrow(
    'Federation information could not be received from the external organization. https://northwind.test',
  );
});
const fault =
  '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>s:Client</faultcode>' +
  '<faultstring>No.</faultstring></s:Fault></s:Body></s:Envelope>';

test("it needs a trust of one's own, a domain, and lets defects through", async () => {
  await expect(lab.run('Get-FederationInformation -DomainName contoso.test', 'fabrikam')).rejects.toMatchObject({
    code: 'operation-failed',
    detail: expect.stringMatching(/^Federation information could not.+New-FederationTrust comes first\.$/),
  });
  await expect(lab.run('Get-FederationInformation -DomainName x')).rejects.toMatchObject({ code: 'bad-parameter' });
  lab.answer(() => Promise.reject(new Error('boom')));
  await expect(ask()).rejects.toThrow('boom');
});
