import { afterAll, beforeAll, expect, test } from 'vitest';
import { basic, envelope } from '../../support/soap.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
});
afterAll(() => lab.close());

const body = envelope(
  '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>',
);
async function ask(headers: Readonly<Record<string, string>> = {}, password = lab.password) {
  const answer = await lab.https('https://mail.contoso.test/EWS/Exchange.asmx', {
    method: 'POST',
    headers: { 'content-type': 'text/xml; charset=utf-8', authorization: basic('mary@contoso.test', password), ...headers },
    body,
  });
  const cookies = [answer.headers['set-cookie'] ?? []].flat();
  return { ...answer, cookies, named: Object.fromEntries(cookies.map((cookie) => cookie.split(';', 1)[0]?.split('=') ?? [])) };
}

test('a client is given a cookie once, and one of its server where it asks for affinity', async () => {
  const first = await ask();
  expect(first.cookies).toEqual([
    expect.stringMatching(/^exchangecookie=[0-9a-f]{32}; expires=Thu, 04 Nov 2027 09:00:00 GMT; path=\/; HttpOnly$/),
  ]);
  expect([first.headers['x-targetbeserver'], first.headers['x-diaginfo']]).toEqual(['EX-SE-01.contoso.test', 'EX-SE-01']);
  const cookie = `exchangecookie=${String(first.named['exchangecookie'])}`;
  expect((await ask({ cookie })).cookies).toEqual([]);
  const preferring = { 'X-PreferServerAffinity': 'true', 'X-AnchorMailbox': 'mary@contoso.test' };
  const affine = await ask({ ...preferring, cookie });
  expect(affine.cookies).toEqual([
    expect.stringMatching(/^X-BackEndOverrideCookie=EX-SE-01\.contoso\.test~\d+; path=\/; secure; HttpOnly$/),
  ]);
  const override = `X-BackEndOverrideCookie=${String(affine.named['X-BackEndOverrideCookie'])}`;
  expect((await ask({ ...preferring, cookie: `${cookie}; ${override}` })).cookies).toEqual([]);
});

test('whoever is not let in is given none', async () => {
  expect(await ask({}, 'guess')).toMatchObject({ status: 401, cookies: [] });
});
