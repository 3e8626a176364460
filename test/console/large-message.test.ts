import { readFileSync, statSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  expectAccessible,
  expectNothingCutOff,
  hasBrowser,
  longestTaskMs,
  openBrowser,
  photograph,
  type TestBrowser,
} from '../support/browser.ts';
import { largeMessage, sendLargeMessage } from '../support/large-message.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';

/** A page that lays out all of it stands still for seconds; the machine may be busy. */
const mostTaskMs = 400;
const patient = { timeout: 60_000 };

describe.skipIf(!hasBrowser)('a message of 50 MiB does not hold up the page', { timeout: 240_000 }, () => {
  let lab: TestLab;
  let browser: TestBrowser;
  beforeAll(async () => {
    [lab, browser] = await Promise.all([openTestLab(), openBrowser()]);
    await sendLargeMessage(lab);
  }, 240_000);
  afterAll(async () => {
    await browser.close();
    await lab.close();
  });

  test('looked at in its mailbox: its beginning, its size, and all of it as a file', async () => {
    const page = await browser.open(`${lab.endpoints.adminUrl}/#/inside/mailboxes`);
    await page.getByRole('searchbox', { name: 'Find' }).fill(largeMessage.to);
    await page.getByRole('button', { name: largeMessage.to }).click();
    const subject = page.getByRole('button', { name: largeMessage.subject });
    await subject.waitFor(patient);
    const longest = await longestTaskMs(page, async () => {
      await subject.click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText(largeMessage.text).waitFor(patient);
      await dialog.getByRole('tab', { name: 'MIME' }).click();
      await dialog.getByText(/^The first 256 KiB of 5\d(\.\d)? MiB/).waitFor(patient);
      for (let more = 0; more < 3; more += 1) await dialog.getByRole('button', { name: /^Show more/ }).click();
      await dialog.getByRole('button', { name: /^Show more/ }).waitFor({ state: 'detached' });
      expect((await dialog.getByRole('region', { name: 'MIME' }).textContent())?.length).toBe(256 * 1024);
    });
    expect(longest).toBeLessThan(mostTaskMs);
    await photograph(page, 'inside-large-message');
    await expectAccessible(page);
    let kept = '';
    const whileDownloaded = await longestTaskMs(page, async () => {
      const download = page.waitForEvent('download', patient);
      await page.getByRole('button', { name: 'Download' }).click();
      kept = await (await download).path();
    });
    expect(whileDownloaded).toBeLessThan(mostTaskMs);
    expect(statSync(kept).size).toBeGreaterThan(largeMessage.leastBytes);
    expect(readFileSync(kept, 'latin1').slice(0, 100_000)).toContain(`Subject: ${largeMessage.subject}`);
    await page.setViewportSize({ width: 390, height: 800 });
    await expectNothingCutOff(page);
  });

  test('looked at on its way: of an answer of 50 MiB the beginning, with its size', async () => {
    const [traceId, spanId] = await fetchLarge(lab);
    const page = await browser.open(`${lab.endpoints.adminUrl}/#/flow`);
    const longest = await longestTaskMs(page, async () => {
      await openHop(page, `#/flow/${traceId}/${spanId}/answer`);
      await page.getByText(/^The first \d+(\.\d)? KiB of [5-9]\d(\.\d)? MiB\. The journal keeps no more of it\./).waitFor(patient);
    });
    expect(longest).toBeLessThan(mostTaskMs);
    expect((await page.getByRole('region', { name: 'Answer, body' }).textContent())?.length).toBeLessThan(70_000);
  });
});

async function openHop(page: Page, hash: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
  await page.getByRole('complementary', { name: 'Hop' }).waitFor(patient);
}

/** Asks for all of the message by EWS; the trace and span of that. */
async function fetchLarge(lab: TestLab): Promise<readonly [string, string]> {
  const found = await lab.ews(
    largeMessage.to,
    '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:Restriction><t:IsEqualTo>' +
      `<t:FieldURI FieldURI="item:Subject"/><t:FieldURIOrConstant><t:Constant Value="${largeMessage.subject}"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction>` +
      '<m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>',
  );
  const [, id] = /<t:ItemId Id="([^"]+)"/.exec(found.body) ?? [];
  const answer = await lab.ews(
    largeMessage.to,
    '<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent></m:ItemShape>' +
      `<m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`,
  );
  expect(answer.octets.length).toBeGreaterThan(largeMessage.leastBytes);
  const { traceId, spanId } = await lab.exchangeOf(answer);
  return [traceId, spanId];
}
