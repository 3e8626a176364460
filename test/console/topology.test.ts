import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { expectAccessible, expectNothingCutOff, hasBrowser, openBrowser, photograph, type TestBrowser } from '../support/browser.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { ask } from '../wire/admin/ask.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

describe.skipIf(!hasBrowser)('the topology', () => {
  let lab: TestLab;
  let browser: TestBrowser;
  let base: string;
  beforeAll(async () => {
    [lab, browser] = await Promise.all([openTestLab(), openBrowser()]);
    base = lab.endpoints.adminUrl;
  });
  afterAll(async () => {
    await browser.close();
    await lab.close();
  });

  test('shows who is there and what joins them; a click shows the configuration as the shell has it', async () => {
    const page = await browser.open(`${base}/#/topology`);
    const drawn = page.getByRole('region', { name: 'Map of the world' });
    for (const name of ['contoso, on-premises', 'contoso-cloud, cloud', 'fabrikam, on-premises'])
      await drawn.getByRole('link', { name }).waitFor();
    await drawn.getByText('mail.contoso.test').waitFor();
    const links = page.getByRole('navigation', { name: 'Links' });
    await links.getByText(/^intra organization connector/).click();
    await links.getByRole('listitem').filter({ hasText: 'contoso → contoso-cloud' }).getByRole('link').first().click();
    const chosen = page.getByRole('region', { name: 'Chosen' });
    await chosen.getByText('TargetAddressDomains').waitFor();
    await photograph(page, 'topology');
    await expectAccessible(page);
    await drawn.getByRole('link', { name: 'contoso, on-premises' }).click();
    await chosen.getByText('ExternalUrl').waitFor();
  });

  test('is red where something was broken, and not any more once it is fixed; what was asked is counted', async () => {
    const page = await browser.open(`${base}/#/topology`);
    const tenant = page.getByRole('link', { name: /^contoso-cloud, cloud/ });
    await tenant.waitFor();
    expect(await tenant.getAttribute('aria-label')).not.toContain('wrong');
    expect((await ask(base, 'POST', '/_coexist/v1/topology/break/spn-missing', {})).status).toBe(200);
    await page.reload();
    await page.getByRole('link', { name: 'contoso-cloud, cloud, something is wrong' }).waitFor();
    await photograph(page, 'topology-broken');
    await expectAccessible(page);
    await ask(base, 'POST', '/_coexist/v1/topology/fix/spn-missing', {});
    // What is asked makes it look again.
    await lab.ews('mary@contoso.test', '<m:GetServerTimeZones ReturnFullTimeZoneData="false"/>');
    await page.getByRole('link', { name: 'contoso-cloud, cloud', exact: true }).waitFor();
    await page
      .getByRole('region', { name: 'Map of the world' })
      .getByText(/^[1-9]\d* exchanges/)
      .first()
      .waitFor();
  });

  test('fits a telephone', async () => {
    const page = await browser.open(`${base}/#/topology/contoso`, { size: { width: 390, height: 800 }, look: 'dark' });
    await page.getByText('ExternalUrl').first().waitFor();
    await expectNothingCutOff(page);
  });
});
