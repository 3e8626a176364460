import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { buildConsole } from '../../services/console/build.ts';

const executablePath = '/usr/bin/chromium';
const results = fileURLToPath(new URL('../../test-results/', import.meta.url));

/** Debian's chromium is there; in CI it has to be. */
export const hasBrowser = process.env['CI'] !== undefined || existsSync(executablePath);

export type Look = 'light' | 'dark';

/** A browser for one test file; what its pages throw or complain of fails the test that looks. */
export interface TestBrowser {
  /** Opens a page of its own context; `size` in CSS pixels, 1280 by 800 by default. */
  open(url: string, how?: { readonly size?: { readonly width: number; readonly height: number }; readonly look?: Look }): Promise<Page>;
  close(): Promise<void>;
}

export async function openBrowser(): Promise<TestBrowser> {
  await buildConsole();
  const browser: Browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
  const complaints: string[] = [];
  const contexts: BrowserContext[] = [];
  return {
    async open(url, { size = { width: 1280, height: 800 }, look = 'light' } = {}) {
      const context = await browser.newContext({ viewport: size, colorScheme: look, permissions: ['clipboard-write'] });
      contexts.push(context);
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => {
        // The browser complains of every answer that is no success; what becomes of those is the page's matter.
        if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text());
      });
      await page.goto(url);
      return page;
    },
    async close() {
      await browser.close();
      expect(complaints).toEqual([]);
    },
  };
}

/** Two sizes and two looks of what a page shows, kept in `test-results/`. The page is left at 1280 pixels, light. */
export async function photograph(page: Page, name: string): Promise<void> {
  mkdirSync(results, { recursive: true });
  for (const look of ['dark', 'light'] as const) {
    for (const width of [390, 1280]) {
      await page.emulateMedia({ colorScheme: look });
      await page.setViewportSize({ width, height: 800 });
      await page.screenshot({ path: `${results}${name}-${width}-${look}.png` });
    }
  }
}

/** Nothing that axe finds (WCAG 2.2 A and AA, and its best practices), in either look. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const look of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme: look });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${look}: ${id}: ${nodes.map(({ html }) => html).join('\n')}`)).toEqual([]);
  }
}

/** No part of the page is wider than the page. */
export async function expectNothingCutOff(page: Page): Promise<void> {
  const beyond = await page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  expect(beyond).toBeLessThanOrEqual(0);
}

/** A part of the page shows all of its width, so that nobody has to scroll sideways. */
export async function expectNothingBeside(part: Locator): Promise<void> {
  const beyond = await part.evaluate<number, { readonly scrollWidth: number; readonly clientWidth: number }>(
    ({ scrollWidth, clientWidth }) => scrollWidth - clientWidth,
  );
  expect(beyond).toBeLessThanOrEqual(0);
}

/** Has a page do something and answers how long its longest task was meanwhile, in milliseconds; 0 where none took 50 or more. */
export async function longestTaskMs(page: Page, work: () => Promise<void>): Promise<number> {
  await page.evaluate(`{
    window.longTasks = [];
    window.longTaskWatch = new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((one) => one.duration)));
    longTaskWatch.observe({ type: 'longtask' });
  }`);
  await work();
  // A task is told of once it is over, a frame later at most.
  return page.evaluate<number>(`new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => {
    longTaskWatch.disconnect();
    resolve(Math.max(0, ...longTasks, ...longTaskWatch.takeRecords().map((one) => one.duration)));
  })))`);
}
