import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type CutLab, openCutLab, outdate } from '../../support/database-gate.ts';
import { findPostgres } from '../../support/postgres-server.ts';
import { basic } from '../../support/soap.ts';
import type { TestLab } from '../../support/test-lab.ts';
import { poxRequest, userSettingsRequest } from '../autodiscover/requests.ts';
import { faultOf } from './answers.ts';

const mary = 'mary@contoso.test';
const joe = 'joe@contoso.mail.onmicrosoft.test';
const away = expect.stringMatching(/^the database is away: /);
/** Microsoft Office, a client that needs no registration. */
const outlook = 'd3590ed6-52b3-4102-aeff-aad2292ab01c';
const inbox =
  '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>';

const form = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
const signIn = 'https://login.microsoftonline.test/contoso.test/oauth2/v2.0';
const autodiscover = 'https://autodiscover.contoso.test/autodiscover';
const healthPage = 'https://mail.contoso.test/EWS/healthcheck.htm';
const fromMary = ({ password }: TestLab) => ({
  method: 'POST',
  headers: { authorization: basic('CONTOSO\\mary', password), 'content-type': 'text/xml; charset=utf-8' },
});

/** What http services other than EWS are asked; Autodiscover where a mailbox of the tenant is, by the address that leads there. */
const questions: Readonly<Record<string, (lab: TestLab) => ReturnType<TestLab['https']>>> = {
  'a device code': (lab) => lab.https(`${signIn}/devicecode`, { ...form, body: `client_id=${outlook}&scope=openid` }),
  'Autodiscover by JSON': (lab) => lab.https(`${autodiscover}/autodiscover.json/v1.0/${joe}?Protocol=EWS`),
  'Autodiscover by plain XML': (lab) => lab.https(`${autodiscover}/autodiscover.xml`, { ...fromMary(lab), body: poxRequest(joe) }),
  'Autodiscover by SOAP': (lab) => lab.https(`${autodiscover}/autodiscover.svc`, { ...fromMary(lab), body: userSettingsRequest(joe) }),
};

describe.skipIf((await findPostgres()) === undefined)('while the database cannot be reached', () => {
  let lab: CutLab['lab'];
  let gate: CutLab['gate'];
  let close: CutLab['close'];
  beforeAll(async () => {
    ({ lab, gate, close } = await openCutLab());
    // So that who signs in is known.
    for (const ask of Object.values(questions)) await ask(lab);
  }, 120_000);
  afterEach(async () => {
    gate.open();
    await vi.waitUntil(async () => (await lab.ews(mary, inbox)).status === 200, { timeout: 20_000, interval: 100 });
  });
  afterAll(() => close());

  test('EWS says "later" in its own words, and nobody is at fault', async () => {
    expect((await lab.ews(mary, inbox)).status).toBe(200);
    gate.cut();
    const ews = await lab.ews(mary, inbox);
    expect([ews.status, faultOf(ews.body).code]).toEqual([500, 'ErrorInternalServerTransientError']);
    expect(ews.body).toContain('An internal server error occurred. Try again later.');
    const { outcome, error } = await lab.exchangeOf(ews);
    expect([outcome, error?.message]).toEqual(['refused', away]);
  });

  test('so do other services, in the words of http', async () => {
    await outdate(lab.store, 'contoso-cloud');
    gate.cut();
    const told: Record<string, unknown> = {};
    for (const [what, ask] of Object.entries(questions)) {
      const answer = await ask(lab);
      const { outcome, error } = await lab.exchangeOf(answer);
      told[what] = [answer.status, answer.body, outcome, error?.message];
    }
    expect(told).toEqual(Object.fromEntries(Object.keys(questions).map((what) => [what, [503, '', 'refused', away]])));
  });

  test('a front end that cannot know whether it is in service says that it is not', async () => {
    expect((await lab.https(healthPage)).status).toBe(200);
    await outdate(lab.store, 'contoso');
    gate.cut();
    const answer = await lab.https(healthPage);
    const { outcome, error } = await lab.exchangeOf(answer);
    expect([answer.status, answer.body, outcome, error?.message]).toEqual([503, '', 'refused', away]);
  });

  test('the control port answers 503 as well', async () => {
    gate.cut();
    const control = await fetch(`${lab.endpoints.adminUrl}/_coexist/v1/cmdlets`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ organization: 'contoso', line: 'Get-Mailbox' }),
    });
    expect([control.status, await control.json()]).toEqual([503, expect.objectContaining({ title: 'Unavailable' })]);
  });
});
