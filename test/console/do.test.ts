import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { expectAccessible, expectNothingCutOff, hasBrowser, openBrowser, photograph, type TestBrowser } from '../support/browser.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

describe.skipIf(!hasBrowser)('what is done from the console', () => {
  let lab: TestLab;
  let browser: TestBrowser;
  beforeAll(async () => {
    [lab, browser] = await Promise.all([openTestLab(), openBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await lab.close();
  });
  const openDo = (part: string): Promise<Page> => browser.open(`${lab.endpoints.adminUrl}/#/do/${part}`);

  test('a story is told with one click, and its trace is a click away', async () => {
    const page = await openDo('stories');
    await page.getByRole('button', { name: 'Ask free/busy' }).click();
    const ending = page.getByRole('region', { name: 'How it ended' });
    await ending.getByText('passed').waitFor();
    await page.getByRole('heading', { name: 'Mary sees when Joe, whose mailbox is in the cloud, is busy' }).waitFor();
    await photograph(page, 'do-stories');
    await expectAccessible(page);
    await ending
      .getByRole('link', { name: /in Flow/ })
      .last()
      .click();
    await page
      .getByRole('region', { name: /^Sequence diagram/ })
      .getByText('azure-auth')
      .waitFor();
  });

  test('cmdlet lines are completed, run, refused, and brought back', async () => {
    const page = await openDo('shell');
    const line = page.getByRole('combobox', { name: 'Cmdlet line' });
    await page.getByLabel('Shell of').selectOption('contoso-cloud');
    await line.fill('Get-OrganizationRel');
    await line.press('Tab');
    await expect.poll(() => line.inputValue()).toBe('Get-OrganizationRelationship ');
    await line.pressSequentially('| ft Name, FreeBusyAccessEnabled');
    await line.press('Enter');
    const answers = page.getByRole('region', { name: 'Answers' });
    await answers.getByRole('columnheader', { name: 'FreeBusyAccessEnabled' }).waitFor();
    await line.fill('Get-Mailb');
    await line.press('Tab');
    const words = page.getByRole('listbox', { name: 'What can stand here' });
    await words.getByRole('option').nth(1).waitFor();
    await photograph(page, 'do-shell');
    await line.press('ArrowDown');
    const chosen = await words.getByRole('option', { selected: true }).textContent();
    await line.press('Tab');
    expect(await line.inputValue()).toBe(`${chosen} `);
    await line.fill('Get-Nothing');
    await line.press('Enter');
    await answers.getByText("The term 'Get-Nothing' is not recognized").waitFor();
    await line.fill('$m = Get-Mailbox joe');
    await line.press('Enter');
    await answers.getByText('$m = Get-Mailbox joe').waitFor();
    await line.fill('$m.PrimarySmtpAddress');
    await line.press('Enter');
    await answers.getByText('joe@contoso.test', { exact: true }).waitFor();
    await line.press('ArrowUp');
    expect(await line.inputValue()).toBe('$m.PrimarySmtpAddress');
    await expectAccessible(page);
    // Who goes by keys is not kept in the field.
    await line.press('Escape');
    await line.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Run');
  });

  test('no line can be typed before it is known who answers it', async () => {
    const page = await openDo('shell');
    const held = Promise.withResolvers<void>();
    await page.route('**/v1/map', async (route) => {
      await held.promise;
      await route.continue();
    });
    await page.reload();
    const line = page.getByRole('combobox', { name: 'Cmdlet line' });
    await line.waitFor();
    expect(await line.isDisabled()).toBe(true);
    held.resolve();
    await line.fill('Get-Nothing');
    await line.press('Enter');
    await page.getByRole('region', { name: 'Answers' }).getByText("The term 'Get-Nothing' is not recognized").waitFor();
  });

  test('passwords in lines are covered for a class', async () => {
    const page = await openDo('shell');
    const line = page.getByRole('combobox', { name: 'Cmdlet line' });
    await line.fill("Test-OAuthConnectivity -Password (ConvertTo-SecureString 'Pa55word!' -AsPlainText)");
    await line.press('Enter');
    const secret = page.getByRole('region', { name: 'Answers' }).getByText("'Pa55word!'", { exact: true });
    const filterOf = () => secret.evaluate((element) => String(Reflect.get(globalThis, 'getComputedStyle')(element).filter));
    expect(await filterOf()).toBe('none');
    await page.getByRole('button', { name: /^Presenter mode/ }).click();
    await expect.poll(filterOf).toMatch(/^blur/);
  });

  test('something is broken, found and fixed', async () => {
    const page = await openDo('breaks');
    await page.getByLabel('Filter misconfigurations').fill('spn-missing');
    await page.getByRole('link', { name: 'The service principal of Exchange lacks a host' }).click();
    await page.getByRole('button', { name: 'Break it: web' }).click();
    const found = page.getByRole('region', { name: 'What the configuration shows' });
    await found.getByText('What the configuration shows: ').waitFor();
    await page.getByText('broken: web').waitFor();
    await photograph(page, 'do-breaks');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Fix it' }).click();
    await found.getByText('Nothing wrong in sight').waitFor();
  });

  test('the clock is frozen and dragged past the end of a certificate', async () => {
    const page = await openDo('clock');
    const drag = page.getByRole('region', { name: 'Drag the clock' });
    const auth = drag.getByRole('listitem').filter({ hasText: 'contoso: Microsoft Exchange Server Auth Certificate' });
    await auth.getByText('valid', { exact: true }).waitFor();
    await page.getByText(/^Freeze$|^Go on with/).waitFor();
    if (lab.clock.state().mode !== 'frozen') await page.getByRole('button', { name: 'Freeze', exact: true }).click();
    await page.getByRole('button', { name: "Go on with the machine's time" }).waitFor();
    await auth.getByRole('button', { name: 'past its end' }).click();
    await auth.getByText('expired').waitFor();
    await photograph(page, 'do-clock');
    const before = lab.clock.state().now;
    await page.getByRole('button', { name: 'Go there' }).click();
    await expect.poll(() => lab.clock.state().now - before).toBeGreaterThan(3 * 365 * 86_400_000);
    await page.getByLabel('The servers of').selectOption('contoso');
    await page.getByRole('button', { name: 'Set', exact: true }).click();
    await page.getByText('contoso: 360 s').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: "Go on with the machine's time" }).click();
    await expect.poll(() => lab.clock.state().mode).toBe('real');
    await lab.reset();
  });

  test('a fault rule acts and is taken away', async () => {
    const page = await openDo('faults');
    await page.getByRole('button', { name: 'Add the rule' }).click();
    await page.getByRole('heading', { name: /met 0 times/ }).waitFor();
    expect((await lab.ews('mary@contoso.test', '<m:GetServerTimeZones ReturnFullTimeZoneData="false"/>')).status).toBe(503);
    await page.getByLabel('Rule', { exact: true }).fill('{"effect": {"kind": "nothing"}}');
    await page.getByRole('button', { name: 'Add the rule' }).click();
    await page.getByRole('alert').getByText('nothing').waitFor();
    await photograph(page, 'do-faults');
    await expectAccessible(page);
    await page
      .getByRole('button', { name: /^Remove / })
      .first()
      .click();
    await page.getByText('No rule is in force').waitFor();
    expect(lab.faults.list()).toEqual([]);
  });

  test.each(['stories', 'shell', 'breaks', 'clock', 'faults'])('%s fits a telephone', async (part) => {
    const page = await browser.open(`${lab.endpoints.adminUrl}/#/do/${part}`, { size: { width: 390, height: 800 }, look: 'dark' });
    await page.getByRole('tabpanel').waitFor();
    await expectNothingCutOff(page);
  });
});
