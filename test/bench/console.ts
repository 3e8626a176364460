import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';
import { buildConsole } from '../../services/console/build.ts';
import { startLab } from '../../services/lab/service.ts';
import type { Journal } from '../../shared/journal/journal.ts';
import { median, type Row } from './row.ts';

const mostScriptKb = 150;
const mostPaintMs = 300;
const mostFrameMs = 50;
const paints = 7;
const knownTraces = 10_000;
const hopsPerSecond = 200;
const watchedSeconds = 5;

/** The console in Debian's chromium: what is loaded, when something useful is seen, and whether it keeps its frames while hops arrive. */
export async function consoleRows(): Promise<readonly Row[]> {
  await buildConsole();
  const dataDir = await mkdtemp(join(tmpdir(), 'coexist-bench-'));
  const lab = await startLab({ dataDir });
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
  try {
    const { adminUrl } = lab.endpoints;
    return [await sizeRow(), await paintRow(browser, adminUrl), ...(await frameRows(browser, adminUrl, lab.journal))];
  } finally {
    await browser.close();
    await lab.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function sizeRow(): Promise<Row> {
  const assets = new URL('../../services/console/built/assets/', import.meta.url);
  const scripts = (await readdir(assets)).filter((name) => name.endsWith('.js'));
  const sizes = await Promise.all(scripts.map(async (name) => gzipSync(await readFile(new URL(name, assets))).length));
  const kb = sizes.reduce((sum, size) => sum + size, 0) / 1_000;
  return {
    what: 'console: all scripts, gzipped',
    measured: `${kb.toFixed(1)} kB`,
    limit: `${mostScriptKb} kB`,
    passed: kb <= mostScriptKb,
  };
}

/** From navigation to the view in the document, with nothing in the browser's cache. */
async function paintRow(browser: Browser, adminUrl: string): Promise<Row> {
  const figures: number[] = [];
  for (let turn = 0; turn < paints; turn += 1) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${adminUrl}/#/flow`);
    await page.getByLabel('Filter traces').waitFor();
    figures.push(await page.evaluate<number>("performance.getEntriesByName('coexist-view')[0].startTime"));
    await context.close();
  }
  const ms = median(figures);
  return {
    what: 'console: first useful paint on localhost',
    measured: `${ms.toFixed(0)} ms (${Math.min(...figures).toFixed(0)} to ${Math.max(...figures).toFixed(0)})`,
    limit: `${mostPaintMs} ms`,
    passed: ms <= mostPaintMs,
  };
}

/** The times between frames, and tasks of 50 ms or more, as the page itself sees them. */
const watch = `new Promise((resolve) => {
  const frames = [];
  const tasks = [];
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map((one) => one.duration))).observe({ type: 'longtask' });
  const began = performance.now();
  let last = began;
  const frame = (now) => {
    frames.push(now - last);
    last = now;
    if (now - began < ${watchedSeconds * 1_000}) requestAnimationFrame(frame);
    else resolve({ frames, tasks });
  };
  requestAnimationFrame(frame);
})`;

async function frameRows(browser: Browser, adminUrl: string, journal: Journal): Promise<readonly Row[]> {
  for (let count = 0; count < knownTraces; count += 1) {
    hop(journal, count);
    // The journal holds the newest two thousand that are not yet in the store.
    if (count % 1_000 === 999) await journal.flush();
  }
  const page = await browser.newPage();
  await page.goto(`${adminUrl}/#/flow`);
  await page.getByText(`${knownTraces} traces`).waitFor();
  const still = await page.evaluate<{ readonly frames: readonly number[] }>(watch);
  let count = knownTraces;
  const timer = setInterval(() => {
    for (let one = 0; one < hopsPerSecond / 20; one += 1) hop(journal, count++);
  }, 50);
  const { frames, tasks } = await page.evaluate<{ readonly frames: readonly number[]; readonly tasks: readonly number[] }>(watch);
  clearInterval(timer);
  const [longest, alone] = [Math.max(...frames), Math.max(...still.frames)];
  const arrived = count - knownTraces;
  return [
    {
      what: `console: longest frame, ${(arrived / watchedSeconds).toFixed(0)} hops/s, ${knownTraces} traces in the list`,
      measured: `${longest.toFixed(0)} ms of ${frames.length} frames (${alone.toFixed(0)} ms when nothing arrives)`,
      limit: `${mostFrameMs} ms`,
      passed: longest <= mostFrameMs,
    },
    {
      what: 'console: its main thread meanwhile',
      measured: `${tasks.length} tasks of 50 ms or more`,
      limit: '',
      passed: undefined,
    },
  ];
}

function hop(journal: Journal, number: number): void {
  const at = Date.UTC(2026, 10, 2, 8);
  const exchange = journal.open({
    ...{ service: 'ews', direction: 'incoming', protocol: 'https', target: 'POST /EWS/Exchange.asmx', host: 'mail.contoso.test', at },
    organization: 'contoso',
  });
  exchange.note({
    operation: number % 3 === 0 ? 'FindItem' : 'GetUserAvailability',
    caller: `user${number % 50}@contoso.test`,
    status: 200,
    code: 'NoError',
  });
  exchange.close(number % 20 === 0 ? 'refused' : 'answered', at);
}
