import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  expectAccessible,
  expectNothingBeside,
  expectNothingCutOff,
  hasBrowser,
  openBrowser,
  photograph,
  type TestBrowser,
} from '../support/browser.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { ask } from '../wire/admin/ask.ts';
import { askAvailability } from '../wire/ews/ask-availability.ts';
import { openDialogue, transportPort } from '../wire/smtp/dialogue.ts';

const [mary, joe] = ['mary@contoso.test', 'joe@contoso.test'];
/** A browser on a busy machine. */
const patient = { timeout: 30_000 };

describe.skipIf(!hasBrowser)('step mode', { timeout: 120_000 }, () => {
  let lab: TestLab;
  let browser: TestBrowser;
  beforeAll(async () => {
    [lab, browser] = await Promise.all([openTestLab(), openBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await lab.close();
  });

  async function stopAt(page: Page, seam: string, service: string): Promise<void> {
    await page.getByLabel('Stop when').selectOption(seam);
    await page.getByLabel('Service').fill(service);
    await page.getByRole('button', { name: 'Stop there' }).click();
    await page.getByRole('region', { name: 'Breakpoints' }).getByRole('listitem').getByText(`svc=${service}`).waitFor();
  }

  test('an audience that is edited before the token is signed is refused for its audience, step by step of the article', async () => {
    const page = await browser.open(`${lab.endpoints.adminUrl}/#/step`);
    await stopAt(page, 'token.signing', 'azure-auth');
    const asked = askAvailability(lab, mary, [joe]);
    const hop = page.getByRole('region', { name: /^Held hop/ });
    await hop.waitFor(patient);
    await page.getByText('world time stands').waitFor();
    await page.getByRole('banner').getByText('held', { exact: true }).waitFor();
    await photograph(page, 'step-held');
    await expectAccessible(page);
    const field = hop.getByLabel('Claims');
    const claims = JSON.parse(await field.inputValue()) as { aud: string };
    expect(claims.aud).toContain('autodiscover-s.outlook');
    await field.fill(JSON.stringify({ ...claims, aud: claims.aud.replace('00000002-0000-0ff1-ce00-000000000000', 'someone-else') }));
    await hop.getByRole('button', { name: 'Continue with the change' }).click();
    await hop.waitFor({ state: 'detached', ...patient });

    const article = page.getByRole('region', { name: 'OAuth, step by step' });
    const refused = article.getByRole('listitem').filter({ hasText: 'refused' });
    await refused.first().waitFor(patient);
    expect(await refused.first().textContent()).toMatch(/^Autodiscover takes the token.*refused.*token\.audience.*someone-else/);
    await asked;
    expect(await page.locator('.diagram .number').allTextContents()).toEqual(['1·2·10 ', '3 ', '4 ', '5 ']);
    await page.getByRole('region', { name: 'What became of held hops' }).getByText('someone-else').waitFor();
    const { body } = await ask(lab.endpoints.adminUrl, 'GET', '/_coexist/v1/held');
    expect(body).toEqual({ held: [] });

    // The octets beside the step.
    await refused.first().getByRole('link').click();
    await page
      .getByRole('complementary', { name: 'Hop' })
      .getByRole('tab', { name: /^Checks/ })
      .click();
    await page.getByRole('complementary', { name: 'Hop' }).getByText('token.audience', { exact: true }).waitFor();
    await photograph(page, 'step-refused');
    await expectAccessible(page);
    await page.setViewportSize({ width: 390, height: 800 });
    await expectNothingCutOff(page);
    await expectNothingBeside(page.locator('.diagram'));
  });

  test('a hop is stepped from, aborted, and a breakpoint removed; what is no JSON is told', async () => {
    await ask(lab.endpoints.adminUrl, 'POST', '/_coexist/v1/clock/advance', { by: '9h' });
    const page = await browser.open(`${lab.endpoints.adminUrl}/#/step`);
    const asked = askAvailability(lab, mary, [joe]).catch(() => undefined);
    const hop = page.getByRole('region', { name: /^Held hop/ });
    await hop.waitFor(patient);
    await hop.getByLabel('Claims').fill('{');
    await hop.getByRole('button', { name: 'Continue with the change' }).click();
    await page.getByRole('alert').getByText('no JSON').waitFor();
    await hop.getByRole('button', { name: 'Step' }).waitFor();
    const first = await hop.getAttribute('aria-label');
    await hop.getByLabel('Claims').fill(JSON.stringify({ ...(await claimsOf()), seen: true }));
    await hop.getByRole('button', { name: 'Step' }).click();
    const next = page.getByRole('region', { name: /^Held hop/ }).filter({ hasText: 'at step' });
    await next.waitFor(patient);
    expect(await next.getAttribute('aria-label')).not.toBe(first);
    await page.getByRole('button', { name: 'Remove breakpoint-1' }).click();
    await next.getByRole('button', { name: 'Abort' }).click();
    await next.waitFor({ state: 'detached', ...patient });
    await page.getByText('was aborted').first().waitFor();
    await asked;
    await page.getByText('Nothing is held').waitFor();
  });

  test('an assertion is changed behind its signature, and a step of SMTP refused by hand', async () => {
    const page = await browser.open(`${lab.endpoints.adminUrl}/#/step`);
    await stopAt(page, 'token.claims', 'azure-auth');
    const told = ask(lab.endpoints.adminUrl, 'POST', '/_coexist/v1/scenarios/free-busy%2Fpartner-sees-mary/run');
    const hop = page.getByRole('region', { name: /^Held hop/ });
    await hop.waitFor(patient);
    await hop.getByRole('region', { name: 'Assertion' }).getByText('pat@fabrikam.test').waitFor();
    await photograph(page, 'step-assertion');
    await expectAccessible(page);
    // The tokens that come after are not waited for.
    await page.getByRole('button', { name: /^Remove breakpoint/ }).click();
    await hop.getByLabel('Replace in the text').fill('AttributeValue>pat@fabrikam.test<');
    await hop.getByLabel('with', { exact: true }).fill('AttributeValue>boss@fabrikam.test<');
    await hop.getByRole('button', { name: 'Continue with the change' }).click();
    await expect.poll(() => page.locator('.watched .summary').textContent(), patient).toMatch(/signature/);
    await page.getByRole('region', { name: 'What became of held hops' }).getByText('boss@fabrikam.test').waitFor();
    await told;

    await stopAt(page, 'smtp.stage', 'smtp');
    const dialogue = await openDialogue(lab, transportPort(lab, 'contoso'));
    await dialogue.say('EHLO client.test');
    const said = dialogue.say(`MAIL FROM:<${mary}>`);
    const reply = hop.getByLabel('Refuse instead');
    await reply.fill('250 2.1.0 OK');
    await hop.getByRole('button', { name: 'Continue with the change' }).click();
    await page.getByRole('alert').getByText('a code from 400 to 599').waitFor();
    await reply.fill('550 5.7.1 by hand');
    await hop.getByRole('button', { name: 'Continue with the change' }).click();
    expect(await said).toBe('550 5.7.1 by hand');
    dialogue.end();
    await page.getByRole('button', { name: /^Remove breakpoint/ }).click();
  });

  async function claimsOf(): Promise<object> {
    const { body } = await ask(lab.endpoints.adminUrl, 'GET', '/_coexist/v1/held');
    return (body as { held: readonly { claims: object }[] }).held[0]?.claims ?? {};
  }

  test('a trace in a file of its own is opened without a lab, and nothing in it is markup', async () => {
    await ask(lab.endpoints.adminUrl, 'POST', '/_coexist/v1/clock/advance', { by: '9h' });
    const answer = await askAvailability(lab, mary, [joe]);
    const hostile = await lab.https('https://mail.contoso.test/EWS/Exchange.asmx', {
      method: 'POST',
      headers: {
        'content-type': 'text/xml',
        authorization: `Bearer ${'e'.repeat(60)}`,
        'x-mail': '</script><script>document.title="owned"</script>',
      },
      body: '<a></script><img src=x onerror="document.title=1"></a>',
    });
    await lab.exchangeOf(hostile);
    for (const [name, one] of [
      ['offline', answer],
      ['offline-hostile', hostile],
    ] as const) {
      await lab.exchangeOf(one);
      const id = String(one.headers['x-coexist-trace']);
      const file = await fetch(`${lab.endpoints.adminUrl}/_coexist/v1/traces/${id}.html`);
      expect(file.headers.get('content-disposition')).toContain('attachment');
      const text = await file.text();
      expect(text).not.toContain('e'.repeat(60));
      const path = join(lab.dataDir, `${name}.html`);
      writeFileSync(path, text);
      const page = await browser.open(pathToFileURL(path).href);
      await page.getByRole('heading', { name: `Trace ${id.slice(0, 12)}` }).waitFor(patient);
      expect(await page.title()).toBe(`Trace ${id.slice(0, 12)} · coexist`);
      await page
        .getByRole('link', { name: /^Call from client/ })
        .first()
        .click();
      const hop = page.getByRole('complementary', { name: 'Hop' });
      await hop.getByText('POST /EWS/Exchange.asmx').waitFor();
      if (name === 'offline-hostile') {
        await hop.getByText('onerror').waitFor();
        expect(await page.locator('img').count()).toBe(0);
        continue;
      }
      await page.getByRole('region', { name: 'OAuth, step by step' }).getByRole('link', { name: 'Autodiscover takes the token' }).click();
      await hop.getByRole('tab', { name: /^Checks/ }).click();
      await hop.getByText('token.audience', { exact: true }).waitFor();
      await photograph(page, name);
      await expectAccessible(page);
      await page.setViewportSize({ width: 390, height: 800 });
      await expectNothingCutOff(page);
    }
  });

  test('a client that leaves has given up', async () => {
    await ask(lab.endpoints.adminUrl, 'POST', '/_coexist/v1/breakpoints', { match: { svc: 'ews', org: 'contoso' } });
    const page = await browser.open(`${lab.endpoints.adminUrl}/#/step`);
    const leaving = new AbortController();
    const { hosts, ca } = lab.names;
    const { request } = await import('node:https');
    const [host, port] = String(hosts['mail.contoso.test']).split(':');
    const client = request({
      ...{ host, port, ca, servername: 'mail.contoso.test', method: 'POST', path: '/EWS/Exchange.asmx', signal: leaving.signal },
      headers: { host: 'mail.contoso.test', 'user-agent': 'exchangelib/5.4.0 (python-requests/2.32.0)' },
    });
    client.on('error', () => {}).end('<x/>');
    await page.getByText(/exchangelib gives up in 1[012]\d s/).waitFor(patient);
    leaving.abort();
    await page.getByText('client gave up').waitFor(patient);
    expect((await ask(lab.endpoints.adminUrl, 'GET', '/_coexist/v1/held')).body).toEqual({ held: [] });
  });
});
