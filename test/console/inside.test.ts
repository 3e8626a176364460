import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible, expectNothingCutOff, hasBrowser, openBrowser, photograph, type TestBrowser } from '../support/browser.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { ask } from '../wire/admin/ask.ts';

describe.skipIf(!hasBrowser)('what the console shows of the inside', { timeout: 60_000 }, () => {
  let lab: TestLab;
  let browser: TestBrowser;
  beforeAll(async () => {
    [lab, browser] = await Promise.all([openTestLab({ clock: 'frozen@2026-11-03T08:00:00Z' }), openBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await lab.close();
  });
  const cmdlet = async (organization: string, line: string): Promise<void> => {
    const answer = await ask(lab.endpoints.adminUrl, 'POST', '/_coexist/v1/cmdlets', { organization, line });
    expect([line, answer.status, answer.status === 200 ? '' : answer.body]).toEqual([line, 200, '']);
  };
  const deliver = async (subject: string, body: string): Promise<void> => {
    const escaped = body.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    await lab.ews(
      'rob@contoso.test',
      `<m:CreateItem MessageDisposition="SendOnly"><m:Items><t:Message><t:Subject>${subject}</t:Subject><t:Body BodyType="HTML">${escaped}</t:Body>` +
        '<t:ToRecipients><t:Mailbox><t:EmailAddress>mary@contoso.test</t:EmailAddress></t:Mailbox></t:ToRecipients></t:Message></m:Items></m:CreateItem>',
    );
    await lab.mailSent();
  };
  const open = async (part: string) => {
    const page = await browser.open(`${lab.endpoints.adminUrl}/#/inside/${part}`);
    page.setDefaultTimeout(10_000);
    return page;
  };

  test('a mailbox: its folders, its items, a message as text and as MIME, and never as markup', async () => {
    await deliver('Look inside', '<script>document.title = "taken over"</script><img src=x onerror="document.title=1"><p>Only words</p>');
    const page = await open('mailboxes');
    await page.getByRole('searchbox', { name: 'Find' }).fill('mary');
    await page.getByRole('button', { name: 'mary@contoso.test' }).click();
    const folders = page.getByRole('navigation', { name: 'Folders' });
    await folders.getByRole('button', { name: /^Inbox/ }).waitFor();
    await page.getByRole('button', { name: 'Look inside' }).waitFor();
    await photograph(page, 'inside-mailbox');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Look inside' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Only words').waitFor();
    await dialog.getByRole('tab', { name: 'MIME' }).click();
    await dialog.getByText('Subject: Look inside').waitFor();
    expect(await dialog.locator('script, img').count()).toBe(0);
    expect(await page.title()).toBe('Inside · coexist');
    await photograph(page, 'inside-message');
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await folders.getByRole('button', { name: /^Projects/ }).click();
    await page.getByRole('button', { name: /^Show more \(\d+ left\)/ }).click();
    await page.getByRole('button', { name: /^Show more \(1\d\d left\)/ }).waitFor();
  });

  test('a calendar, week by week', async () => {
    const page = await open('mailboxes');
    await page.getByRole('searchbox', { name: 'Find' }).fill('mary');
    await page.getByRole('button', { name: 'mary@contoso.test' }).click();
    await page
      .getByRole('navigation', { name: 'Folders' })
      .getByRole('button', { name: /^Calendar/ })
      .click();
    await page.getByRole('heading', { name: 'Week of 2026-11-02' }).waitFor();
    await page.getByText('series').first().waitFor();
    await photograph(page, 'inside-calendar');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Week after' }).click();
    await page.getByRole('heading', { name: 'Week of 2026-11-09' }).waitFor();
    expect(await page.getByRole('region', { name: 'Monday' }).getByRole('heading').textContent()).toBe('Mon 9');
  });

  test('queues with what waits, tracking, and a move with its progress and report', async () => {
    await cmdlet('contoso', 'Set-SendConnector Internet -Enabled $false');
    await lab.ews(
      'rob@contoso.test',
      '<m:CreateItem MessageDisposition="SendOnly"><m:Items><t:Message><t:Subject>Waits</t:Subject><t:ToRecipients><t:Mailbox>' +
        '<t:EmailAddress>pat@fabrikam.test</t:EmailAddress></t:Mailbox></t:ToRecipients></t:Message></m:Items></m:CreateItem>',
    );
    await lab.mailSent();
    const page = await open('queues');
    const queues = page.getByRole('region', { name: 'Queues', exact: true }).first();
    await queues.getByText('Unreachable').first().waitFor();
    const tracking = page.getByRole('region', { name: 'Message tracking', exact: true }).first();
    await tracking.getByText('Waits').first().waitFor();
    await photograph(page, 'inside-queues');
    await expectAccessible(page);

    await cmdlet('contoso', 'Start-ADSyncSyncCycle');
    const administrator = "@{UserName='CONTOSO\\administrator'; Password='Pa55word!'}";
    const target = '-TargetDeliveryDomain contoso.mail.onmicrosoft.test';
    await cmdlet(
      'contoso-cloud',
      `New-MoveRequest adam -Remote -RemoteHostName mail.contoso.test -RemoteCredential ${administrator} ${target}`,
    );
    await lab.moved();
    await page.goto(`${lab.endpoints.adminUrl}/#/inside/moves`);
    await page.getByLabel('Organization').selectOption('contoso-cloud');
    await page.getByRole('progressbar', { name: 'PercentComplete' }).waitFor();
    await page.getByRole('button', { name: 'Report' }).click();
    await page.getByText('Report of').waitFor();
    await page.getByText(/The request is done/).waitFor();
    expect(await page.getByText('100 %').count()).toBe(1);
    await photograph(page, 'inside-moves');
    await expectAccessible(page);
  });

  test('certificates on the clock of the world, zones, and a log that is narrowed', async () => {
    const page = await open('keys');
    await page
      .getByText(/\d+ days left/)
      .first()
      .waitFor();
    await page.getByText('active').waitFor();
    await photograph(page, 'inside-keys');
    await expectAccessible(page);
    await page.goto(`${lab.endpoints.adminUrl}/#/inside/zones`);
    await page.getByRole('combobox', { name: 'Zone' }).selectOption('contoso.test');
    await page.getByText('autodiscover.contoso.test').first().waitFor();
    await photograph(page, 'inside-zones');
    await expectAccessible(page);
    await page.goto(`${lab.endpoints.adminUrl}/#/inside/logs`);
    await page.getByText('#Software').waitFor();
    await page.getByRole('searchbox', { name: 'Contains' }).fill('nobody asks this');
    await page.getByText('No line.').waitFor();
    await page.getByRole('searchbox', { name: 'Contains' }).fill('exchange.asmx');
    await page.getByText(/of \d+ lines/).waitFor();
    expect(await page.getByRole('region', { name: 'Lines' }).textContent()).toContain('/EWS/Exchange.asmx');
    await photograph(page, 'inside-logs');
    await expectAccessible(page);
    await page.setViewportSize({ width: 390, height: 800 });
    await expectNothingCutOff(page);
  });
});
