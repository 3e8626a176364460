import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as passed } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { buildConsole } from '../../services/console/build.ts';
import type { Journal } from '../../shared/journal/journal.ts';
import { hasBrowser, openBrowser } from '../support/browser.ts';
import { openTestLab } from '../support/test-lab.ts';
import { startFakeLab } from '../wire/admin/lab.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const at = Date.UTC(2026, 10, 1, 9);
const most = 10_000;

function open(journal: Journal, operation: string, traceparent?: string): ReturnType<Journal['open']> {
  const exchange = journal.open({
    service: 'ews',
    direction: 'incoming',
    protocol: 'https',
    target: 'POST /x',
    host: 'mail.contoso.test',
    at,
    ...(traceparent === undefined ? {} : { traceparent }),
  });
  exchange.note({ operation, status: 200 });
  return exchange;
}

describe('the files of the console', () => {
  beforeAll(async () => void (await buildConsole()));
  const assets = new URL('../../services/console/built/assets/', import.meta.url);

  test('all scripts weigh less than 150 kB, gzipped', () => {
    const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'));
    expect(scripts.length).toBeGreaterThan(6);
    expect(scripts.reduce((sum, name) => sum + gzipSync(readFileSync(new URL(name, assets))).length, 0)).toBeLessThan(150_000);
  });

  test('name no other host and no place on the machine that made them, and make no markup of text', () => {
    for (const name of readdirSync(assets)) {
      const text = readFileSync(new URL(name, assets), 'utf8');
      expect([name, text.match(/\b(?:https?:)?\/\/(?!www\.w3\.org\/|elsewhere\.test)[\w-]+(?:\.[\w-]+)+/g)]).toEqual([name, null]);
      expect([name, text.includes('fileName')]).toEqual([name, false]);
      expect([name, /document\.write|insertAdjacentHTML|\beval\(|new Function/.test(text)]).toEqual([name, false]);
    }
    const sources = readdirSync(new URL('../../services/console/app/', import.meta.url), { recursive: true, encoding: 'utf8' });
    for (const name of sources.filter((one) => /\.tsx?$/.test(one)))
      expect(readFileSync(new URL(`../../services/console/app/${name}`, import.meta.url), 'utf8')).not.toMatch(
        /dangerouslySetInnerHTML|innerHTML/,
      );
  });
});

/** Bodies alone are four times as much, each time that they are read; without them all looks together are six million octets. */
const mostOctets = 32 * 1024 * 1024;

describe.skipIf(!hasBrowser)('what is large does not hold up the page', () => {
  test('of ten thousand traces only those in sight are in the document, and the last is a key away', async () => {
    const lab = await openTestLab();
    for (let count = 0; count < most; count += 1) {
      open(lab.journal, `Operation${count}`).close('answered', at);
      if (count % 1_000 === 999) await lab.journal.flush();
    }
    const browser = await openBrowser();
    const page = await browser.open(`${lab.endpoints.adminUrl}/#/flow`);
    await page.getByText(`${most} traces`).waitFor();
    const list = page.getByRole('region', { name: 'Traces, the newest first' });
    expect(await list.getByRole('row').count()).toBeLessThan(80);
    await list.getByRole('button', { name: `Operation${most - 1}`, exact: true }).press('End');
    await list.getByRole('button', { name: 'Operation0', exact: true }).waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Operation0');
    await page.getByLabel('Filter traces').fill('operation777');
    await page.getByText(`11 of ${most}`).waitFor();
    await browser.close();
    await lab.close();
  });

  test('of a trace that grows to two thousand hops with bodies what is drawn is read, and a body when its hop is opened', async () => {
    await using lab = await startFakeLab();
    const browser = await openBrowser();
    const root = open(lab.journal, 'MoveMailbox');
    const page = await browser.open(`${lab.url}/#/flow/${root.traceId}`);
    const diagram = page.getByRole('region', { name: 'Sequence diagram' });
    await diagram.getByRole('link').first().waitFor();
    let octets = 0;
    page.on('requestfinished', (request) => {
      if (!request.url().includes('/v1/traces/')) return;
      void request.sizes().then(({ responseBodySize }) => {
        octets += responseBodySize;
      });
    });
    const body = Buffer.alloc(64 * 1024, 'a ');
    const hops = 2_000;
    let last = '';
    for (let count = 1; count < hops; count += 1) {
      const hop = open(lab.journal, `Export${count}`, `00-${root.traceId}-${root.spanId}-01`);
      hop.received(['Content-Type', 'text/plain'], body);
      hop.close('answered', at);
      last = hop.spanId;
      // Two hundred a second.
      if (count % 20 === 0) await passed(100);
    }
    root.close('answered', at);
    await page.getByText(`Show more arrows (${2 * hops - 300} left)`).waitFor();
    expect(octets).toBeLessThan(mostOctets);
    await page.goto(`${lab.url}/#/flow/${root.traceId}/${last}/request`);
    expect((await page.getByRole('region', { name: 'Request, body' }).textContent())?.slice(0, 4)).toBe('a a ');
    await browser.close();
  });

  test('of a message of 50 MB there is its beginning, and what looks like markup is text', async () => {
    await using lab = await startFakeLab();
    const exchange = open(lab.journal, 'CreateItem');
    const markup = '<img src="x" onerror="document.title=1"><script>document.title=2</script>';
    const body = Buffer.concat([Buffer.from(`<m:CreateItem>${markup}`), Buffer.alloc(50 * 1024 * 1024, 'a ')]);
    exchange.note({ detail: markup, caller: markup });
    exchange.received(['Content-Type', 'text/xml', 'X-Markup', markup], body);
    exchange.close('refused', at);
    const browser = await openBrowser();
    const page = await browser.open(`${lab.url}/#/flow/${exchange.traceId}/${exchange.spanId}/request`);
    const shown = page.getByRole('region', { name: 'Request, body' });
    await shown.waitFor();
    const text = (await shown.textContent()) ?? '';
    expect(text).toContain('onerror="document.title=1"');
    expect(text.length).toBeLessThan(70_000);
    await page.getByText(/^The first 6\d(?:\.\d)? KiB of 50\.0 MiB\. The journal keeps no more of it\.$/).waitFor();
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.title()).toBe('Flow · coexist');
    await browser.close();
  });
});
