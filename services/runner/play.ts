import { dirname } from 'node:path';
import { explanationText } from '../../shared/journal/explanation-text.ts';
import { createPatience, type Patience } from '../../shared/kernel/patience.ts';
import type { Answer, Mismatch, Outcome } from '../../shared/scenario/outcome.ts';
import type { Act, Step, Story } from '../../shared/scenario/story.ts';
import { openClient } from './client.ts';
import { type LabDoor, openControl, type SeenExchange } from './control.ts';
import { closingMs, exchangesSince, lastExchange } from './exchanges.ts';
import type { Ground } from './ground.ts';
import { judge } from './judge.ts';
import { playStep } from './words/index.ts';

/** How a story is told this time. */
export interface Telling {
  /** One of the story's eras; null: that of the world. */
  readonly era: string | null;
  /** Decides every id and all chance of the clients. */
  readonly seed: string;
  /** Path of the lab's CA on this machine; where the lab says it is, by default. */
  readonly caFile?: string;
  /** What programs get of this machine's variables is chosen from these. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Of the lab, where it is told in its own process: breakpoints stay, and time-outs stand while a hop is held. */
  readonly inside?: Patience;
  /** Ends it where it stands. */
  readonly signal?: AbortSignal;
}

const mostExplanations = 5;

/**
 * Tells a story in a lab, which is put back to its seed before. Never rejects for what the lab does: a lab that breaks, or
 * takes too long, is a mismatch of its own.
 */
export async function play(story: Story, lab: LabDoor, telling: Telling): Promise<Outcome> {
  const began = performance.now();
  const limit = (telling.inside ?? createPatience()).limits(story.timeoutMs);
  const late = limit.signal;
  const ending = telling.signal === undefined ? late : AbortSignal.any([late, telling.signal]);
  const mismatches: Mismatch[] = [];
  const seen: SeenExchange[] = [];
  let line = 1;
  const tell = async (): Promise<void> => {
    const ground = await openGround(story, lab, telling, ending, 'from the seed');
    try {
      for (const act of story.acts) {
        line = act.line;
        mismatches.push(...(await playAct(act, ground, telling, seen)));
        if (mismatches.length > 0) return;
      }
    } finally {
      await ground.close();
    }
  };
  try {
    await tell();
  } catch (error) {
    const actual = late.aborted
      ? `not ended after ${story.timeoutMs} ms`
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error);
    mismatches.push({ line, what: late.aborted ? 'time' : 'error', expected: 'an end', actual });
  }
  limit.end();
  const traces = [...new Set(seen.map(({ traceId }) => traceId))];
  const explanations = mismatches.length === 0 ? [] : await explain(lab, seen);
  const status = mismatches.length === 0 ? 'passed' : 'failed';
  return { status, mismatches, explanations, traces, durationMs: performance.now() - began };
}

/** A story's ground as long as it is told. */
export interface OpenGround extends Ground {
  /** Finds out anew where everything is. */
  look(): Promise<void>;
  begin(): Promise<void>;
  close(): Promise<void>;
  readonly exchanges: () => Promise<readonly SeenExchange[]>;
  readonly product: readonly string[];
}

/** Opens it, in a world that is put back to its seed, or in the one that is there. `clock`: null stops it where it begins. */
export async function openGround(
  story: Pick<Story, 'id' | 'file'> & { readonly clock: string | null },
  lab: LabDoor,
  { era, seed, caFile, environment = {}, inside }: Telling,
  signal: AbortSignal,
  world: 'from the seed' | 'as it is',
): Promise<OpenGround> {
  const control = openControl(lab, signal);
  if (world === 'from the seed') {
    const at = story.clock === null ? {} : { at: story.clock };
    await control.call('POST', '/v1/reset', { to: 'seed', ...at, ...(inside === undefined ? {} : { keep: ['breakpoints'] }) });
    await control.call('POST', '/v1/clock/freeze', at);
  }
  const read = async () => ({ ...(await control.endpoints()), adminUrl: lab.adminUrl });
  let endpoints = await read();
  const tenants = Object.entries(endpoints.organizations).filter(([, { kind }]) => kind === 'cloud');
  if (era !== null) for (const [name] of tenants) await control.call('PUT', `/v1/eras/${encodeURIComponent(name)}`, { era });
  const dialer = await openClient(() => endpoints, await control.caPem(), `${seed} ${story.id} ${era}`, inside);
  let mark = 0;
  return {
    ...{ control, dialer, signal, caFile: caFile ?? endpoints.caFile, folder: dirname(story.file) },
    environment,
    get endpoints() {
      return endpoints;
    },
    async look() {
      endpoints = await read();
    },
    ...{ token: undefined, signedIn: new Map<string, string>(), mark: () => mark },
    product: Object.values(endpoints.organizations).map(({ product }) => product),
    async begin() {
      mark = await lastExchange(control);
    },
    exchanges: () => exchangesSince(control, mark),
    close: () => dialer.close(),
  };
}

/** Plays an act and holds what came of it against what was expected. `seen` gets its exchanges. */
export async function playAct(
  act: Act,
  ground: OpenGround,
  { era }: Pick<Telling, 'era'>,
  seen: SeenExchange[],
): Promise<readonly Mismatch[]> {
  await ground.begin();
  for (const step of act.given) {
    await ground.look();
    const mismatch = succeeded(step, await playStep(step, ground), 'given');
    if (mismatch !== undefined) {
      seen.push(...(await ground.exchanges()));
      return [mismatch];
    }
  }
  await ground.begin();
  const chosen = expectedOf(act, era, ground.product);
  const isJudged = chosen.some(({ of }) => of.answer !== undefined);
  let answer: Answer | undefined;
  for (const [index, step] of act.when.entries()) {
    await ground.look();
    answer = await playStep(step, ground);
    // What a step comes to is looked at; only the last may end badly, and only where that is expected.
    const isLast = index === act.when.length - 1;
    const mismatch = isLast && isJudged ? undefined : succeeded(step, answer, 'when');
    if (mismatch !== undefined) {
      seen.push(...(await ground.exchanges()));
      return [mismatch];
    }
  }
  const exchanges = await ground.exchanges();
  seen.push(...exchanges);
  const unmet: Mismatch[] = defectsOf(exchanges, act.line);
  for (const { of, line } of chosen) unmet.push(...(await judge(of, { answer, exchanges }, ground)).map((one) => ({ ...one, line })));
  return unmet;
}

/** Those of the era or product where there are any, else the general ones. */
function expectedOf({ expected }: Act, era: string | null, products: readonly string[]): Act['expected'] {
  const special = expected.filter(({ only }) => only !== null && (only === era || products.includes(only)));
  return special.length > 0 ? special : expected.filter(({ only }) => only === null);
}

function succeeded({ word, line }: Step, { ok, code, text }: Answer, where: 'given' | 'when'): Mismatch | undefined {
  return ok ? undefined : { line, what: `${where} ${word}`, expected: 'success', actual: `${code} ${text}`.trim().slice(0, 4_000) };
}

/** No story expects one. */
function defectsOf(exchanges: readonly SeenExchange[], line: number): Mismatch[] {
  return exchanges
    .filter(({ outcome }) => outcome === 'defect')
    .map(({ service, target, error }) => ({
      line,
      what: 'defect',
      expected: 'none',
      actual: `${service} ${target}: ${error?.message ?? ''}`,
    }));
}

/** Every trace in which something did not end well, the first ones; of a lab that has gone nothing is known. */
async function explain(lab: LabDoor, seen: readonly SeenExchange[]): Promise<readonly string[]> {
  const refused = seen.filter(
    ({ outcome, verdict }) => outcome !== 'answered' || verdict?.checks.some((check) => check.outcome === 'failed'),
  );
  const control = openControl(lab, AbortSignal.timeout(closingMs));
  const told: string[] = [];
  try {
    for (const traceId of [...new Set(refused.map((one) => one.traceId))].slice(0, mostExplanations))
      told.push(explanationText(await control.explain(traceId), false));
  } catch (error) {
    told.push(`nothing can be explained: ${error instanceof Error ? error.message : String(error)}`);
  }
  return told;
}
