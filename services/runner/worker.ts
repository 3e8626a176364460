import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { WorldFileError } from '../../shared/domain/world/problems.ts';
import type { Outcome } from '../../shared/scenario/outcome.ts';
import type { Story } from '../../shared/scenario/story.ts';
import { readConfig } from '../config.ts';
import { type RunningLab, start } from '../main.ts';
import { startFailure } from '../start-failure.ts';
import { type LabDoor, openControl } from './control.ts';
import { loadStory } from './load.ts';
import { play } from './play.ts';
import { worldOf } from './tellings.ts';
import { writeTraceFile } from './trace-file.ts';

/** What a worker is told to do. */
export interface Order {
  readonly file: string;
  readonly era: string | null;
  readonly seed: string;
  /** Where the trace of a story that fails is written; null: nowhere. */
  readonly traceFile: string | null;
  readonly isTraceKept: boolean;
  /** Folder of this worker's labs. */
  readonly dataDir: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The lab in which it is told; null: one of its own. */
  readonly against: LabThatRuns | null;
}

/** A lab that somebody else has started. */
export interface LabThatRuns extends LabDoor {
  /** Path of its CA on this machine. */
  readonly caFile: string;
}

/** What it answers: how the story ended, or why no lab could be started. */
export type Answered = { readonly outcome: Outcome } | { readonly failure: string; readonly exitCode: number };

interface OpenLab {
  readonly world: string;
  readonly lab: RunningLab;
}

let open: OpenLab | undefined;
/** Whoever told stories has gone. */
const gone = new AbortController();

async function follow(order: Order): Promise<Answered> {
  let story: Story;
  try {
    story = loadStory(order.file);
  } catch (error) {
    // It was right when the run began.
    if (!(error instanceof WorldFileError)) throw error;
    const mismatch = { line: 1, what: 'file', expected: 'the scenario that was there', actual: error.message };
    return { outcome: { status: 'failed', mismatches: [mismatch], explanations: [], traces: [], durationMs: 0 } };
  }
  let lab: LabThatRuns;
  try {
    lab = order.against ?? (await labOf(story, order.dataDir)).endpoints;
  } catch (error) {
    const { message, exitCode } = startFailure(error);
    return { failure: message, exitCode };
  }
  const { era, seed, environment } = order;
  const outcome = await play(story, lab, { era, seed, environment, caFile: lab.caFile, signal: gone.signal });
  if (order.traceFile !== null && (order.isTraceKept || outcome.status === 'failed'))
    await writeTraces(order.traceFile, lab, story, order, outcome);
  // A story that was broken off may still do something: the next one gets a lab of its own.
  if (outcome.mismatches.some(({ what }) => what === 'time' || what === 'error')) await leave();
  return { outcome };
}

/** One lab at a time, for as long as stories of its world come. */
async function labOf(story: Story, dataDir: string): Promise<RunningLab> {
  const world = worldOf(story);
  if (open?.world === world) return open.lab;
  await leave();
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const named = 'name' in story.world ? [`--world=${story.world.name}`] : [];
  const inline = 'text' in story.world ? { COEXIST_CONFIG_JSON: story.world.text } : {};
  const flags = ['--port', '0', '--data-dir', dataDir, `--clock=frozen@${story.clock}`, ...named];
  const config = readConfig(flags, inline, { workingDir: join(story.file, '..'), terminal: false });
  const endpointsFile = join(dataDir, `endpoints-${process.pid}.json`);
  open = { world, lab: await start({ ...config, endpointsFile, announce: false }, () => {}) };
  return open.lab;
}

async function leave(): Promise<void> {
  const last = open;
  open = undefined;
  await last?.lab.close();
}

/** Everything that is known of the traces of a story, for whoever looks later. */
async function writeTraces(file: string, lab: LabDoor, story: Story, { era, seed }: Order, outcome: Outcome): Promise<void> {
  const control = openControl(lab, AbortSignal.timeout(10_000));
  const { id, name, source } = story;
  await writeTraceFile(file, { scenario: { id, name, source, file: story.file }, era, seed, outcome }, outcome.traces, control);
}

function end(): void {
  // A program of a story is in a group of its own: it would go on.
  gone.abort();
  void leave().finally(() => process.exit());
}

process.on('message', (order: Order) => {
  // The channel may have closed before anybody listened.
  if (!process.connected) return end();
  follow(order).then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error), exitCode: 1 }),
  );
});
process.on('disconnect', end);
// Ctrl-C at a terminal is for the run that this belongs to.
process.on('SIGINT', () => {});
