import { misconfigurations } from '../shared/faults/misconfigurations/index.ts';
import { present } from '../shared/kernel/assert.ts';
import { machineNow } from '../shared/kernel/machine-clock.ts';
import { didYouMean } from '../shared/kernel/nearest.ts';
import { oneAtATime } from '../shared/kernel/one-at-a-time.ts';
import { seededRandom } from '../shared/kernel/random.ts';
import { Refusal } from '../shared/kernel/refusal.ts';
import type { Mismatch } from '../shared/scenario/outcome.ts';
import type { Step, Story } from '../shared/scenario/story.ts';
import type { AdminContext } from './admin/context.ts';
import type { LabRefusalCode, LabScore, LabState, LabsControl, LabView } from './admin/labs-control.ts';
import { type BlindStory, blindLab, blindStories } from './blind-exercise.ts';
import { collectStories } from './runner/collect.ts';
import { beginExercise, checkExercise, type ExerciseRoom, isAccepted, solveExercise } from './runner/exercise.ts';

/** An exercise as it is told, whatever it comes from. */
export interface Exercise {
  readonly id: string;
  readonly story: Story;
  readonly about: NonNullable<Story['lab']>;
  /** The id of what is broken, in a blind one. */
  readonly cause: string | null;
}

/** The one that runs. */
interface Run {
  readonly exercise: Exercise;
  readonly startedMs: number;
  hints: number;
  checks: number;
  wrong: number;
  isNamed: boolean;
  isMended: boolean;
  endedMs: number | null;
}

/**
 * The exercises of a lab, played through its own control port as `coexist run` would. Which one runs is known to this process alone: a
 * restart ends it.
 */
export function exercisesOf(
  own: Pick<AdminContext, 'info' | 'endpoints' | 'topology' | 'reset'>,
  patience: ExerciseRoom['patience'],
): LabsControl {
  const turn = oneAtATime();
  const { guided, blind } = storiesOf(own.info.world);
  const solved = new Set<string>();
  let run: Run | undefined;
  const room = (): ExerciseRoom => ({ lab: own.endpoints(), patience });
  const running = (id: string): Run => {
    if (run?.exercise.id !== id) throw refusal('LabNotRunning', `${id} does not run; start it first`);
    return run;
  };
  const view = (id: string): LabView => {
    const now = run?.exercise.id === id ? run : undefined;
    return viewOf(now?.exercise ?? exercise(guided, id, blind), now, solved.has(id) ? 'solved' : 'new');
  };
  const settle = (now: Run): void => {
    if (!now.isMended || !now.isNamed || now.endedMs !== null) return;
    now.endedMs = machineNow();
    solved.add(now.exercise.id);
  };
  const notHidden = (id: string): Exercise => {
    const one = run?.exercise.id === id ? run.exercise : exercise(guided, id, blind);
    if (id === blindLab.id && run?.endedMs == null) throw refusal('StillHidden', 'what is broken is told when it is solved');
    return one;
  };

  return {
    list: async () =>
      [...guided.map(({ id }) => id), ...(blind.length === 0 ? [] : [blindLab.id])].map((id) => {
        const { title, blind: isBlind, state } = view(id);
        return { id, title, blind: isBlind, state };
      }),
    view: async (id) => view(id),
    async presented(id) {
      const { story, about } = notHidden(id);
      const { notes, hints, questions } = about;
      return { ...view(id), notes, allHints: hints, answers: questions, solution: (story.acts.at(-1)?.given ?? []).map(stepLine) };
    },
    start: (id, seed = String(machineNow())) =>
      turn(async () => {
        const one = id === blindLab.id ? chosen(blind, seed) : exercise(guided, id, blind);
        run = undefined;
        prepared(id, await beginExercise(one.story, room(), one.cause !== null));
        solved.delete(id);
        const counts = { hints: 0, checks: 0, wrong: 0, isNamed: one.cause === null, isMended: false };
        run = { exercise: one, startedMs: machineNow(), ...counts, endedMs: null };
        return view(id);
      }),
    check: (id, answers) =>
      turn(async () => {
        const now = running(id);
        const { story, about, cause } = now.exercise;
        now.checks += 1;
        const unmet = await checkExercise(story, room());
        const judged = about.questions.map((question, index) => {
          const right = isAccepted(question, answers[index] ?? '');
          return { right, because: right ? question.because : null };
        });
        const passed = unmet.length === 0 && judged.every(({ right }) => right);
        now.isMended = passed;
        settle(now);
        return { passed, unmet: unmet.map((one) => toldOf(one, cause !== null)), answers: judged, lab: view(id) };
      }),
    async hint(id) {
      const now = running(id);
      now.hints = Math.min(now.hints + 1, now.exercise.about.hints.length);
      return view(id);
    },
    answer: (id, cause) =>
      turn(async () => {
        const now = running(id);
        if (now.exercise.cause === null) throw refusal('NotBlind', `${id} is no blind exercise`);
        const named = misconfigurations.find((one) => one.id === cause);
        const known = misconfigurations.map((one) => one.id);
        if (named === undefined)
          throw refusal('UnknownCause', `there is no misconfiguration ${JSON.stringify(cause)}${didYouMean(cause, known)}`);
        const right = cause === now.exercise.cause;
        if (right) {
          now.isNamed = true;
          await (await own.topology()).reveal();
          settle(now);
        } else if (!now.isNamed) now.wrong += 1;
        return { right, title: right ? named.title : null, remedy: right ? named.remedy : null, lab: view(id) };
      }),
    solve: (id) =>
      turn(async () => {
        const now = running(id);
        if (now.exercise.cause !== null && !now.isNamed) throw refusal('StillHidden', 'name what is broken first');
        prepared(id, await solveExercise(now.exercise.story, room()));
        return view(id);
      }),
    reset: (id) =>
      turn(async () => {
        running(id);
        await own.reset('seed');
        run = undefined;
        return view(id);
      }),
  };
}

function storiesOf(world: string): { readonly guided: readonly Exercise[]; readonly blind: readonly BlindStory[] } {
  const fitting = collectStories([], import.meta.dirname).filter((story) => 'name' in story.world && story.world.name === world);
  const guided = fitting.flatMap((story) =>
    story.lab === null ? [] : [{ id: present(story.id.split('/').at(-1), 'a name'), story, about: story.lab, cause: null }],
  );
  return { guided, blind: blindStories(fitting) };
}

function exercise(guided: readonly Exercise[], id: string, blind: readonly BlindStory[]): Exercise {
  const [first] = blind;
  // What it is about is the same whatever is broken; only its story is told when it runs.
  if (id === blindLab.id && first !== undefined) return { id, story: first.story, about: blindLab.about, cause: first.cause };
  const one = guided.find((each) => each.id === id);
  if (one !== undefined) return one;
  throw refusal('UnknownLab', `there is no lab ${JSON.stringify(id)}${didYouMean(id, [...guided.map((each) => each.id), blindLab.id])}`);
}

function chosen(blind: readonly BlindStory[], seed: string): Exercise {
  const one = blind[Math.floor(seededRandom(`blind ${seed}`).next() * blind.length)];
  if (one === undefined) throw refusal('NothingToBreak', 'this world has no blind exercises');
  return { id: blindLab.id, story: one.story, about: { ...blindLab.about, story: one.complaint, hints: one.hints }, cause: one.cause };
}

function viewOf({ id, about, cause }: Exercise, now: Run | undefined, before: LabState): LabView {
  const seconds = now === undefined ? null : Math.floor(((now.endedMs ?? machineNow()) - now.startedMs) / 1_000);
  return {
    ...{ id, title: about.title, blind: cause !== null },
    state: now === undefined ? before : now.endedMs === null ? 'running' : 'solved',
    ...{ story: about.story, task: about.task, hints: about.hints.slice(0, now?.hints ?? 0) },
    hintsLeft: about.hints.length - (now?.hints ?? 0),
    questions: about.questions.map(({ ask }) => ask),
    ...{ checks: now?.checks ?? 0, seconds, score: cause === null || now === undefined ? null : scoreOf(now, seconds ?? 0) },
  };
}

function scoreOf({ hints: shown, wrong, isNamed, isMended, endedMs }: Run, seconds: number): LabScore {
  const cause = isNamed ? Math.max(0, 50 - 10 * wrong) : 0;
  const fix = isMended ? 30 : 0;
  const time = endedMs === null ? 0 : Math.max(0, 20 - Math.floor(seconds / 120));
  const hints = -5 * shown;
  return { cause, fix, time, hints, total: Math.max(0, cause + fix + time + hints) };
}

/** What an answer says may be what is broken. */
function toldOf({ what, expected, actual }: Mismatch, isBlind: boolean): { what: string; expected: string; actual: string } {
  return isBlind ? { what: 'the complaint', expected: 'it works again', actual: 'it does not' } : { what, expected, actual };
}

function prepared(id: string, [mismatch]: readonly Mismatch[]): void {
  if (mismatch !== undefined) throw refusal('LabNotPrepared', `${id}: ${mismatch.what}: ${mismatch.actual}`);
}

/** A step of a solution as people read it. */
function stepLine(step: Step): string {
  if (step.word === 'cmdlet') return `[PS] ${step.of.at}> ${step.of.line}`;
  if (step.word === 'fix') return `coexist topology fix ${step.of}`;
  return `${step.word}: ${typeof step.of === 'string' ? step.of : JSON.stringify(step.of)}`;
}

function refusal(code: LabRefusalCode, detail: string): Refusal<LabRefusalCode> {
  return new Refusal(code, { detail });
}
