import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { expectAccessible, expectNothingCutOff, hasBrowser, openBrowser, photograph, type TestBrowser } from '../support/browser.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { startFakeLab } from '../wire/admin/lab.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const views = ['Topology', 'Flow', 'Step', 'Do', 'Inside', 'Labs'];

describe.skipIf(!hasBrowser)('the shell of the console', () => {
  let lab: TestLab;
  let browser: TestBrowser;
  beforeAll(async () => {
    [lab, browser] = await Promise.all([openTestLab(), openBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await lab.close();
  });

  test('shows every view by its link, tells world time and hears the lab', async () => {
    const page = await browser.open(lab.endpoints.adminUrl);
    const rail = page.getByRole('navigation', { name: 'Views' });
    expect(await rail.getByRole('link').allTextContents()).toEqual(views);
    await page.getByText('live', { exact: true }).waitFor();
    await page.getByText('UTC').waitFor();
    for (const name of views) {
      await rail.getByRole('link', { name }).click();
      await page.getByRole('heading', { level: 1, name }).waitFor({ state: 'attached' });
      expect(await page.title()).toBe(`${name} · coexist`);
      expect(await rail.locator('[aria-current=page]').allTextContents()).toEqual([name]);
      expect(new URL(page.url()).hash).toBe(`#/${name.toLowerCase()}`);
    }
    await photograph(page, 'shell');
    await expectAccessible(page);
  });

  test('fits a telephone, and by keys the rail can be skipped', async () => {
    const page = await browser.open(lab.endpoints.adminUrl, { size: { width: 390, height: 800 } });
    await page.getByText('live', { exact: true }).waitFor();
    await expectNothingCutOff(page);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('content');
  });

  test('of a lab of several processes a view says what it has of them all', async () => {
    for (const isShared of [true, false]) {
      await using other = await startFakeLab({ isShared });
      const page = await browser.open(`${other.url}/#/flow`);
      await page.getByText('Nothing was asked yet.').waitFor();
      if (isShared) await page.getByText('Several processes share this lab.').waitFor();
      else expect(await page.getByText('Several processes').count()).toBe(0);
    }
  });

  test('keeps theme and presenter mode', async () => {
    const page = await browser.open(lab.endpoints.adminUrl);
    const scheme = (): Promise<string> => page.evaluate('getComputedStyle(document.documentElement).colorScheme');
    await page.getByRole('button', { name: 'Theme: system' }).click();
    await page.getByRole('button', { name: 'Theme: dark' }).waitFor();
    expect(await scheme()).toBe('dark');
    const size = (): Promise<string> => page.evaluate('getComputedStyle(document.documentElement).fontSize');
    const small = Number.parseFloat(await size());
    await page.getByRole('button', { name: 'Presenter mode' }).click();
    await page.reload();
    await page.getByRole('button', { name: 'Presenter mode', pressed: true }).waitFor();
    expect(await scheme()).toBe('dark');
    expect(Number.parseFloat(await size())).toBeGreaterThan(small);
  });
});

describe.skipIf(!hasBrowser)('a lab with a token', () => {
  test('is asked for only once it is given, and the token ends with the tab', async () => {
    await using lab = await startFakeLab({ token: 'lab-token' });
    const browser = await openBrowser();
    const page = await browser.open(lab.url);
    const field = page.getByLabel('Token');
    await field.fill('wrong');
    await page.getByRole('button', { name: 'Open the console' }).click();
    await page.getByRole('alert').getByText('Authorization: Bearer').waitFor();
    await expectAccessible(page);
    await photograph(page, 'token');
    await field.fill('lab-token');
    await page.getByRole('button', { name: 'Open the console' }).click();
    await page.getByText('live', { exact: true }).waitFor();
    expect(await page.evaluate('JSON.stringify(localStorage)')).not.toContain('lab-token');
    await page.reload();
    await page.getByText('live', { exact: true }).waitFor();
    await browser.close();
  });
});
