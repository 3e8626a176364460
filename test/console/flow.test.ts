import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
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

vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

describe.skipIf(!hasBrowser)('the flow of traces', () => {
  let lab: TestLab;
  let browser: TestBrowser;
  let base: string;
  /** Of mary's question about joe, by OAuth, and of the partner's about her, by DAuth. */
  let [oauth, dauth] = ['', ''];
  beforeAll(async () => {
    [lab, browser] = await Promise.all([openTestLab(), openBrowser()]);
    base = lab.endpoints.adminUrl;
    oauth = await tell('free-busy/mary-sees-joe');
    dauth = await tell('free-busy/partner-sees-mary');
  });
  afterAll(async () => {
    await browser.close();
    await lab.close();
  });

  async function tell(story: string): Promise<string> {
    const { body } = await ask(base, 'POST', `/_coexist/v1/scenarios/${encodeURIComponent(story)}/run`);
    const { status, traces } = body as { readonly status: string; readonly traces: readonly string[] };
    expect(status).toBe('passed');
    return traces.at(-1) ?? '';
  }
  const openFlow = (place = ''): Promise<Page> => browser.open(`${base}/#/flow${place}`);

  test('lists what was asked, and draws the chosen trace lane by lane', async () => {
    const page = await openFlow();
    const list = page.getByRole('region', { name: 'Traces, the newest first' });
    await page.getByLabel('Filter traces').fill('GetUserAvailability mary');
    await list.getByRole('button', { name: 'GetUserAvailability' }).first().click();
    const diagram = page.getByRole('region', { name: 'Sequence diagram' });
    await diagram.getByText('azure-auth').waitFor();
    expect(new URL(page.url()).hash).toBe(`#/flow/${oauth}`);
    const lanes = await diagram.locator('.lane').allTextContents();
    expect(lanes).toEqual(['client', 'contosoews', 'contoso-cloudautodiscover', 'contoso-cloudazure-auth', 'contoso-cloudews']);
    // Six hops below the client's: a call and an answer for each.
    expect(await diagram.getByRole('link').count()).toBe(14);
    // The steps of the article, as Step has them.
    expect(await diagram.locator('.arrow .number').allTextContents()).toEqual(['1·2·10 ', '3 ', '4 ', '5 ', '6 ', '7·8·9 ']);
    await page.getByText('The numbers are those of OAuth, step by step').waitFor();
    await photograph(page, 'flow');
    await expectAccessible(page);
  });

  test('opens an arrow: head, body, checks with what was expected, and the token taken apart', async () => {
    const page = await openFlow(`/${oauth}`);
    const diagram = page.getByRole('region', { name: 'Sequence diagram' });
    await diagram.getByRole('link', { name: 'Call from contoso/ews to contoso-cloud/ews: GetUserAvailability' }).click();
    const hop = page.getByRole('complementary', { name: 'Hop' });
    await hop.getByRole('region', { name: 'Request, head' }).getByText('POST /EWS/Exchange.asmx').waitFor();
    expect(await hop.getByRole('region', { name: 'Request, body' }).textContent()).toContain('<m:MailboxDataArray');
    await hop.getByRole('tab', { name: /^Checks/ }).click();
    await hop.getByText('token.header').first().waitFor();
    const audience = hop.getByRole('listitem').filter({ hasText: 'token.audience' });
    expect(await audience.first().textContent()).toMatch(/passed.*token.audience.*actual00000002-0000-0ff1-ce00-000000000000/);
    await hop.getByRole('tab', { name: 'Token' }).click();
    const claims = hop.getByRole('region', { name: 'Claims of the token in authorization' });
    expect(await claims.textContent()).toContain('"aud": "00000002-0000-0ff1-ce00-000000000000/outlook.office365.test@');
    await expectAccessible(page);
    await photograph(page, 'flow-token');
    // The address names all of this.
    const again = await browser.open(page.url());
    await again.getByRole('region', { name: 'Claims of the token in authorization' }).waitFor();
  });

  test('shows an assertion as it came and decrypted', async () => {
    const page = await openFlow(`/${dauth}`);
    const diagram = page.getByRole('region', { name: 'Sequence diagram' });
    await diagram.getByRole('link', { name: /^Call from fabrikam\/ews to contoso\/ews: GetUserAvailability/ }).click();
    await page.getByRole('tab', { name: 'Token' }).click();
    expect(await page.getByRole('region', { name: 'Encrypted token' }).textContent()).toContain('EncryptedData');
    const plain = (await page.getByRole('region', { name: 'Decrypted token' }).textContent()) ?? '';
    expect(plain).toContain('pat@fabrikam.test');
    // Nothing that could be shown to somebody as a token.
    expect(plain).not.toMatch(/<\w*:?(SignatureValue|CipherValue)>(?!…|sha256:|<)/);
    await photograph(page, 'flow-assertion');
  });

  test('puts DAuth and OAuth beside each other', async () => {
    const page = await openFlow(`/${oauth}/beside/${dauth}`);
    await page.getByText(/Where they part: [1-9]/).click();
    await page.getByRole('listitem').first().waitFor();
    const panes = page.getByRole('region', { name: 'Sequence diagram' });
    await panes.nth(1).getByText('fabrikam').first().waitFor();
    await panes.nth(0).getByRole('link').first().click();
    await page.getByRole('dialog').getByRole('tab', { name: 'Answer' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await photograph(page, 'flow-beside');
    await expectAccessible(page);
  });

  test('a trace that goes on grows before the eyes', async () => {
    const page = await openFlow();
    // None, until those that there are have been read.
    const counted = page.getByText(/^[1-9]\d* traces$/);
    await counted.waitFor();
    const before = Number.parseInt((await counted.textContent()) ?? '', 10);
    await lab.ews('mary@contoso.test', '<m:GetServerTimeZones ReturnFullTimeZoneData="false"/>');
    await expect.poll(() => counted.textContent(), { timeout: 15_000 }).toBe(`${before + 1} traces`);
    await page.getByRole('button', { name: 'GetServerTimeZones' }).waitFor();
  });

  test.each([
    ['SVG', /^<svg[\s\S]*contoso-cloud/],
    ['Mermaid', /^sequenceDiagram/],
    ['HAR', /"creator"/],
  ])('is taken away as %s, without secrets', async (kind, begins) => {
    const page = await openFlow(`/${oauth}`);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: kind, exact: true }).click()]);
    const text = readFileSync(await download.path(), 'utf8');
    expect(text).toMatch(begins);
    expect(text).not.toContain('eyJ');
    expect(text).not.toContain(lab.password);
  });

  test('on a telephone there is the list, or the trace, and nothing is cut off', async () => {
    const page = await browser.open(`${base}/#/flow/${oauth}`, { size: { width: 390, height: 800 }, look: 'dark' });
    const diagram = page.getByRole('region', { name: 'Sequence diagram' });
    await diagram.waitFor();
    await expectNothingCutOff(page);
    await expectNothingBeside(diagram);
    // Lanes have letters there, told above.
    expect(await diagram.locator('.lane-key').allTextContents()).toEqual([
      ...['A client', 'B contoso/ews', 'C contoso-cloud/autodiscover', 'D contoso-cloud/azure-auth', 'E contoso-cloud/ews'],
    ]);
    // A hop lies below the arrows: whoever opens it is led there.
    await diagram.getByRole('link').first().click();
    const hop = page.getByRole('complementary', { name: 'Hop' });
    await hop.waitFor();
    await expect.poll(async () => (await hop.boundingBox())?.y ?? 800).toBeLessThan(400);
    await expectNothingCutOff(page);
    await page.getByRole('link', { name: 'All traces' }).click();
    await page.getByLabel('Filter traces').waitFor();
    await expectNothingCutOff(page);
  });
});
