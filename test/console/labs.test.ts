import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible, expectNothingCutOff, hasBrowser, openBrowser, photograph, type TestBrowser } from '../support/browser.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { ask } from '../wire/admin/ask.ts';

describe.skipIf(!hasBrowser)('the exercises of the console', { timeout: 120_000 }, () => {
  let lab: TestLab;
  let browser: TestBrowser;
  beforeAll(async () => {
    [lab, browser] = await Promise.all([openTestLab(), openBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await lab.close();
  });
  const cmdlet = (organization: string, line: string) =>
    ask(lab.endpoints.adminUrl, 'POST', '/_coexist/v1/cmdlets', { organization, line });

  test('somebody does one from the beginning to the end', async () => {
    const page = await browser.open(`${lab.endpoints.adminUrl}/#/labs`);
    await page.getByRole('link', { name: 'Key rollover' }).click();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByText('Not solved yet.').waitFor();
    await page.getByRole('button', { name: 'Hint (3 left)' }).click();
    await page.getByText("look at the verdict of Contoso's Autodiscover").waitFor();
    await page.getByLabel('Which check refuses the token?').fill('token.key');
    await page.getByLabel('Which side judges').fill('contoso');
    expect((await cmdlet('contoso', 'Get-AuthServer | Set-AuthServer -RefreshAuthMetadata')).status).toBe(200);
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByText('The world is as it should be; not every answer is right.').waitFor();
    await photograph(page, 'labs-running');
    await page.getByLabel('Which side judges').fill('contoso-cloud');
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByText('Solved.', { exact: true }).waitFor();
    await page.getByRole('navigation', { name: 'Exercises' }).getByText('solved').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'End and put the world back' }).click();
    await page.getByRole('button', { name: 'Start', exact: true }).waitFor();
  });

  test('whoever presents it sees notes and solution, others do not', async () => {
    const page = await browser.open(`${lab.endpoints.adminUrl}/#/labs/wrong-target-sharing-epr`);
    await page.getByRole('heading', { name: 'Task' }).waitFor();
    expect(await page.getByRole('complementary', { name: 'For the presenter' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Presenter mode' }).click();
    await page.getByRole('complementary', { name: 'For the presenter' }).waitFor();
    await page.getByText('Hints, answers and solution').click();
    await page.getByText('Set-OrganizationRelationship Contoso -TargetSharingEpr $null').waitFor();
    await photograph(page, 'labs-presenter');
    await expectAccessible(page);
    await page.setViewportSize({ width: 390, height: 800 });
    await expectNothingCutOff(page);
  });

  test('a blind one is named, mended and scored', async () => {
    const page = await browser.open(`${lab.endpoints.adminUrl}/#/labs/blind`);
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByRole('heading', { name: 'What is it?' }).waitFor();
    const rows = await lab.store.read.selectFrom('config_object').select('name').where('kind', '=', 'TopologyBreak').execute();
    const cause = rows[0]?.name ?? '';
    expect(await page.content()).not.toContain(`>${cause}<`);
    await page.getByLabel('The id of what is broken').fill(cause === 'tls' ? 'ad-404' : 'tls');
    await page.getByRole('button', { name: 'Name it' }).click();
    await page.getByText('That is not it.').waitFor();
    await page.getByLabel('The id of what is broken').fill(cause);
    await page.getByRole('button', { name: 'Name it' }).click();
    await page.getByText(/^That is it/).waitFor();
    await page.getByRole('button', { name: 'Presenter mode' }).click();
    await page.getByRole('button', { name: 'Do the solution' }).click();
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByText('Solved.', { exact: true }).waitFor();
    await photograph(page, 'labs-blind');
    const score = await page.getByRole('region', { name: 'Score' }).textContent();
    expect(score).toMatch(/Cause40Fix30Time20Hints0Together90/);
    await expectAccessible(page);
  });
});
