import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collectStories } from '../../services/runner/collect.ts';
import { runTellings } from '../../services/runner/run.ts';
import { tellingsOf } from '../../services/runner/tellings.ts';
import { end, startLabProcess } from '../support/lab-process.ts';
import { canBeTold } from '../support/story-needs.ts';
import { nodeFlags } from './node-flags.ts';
import { median, type Row } from './row.ts';

const limits = { workers: 0.65, reset: 0.05 };
const rounds = 5;
const resets = 20;

/** The stories that ship, by two workers and by one; and what it costs to begin anew, in a lab that goes on and in another process. */
export async function scenarioRows(): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'coexist-bench-'));
  try {
    // What every worker's first lab makes, keys and seeded worlds, is there before: it is no part of telling.
    await tell(2, folder, /^sign-in\//);
    // One before and one after: a machine that gets busier or idler meanwhile favours neither.
    const before = await tell(1, folder);
    const two = await tell(2, folder);
    const after = await tell(1, folder);
    const one = { stories: two.stories, ms: (before.ms + after.ms) / 2, processorMs: (before.processorMs + after.processorMs) / 2 };
    return [...workerRows(one, two), await resetRow(folder)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Told {
  readonly stories: number;
  readonly ms: number;
  /** Of the workers and of what they started. */
  readonly processorMs: number;
}

function workerRows(one: Told, two: Told): readonly Row[] {
  const part = two.ms / one.ms;
  return [
    {
      what: `${two.stories} scenarios by two workers beside one`,
      measured: `${part.toFixed(2)} (${seconds(two.ms)} : ${seconds(one.ms)})`,
      limit: `${limits.workers}`,
      passed: part <= limits.workers,
    },
    {
      what: 'their processor time',
      measured: `${(two.processorMs / one.processorMs).toFixed(2)} (${seconds(two.processorMs)} : ${seconds(one.processorMs)})`,
      limit: '',
      passed: undefined,
    },
    { what: '60 scenarios by two workers', measured: seconds((two.ms / two.stories) * 60), limit: '', passed: undefined },
  ];
}

async function tell(workers: number, dataDir: string, grep: RegExp | null = null): Promise<Told> {
  const stories = collectStories([], dataDir).filter(({ tags }) => canBeTold(tags));
  const seed = 'bench';
  const choice = { everyEra: false, eras: [], repeat: 1, shard: { index: 1, of: 1 }, grep, only: null, seed };
  const { signal } = new AbortController();
  const options = {
    seed,
    workers,
    retries: 0,
    bail: 0,
    trace: 'off',
    dataDir,
    environment: process.env,
    signal,
    against: null,
    notTold: [],
  } as const;
  const usedMs = childrenMs();
  const { told, durationMs } = await runTellings(tellingsOf(stories, choice), [], options);
  const failed = told.filter(({ status }) => status !== 'passed');
  // A figure of what does not work is none.
  if (failed.length > 0) throw new Error(failed.map(({ id, outcome }) => `${id}: ${JSON.stringify(outcome.mismatches)}`).join('\n'));
  return { stories: told.length, ms: durationMs, processorMs: childrenMs() - usedMs };
}

/** Processor time of children that have ended, with theirs: cutime and cstime of proc(5), in hundredths of a second; elsewhere 0. */
function childrenMs(): number {
  if (process.platform !== 'linux') return 0;
  const afterName = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1) ?? '';
  const [user = 0, system = 0] = afterName.split(' ').slice(13, 15).map(Number);
  return (user + system) * 10;
}

/** A lab with mail in it is put back to its seed; beside it, its process is ended and another one is awaited. */
async function resetRow(folder: string): Promise<Row> {
  const [resetMs, restartMs]: [number[], number[]] = [[], []];
  const open = () =>
    startLabProcess(['--port', '0', '--data-dir', join(folder, 'lab'), '--output', 'json'], { cwd: folder, nodeFlags: [...nodeFlags] });
  let lab = await open();
  try {
    for (let round = 0; round < rounds; round += 1) {
      const beganMs = performance.now();
      lab.child.kill('SIGTERM');
      await lab.ended;
      lab = await open();
      restartMs.push(performance.now() - beganMs);
    }
    for (let round = 0; round < resets; round += 1) {
      await post(lab.endpoints, '/v1/cmdlets', { organization: 'contoso', line: 'Set-Mailbox mary -UserPrincipalName marie@contoso.test' });
      const beganMs = performance.now();
      await post(lab.endpoints, '/v1/reset', { to: 'seed' });
      resetMs.push(performance.now() - beganMs);
    }
  } finally {
    await end(lab);
  }
  const [reset, restart] = [median(resetMs), median(restartMs)];
  return {
    what: 'back to the seed beside a process that is started again',
    measured: `${(reset / restart).toFixed(3)} (${reset.toFixed(0)} ms : ${restart.toFixed(0)} ms)`,
    limit: `${limits.reset}`,
    passed: reset / restart <= limits.reset,
  };
}

async function post({ adminUrl, adminToken }: { adminUrl: string; adminToken: string | null }, path: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json', ...(adminToken === null ? {} : { authorization: `Bearer ${adminToken}` }) };
  const answer = await fetch(`${adminUrl}/_coexist${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
