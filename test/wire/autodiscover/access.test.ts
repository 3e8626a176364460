import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changeVirtualDirectory } from '../../../shared/domain/organization/virtual-directories.ts';
import { type AutodiscoverLab, basic, now, openAutodiscoverLab } from './lab.ts';
import { envelope, operationBody, poxRequest, userSettingsRequest } from './requests.ts';

const xml = '/autodiscover/autodiscover.xml';
const svc = '/autodiscover/autodiscover.svc';
const textXml = { 'content-type': 'text/xml; charset=utf-8' };

/** What is offered first; no issuer is trusted in this lab. Node joins the challenges. */
const bearer = 'Bearer client_id="00000002-0000-0ff1-ce00-000000000000", token_types="app_asserted_user_v1 service_asserted_app_v1"';

let lab: AutodiscoverLab;
beforeAll(async () => {
  lab = await openAutodiscoverLab();
});
afterAll(() => lab.close());

const announced = {
  'x-soap-enabled': 'True',
  'x-wssecurity-enabled': 'True',
  'x-wssecurity-symmetrickey-enabled': 'True',
  'x-wssecurity-x509cert-enabled': 'True',
  'x-oauth-enabled': 'True',
};

describe('without valid credentials the answer is 401', () => {
  const refused: readonly [string, string | null, string | null, string][] = [
    ['no credentials', null, null, 'no-credentials'],
    ['a wrong password', basic('mary@contoso.test', 'guess'), 'mary@contoso.test', 'invalid-credentials'],
    ['an unknown user', basic('eve@contoso.test'), 'eve@contoso.test', 'invalid-credentials'],
    ['a broken header', 'Basic *', null, 'invalid-credentials'],
    ['an empty Bearer', 'Bearer', null, 'empty-bearer'],
    ['NTLM that is none', 'NTLM YWJj', null, 'invalid-credentials'],
  ];
  const requests: readonly [string, string, string | undefined][] = [
    ['GET', xml, undefined],
    ['POST', xml, poxRequest('mary@contoso.test')],
    ['GET', svc, undefined],
    ['POST', svc, userSettingsRequest('mary@contoso.test')],
    ['POST', svc, 'not XML at all'],
  ];
  test.each(refused.flatMap(([title, ...rest]) => requests.map(([method, path, body]) => ({ title, method, path, body, rest }))))(
    '$method $path with $title',
    async ({ method, path, body, rest: [authorization, caller, code] }) => {
      const answer = await lab.ask({ method, path, authorization, headers: textXml, ...(body === undefined ? {} : { body }) });
      expect(answer.status).toBe(401);
      expect(answer.text).toBe('');
      expect(answer.headers).toMatchObject({
        ...announced,
        'www-authenticate': `${bearer}, Negotiate, NTLM, Basic realm="autodiscover.contoso.test"`,
      });
      expect(answer.exchange).toMatchObject({
        service: 'autodiscover',
        organization: 'contoso',
        status: 401,
        caller,
        code,
        outcome: 'refused',
      });
      expect(answer.exchange.verdict?.accepted).toBe(false);
    },
  );

  test('the cloud challenges with an empty realm', async () => {
    const answer = await lab.ask({
      path: svc,
      organization: 'contoso-cloud',
      authorization: null,
      headers: textXml,
      body: userSettingsRequest('joe@contoso.test'),
    });
    expect(answer.headers['www-authenticate']).toBe(`${bearer}, Basic Realm=""`);
  });

  test('a HEAD is answered like a GET', async () => {
    const answer = await lab.ask({ method: 'HEAD', path: xml, authorization: null });
    expect(answer).toMatchObject({ status: 401, headers: announced });
  });
});

test('where Basic is off it is not offered, and the password does not help', async () => {
  const contoso = lab.organizations.contoso;
  await lab.store.transaction((tx) =>
    changeVirtualDirectory(tx, contoso, 'AutodiscoverVirtualDirectory', { BasicAuthentication: false }, now),
  );
  const answer = await lab.ask({ path: xml, headers: textXml, body: poxRequest('mary@contoso.test') });
  expect(answer.status).toBe(401);
  expect(answer.headers['www-authenticate']).toBe(`${bearer}, Negotiate, NTLM`);
  expect(answer.exchange).toMatchObject({ code: 'scheme-not-offered', caller: 'mary@contoso.test' });
  await lab.store.transaction((tx) =>
    changeVirtualDirectory(tx, contoso, 'AutodiscoverVirtualDirectory', { BasicAuthentication: true }, now),
  );
  expect(await lab.ask({ path: xml, headers: textXml, body: poxRequest('mary@contoso.test') })).toMatchObject({ status: 200 });
});

test('a token that is none is refused with the reason, and with the challenge that says so', async () => {
  const answer = await lab.ask({ path: xml, authorization: 'Bearer a.b.c', headers: textXml, body: poxRequest('mary@contoso.test') });
  expect(answer).toMatchObject({ status: 401, text: '', headers: announced });
  expect(answer.headers['www-authenticate']).toBe(
    `${bearer}, error="invalid_token", Negotiate, NTLM, Basic realm="autodiscover.contoso.test"`,
  );
  expect(answer.headers['x-ms-diagnostics']).toMatch(/^2000001;reason="[^"]+";error_category="invalid_token"$/);
  expect(answer.exchange).toMatchObject({ code: 'token-unreadable', verdict: { accepted: false } });
});

test('a virtual directory without OAuth neither offers nor takes tokens, and says so', async () => {
  const contoso = lab.organizations.contoso;
  const set = (OAuthAuthentication: boolean) =>
    lab.store.transaction((tx) => changeVirtualDirectory(tx, contoso, 'AutodiscoverVirtualDirectory', { OAuthAuthentication }, now));
  await set(false);
  const answer = await lab.ask({ path: xml, authorization: 'Bearer a.b.c', headers: textXml, body: poxRequest('mary@contoso.test') });
  expect(answer).toMatchObject({ status: 401, headers: { ...announced, 'x-oauth-enabled': 'False' } });
  expect(answer.headers['www-authenticate']).toBe('Negotiate, NTLM, Basic realm="autodiscover.contoso.test"');
  expect(answer.headers['x-ms-diagnostics']).toBeUndefined();
  expect(answer.exchange).toMatchObject({ code: 'bearer-not-offered' });
  await set(true);
});

describe('with credentials', () => {
  test('a GET of autodiscover.xml is an invalid request that tells what there is', async () => {
    const answer = await lab.ask({ method: 'GET', path: xml });
    expect(answer).toMatchObject({ status: 200, headers: announced });
    expect(answer.text).toContain('<ErrorCode>600</ErrorCode><Message>Invalid Request</Message>');
    expect(answer.exchange).toMatchObject({ operation: 'probe', caller: 'mary@contoso.test', code: '600', outcome: 'refused' });
  });

  test('a GET of autodiscover.svc is told to POST', async () => {
    const answer = await lab.ask({ method: 'GET', path: svc });
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'POST', ...announced } });
  });

  test.each(['PUT', 'DELETE', 'OPTIONS'])('%s is no method of Autodiscover', async (method) => {
    expect(await lab.ask({ method, path: xml })).toMatchObject({ status: 405, headers: { allow: 'GET, POST' } });
  });

  test('paths are found in any letter case, others are not', async () => {
    const body = poxRequest('mary@contoso.test');
    expect(await lab.ask({ path: '/AutoDiscover/AUTODISCOVER.Xml', headers: textXml, body })).toMatchObject({ status: 200 });
    expect(await lab.ask({ path: '/autodiscover/other.xml', headers: textXml, body })).toMatchObject({ status: 404 });
  });

  test('the journal names operation, caller and result', async () => {
    const pox = await lab.ask({ path: xml, authorization: basic('CONTOSO\\mary'), headers: textXml, body: poxRequest('joe@contoso.test') });
    expect(pox.exchange).toMatchObject({ operation: 'POX', caller: 'mary@contoso.test', code: 'redirectAddr', outcome: 'answered' });
    expect(pox.exchange.verdict?.accepted).toBe(true);
    const soap = await lab.ask({ path: svc, headers: textXml, body: userSettingsRequest('mary@contoso.test') });
    expect(soap.exchange).toMatchObject({
      operation: 'GetUserSettings',
      caller: 'mary@contoso.test',
      code: 'NoError',
      outcome: 'answered',
    });
    const none = await lab.ask({ path: svc, headers: textXml, body: userSettingsRequest('nobody@contoso.test') });
    expect(none.exchange).toMatchObject({ operation: 'GetUserSettings', code: 'InvalidUser', outcome: 'refused', status: 200 });
  });
});

test.each([
  ['contoso.test', 'NoError', 'answered'],
  ['shop.contoso.test', 'NotFederated', 'refused'],
  ['nowhere.test', 'InvalidDomain', 'refused'],
])('GetFederationInformation of %s needs no credentials: %s', async (domain, code, outcome) => {
  const body = envelope(operationBody('GetFederationInformation', `<Domain>${domain}</Domain>`));
  const answer = await lab.ask({ path: svc, authorization: null, headers: textXml, body });
  expect(answer.status).toBe(200);
  expect(answer.text).toContain(`<ErrorCode>${code}</ErrorCode>`);
  expect(answer.exchange).toMatchObject({ operation: 'GetFederationInformation', code, outcome, caller: null });
});
