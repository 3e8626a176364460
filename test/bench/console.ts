import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';
import { buildConsole } from '../../services/console/build.ts';
import { startLab } from '../../services/lab/service.ts';
import type { RunningLab } from '../../services/main.ts';
import type { Journal } from '../../shared/journal/journal.ts';
import { largeMessage, sendLargeMessage } from '../support/large-message.ts';
import { median, type Row } from './row.ts';

const mostScriptKb = 150;
const mostPaintMs = 300;
const mostFrameMs = 50;
const paints = 7;
const knownTraces = 10_000;
/** A burst: so many hops in each of so many beats, then as many beats of rest, in which the last hop stands in sight. */
const [hopsPerBeat, beatsPerBurst, beatMs] = [20, 5, 50];
/** What a person takes for at once. */
const mostOpeningFrameMs = 100;
const watchedSeconds = 5;

/** The console in Debian's chromium: what is loaded, when something useful is seen, and whether it keeps its frames while hops arrive. */
export async function consoleRows(): Promise<readonly Row[]> {
  await buildConsole();
  const dataDir = await mkdtemp(join(tmpdir(), 'coexist-bench-'));
  const lab = await startLab({ dataDir });
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
  try {
    const { adminUrl } = lab.endpoints;
    const [size, paint, large] = [await sizeRow(), await paintRow(browser, adminUrl), await largeMessageRow(browser, lab)];
    return [size, paint, large, ...(await frameRows(browser, adminUrl, lab.journal))];
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

/** What a page saw of itself while it was watched: milliseconds. */
interface Watched {
  readonly frames: readonly number[];
  readonly tasks: readonly number[];
  /** Operations of hops that stood in the list of traces. */
  readonly seen: readonly string[];
}

/** The times between frames, and tasks of 50 ms or more, as the page itself sees them, until `over` says that it is over. */
const watch = (over: string): string => `new Promise((resolve) => {
  const frames = [];
  const tasks = [];
  const seen = new Set();
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map((one) => one.duration))).observe({ type: 'longtask' });
  const began = performance.now();
  let last = began;
  const frame = (now) => {
    frames.push(now - last);
    last = now;
    const sight = document.querySelector('.flow-list .table')?.getBoundingClientRect();
    for (const row of sight === undefined ? [] : document.querySelectorAll('.flow-list .row-button'))
      if (row.getBoundingClientRect().bottom <= sight.bottom) seen.add(row.textContent);
    if (${over}) resolve({ frames, tasks, seen: [...seen] });
    else requestAnimationFrame(frame);
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
  const asLong = watch(`now - began >= ${watchedSeconds * 1_000}`);
  const still = await page.evaluate<Watched>(asLong);
  let count = knownTraces;
  let bursts = 0;
  let beats = 0;
  const timer = setInterval(() => {
    const beat = beats++ % (2 * beatsPerBurst);
    if (beat >= beatsPerBurst) return;
    for (let one = 1; one < hopsPerBeat; one += 1) hop(journal, count++);
    hop(journal, count++, beat === beatsPerBurst - 1 ? `Burst${bursts++}` : undefined);
  }, beatMs);
  const { frames, tasks, seen } = await page.evaluate<Watched>(asLong);
  clearInterval(timer);
  const [longest, alone] = [Math.max(...frames), Math.max(...still.frames)];
  const arrived = count - knownTraces;
  const shown = seen.filter((one) => one.startsWith('Burst')).length;
  // The newest ones may be on their way still when nobody looks any more.
  const due = bursts - 1;
  return [
    {
      what: `console: longest frame, ${(arrived / watchedSeconds).toFixed(0)} hops/s, ${knownTraces} traces in the list`,
      measured: `${longest.toFixed(0)} ms of ${frames.length} frames (${alone.toFixed(0)} ms when nothing arrives)`,
      limit: `${mostFrameMs} ms`,
      passed: longest <= mostFrameMs,
    },
    {
      what: `console: last hops of ${bursts} bursts, each seen in the list`,
      measured: `${shown}`,
      limit: `${due}`,
      passed: due > 0 && shown >= due,
    },
    {
      what: 'console: its main thread meanwhile',
      measured: `${tasks.length} tasks of 50 ms or more`,
      limit: '',
      passed: undefined,
    },
  ];
}

/** A message of 50 MiB is opened as text and as MIME, all that is shown of it. */
async function largeMessageRow(browser: Browser, lab: Pick<RunningLab, 'endpoints' | 'mailSent'>): Promise<Row> {
  await sendLargeMessage(lab);
  const page = await browser.newPage();
  await page.goto(`${lab.endpoints.adminUrl}/#/inside/mailboxes`);
  await page.getByRole('searchbox', { name: 'Find' }).fill(largeMessage.to);
  await page.getByRole('button', { name: largeMessage.to }).click();
  const large = page.getByRole('button', { name: largeMessage.subject });
  await large.waitFor();
  const watched = page.evaluate<Watched>(watch("document.title === 'opened'"));
  await large.click();
  await page.getByRole('tab', { name: 'MIME' }).click();
  for (let more = 0; more < 3; more += 1) await page.getByRole('button', { name: /^Show more \(\d+ KiB/ }).click();
  await page.getByText(/^The first 256 KiB of/).waitFor();
  await page.evaluate("document.title = 'opened'");
  const { frames } = await watched;
  await page.close();
  const longest = Math.max(...frames);
  return {
    what: 'console: longest frame while a message of 50 MiB is opened',
    measured: `${longest.toFixed(0)} ms of ${frames.length} frames`,
    limit: `${mostOpeningFrameMs} ms`,
    passed: longest <= mostOpeningFrameMs,
  };
}

function hop(journal: Journal, number: number, operation = number % 3 === 0 ? 'FindItem' : 'GetUserAvailability'): void {
  const at = Date.UTC(2026, 10, 2, 8);
  const exchange = journal.open({
    ...{ service: 'ews', direction: 'incoming', protocol: 'https', target: 'POST /EWS/Exchange.asmx', host: 'mail.contoso.test', at },
    organization: 'contoso',
  });
  exchange.note({ operation, caller: `user${number % 50}@contoso.test`, status: 200, code: 'NoError' });
  exchange.close(number % 20 === 0 ? 'refused' : 'answered', at);
}
