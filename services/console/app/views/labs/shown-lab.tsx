import { signal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { call } from '../../api.ts';
import { presenter } from '../../store.ts';
import type { Checked, Lab } from './answers.ts';
import { act, busy, check, checked, lab, nameCause, named } from './labs.ts';
import { PresenterNotes } from './presenter-notes.tsx';

/** One exercise: story and task, what can be done, and what came of it. */
export function ShownLab({ id }: { readonly id: string }): VNode | null {
  const [answers, setAnswers] = useState<readonly string[]>([]);
  const now = lab.value;
  if (now === undefined || now.id !== id) return null;
  const isRunning = now.seconds !== null;
  return (
    <article class="card">
      <h2>{now.title}</h2>
      <div class="prose">
        <section aria-label="Story">
          <p>{now.story}</p>
        </section>
        <section aria-label="Task">
          <h3>Task</h3>
          <p>{now.task}</p>
        </section>
      </div>
      <Actions id={id} now={now} answers={answers} />
      {now.hints.length > 0 && (
        <section aria-label="Hints">
          <h3>Hints</h3>
          <ol>
            {now.hints.map((hint) => (
              <li key={hint}>{hint}</li>
            ))}
          </ol>
        </section>
      )}
      {isRunning && now.questions.length > 0 && <Questions now={now} answers={answers} onAnswer={setAnswers} />}
      {isRunning && now.blind && <Cause id={id} />}
      {checked.value !== undefined && <Verdict of={checked.value} />}
      {now.score !== null && <Score now={now} />}
      {presenter.value && <PresenterNotes key={`${id} ${now.state}`} id={id} />}
    </article>
  );
}

function Actions({ id, now, answers }: { readonly id: string; readonly now: Lab; readonly answers: readonly string[] }): VNode {
  const isRunning = now.seconds !== null;
  const isBusy = busy.value !== undefined;
  return (
    <div class="actions">
      <button type="button" class={isRunning ? undefined : 'main'} disabled={isBusy} onClick={() => void act(id, 'start')}>
        {isRunning ? 'Start anew' : 'Start'}
      </button>
      {isRunning && (
        <>
          <button type="button" class="main" disabled={isBusy} onClick={() => void check(id, answers)}>
            Check
          </button>
          <button type="button" disabled={isBusy || now.hintsLeft === 0} onClick={() => void act(id, 'hint')}>
            Hint ({now.hintsLeft} left)
          </button>
          <button type="button" disabled={isBusy} onClick={() => void act(id, 'reset')}>
            End and put the world back
          </button>
        </>
      )}
      {isRunning && presenter.value && (
        <button type="button" class="danger" disabled={isBusy} onClick={() => void act(id, 'solve')}>
          Do the solution
        </button>
      )}
    </div>
  );
}

interface QuestionsProps {
  readonly now: Lab;
  readonly answers: readonly string[];
  readonly onAnswer: (answers: readonly string[]) => void;
}

function Questions({ now, answers, onAnswer }: QuestionsProps): VNode {
  const judged = checked.value?.answers ?? [];
  return (
    <section aria-label="Questions">
      <h3>Questions</h3>
      <ol>
        {now.questions.map((ask, index) => {
          const verdict = judged[index];
          return (
            <li key={ask} class="question">
              <label>
                {ask}
                <br />
                <input
                  value={answers[index] ?? ''}
                  autocomplete="off"
                  onInput={({ currentTarget: { value } }) =>
                    onAnswer(now.questions.map((_, each) => (each === index ? value : (answers[each] ?? ''))))
                  }
                />
              </label>
              {verdict !== undefined && (
                <p class={verdict.right ? undefined : 'hint'}>
                  {verdict.right ? `Right. ${verdict.because ?? ''}` : 'Not that. Look again.'}
                </p>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

interface Misconfiguration {
  readonly id: string;
  readonly title: string;
}
const catalogue = signal<readonly Misconfiguration[]>([]);

/** In a blind exercise: what is it? */
function Cause({ id }: { readonly id: string }): VNode {
  const [cause, setCause] = useState('');
  useEffect(() => {
    void call<{ misconfigurations: readonly Misconfiguration[] }>('GET', '/v1/topology').then(({ misconfigurations }) => {
      catalogue.value = misconfigurations;
    });
  }, []);
  const told = named.value;
  return (
    <section aria-label="Cause" class="cause">
      <h3>What is it?</h3>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void nameCause(id, cause);
        }}
      >
        <label>
          The id of what is broken
          <br />
          <input list="causes" value={cause} autocomplete="off" onInput={({ currentTarget: { value } }) => setCause(value)} />
        </label>
        <button type="submit" disabled={cause === '' || busy.value !== undefined}>
          Name it
        </button>
        <datalist id="causes">
          {catalogue.value.map((one) => (
            <option key={one.id} value={one.id}>
              {one.title}
            </option>
          ))}
        </datalist>
      </form>
      {told !== undefined && (
        <div role="status" class={told.right ? 'verdict passed' : 'verdict'}>
          <p>{told.right ? `That is it: ${told.title ?? ''}. ${told.remedy ?? ''}` : 'That is not it.'}</p>
        </div>
      )}
    </section>
  );
}

function Verdict({ of }: { readonly of: Checked }): VNode {
  return (
    <div role="status" class={of.passed ? 'verdict passed' : 'verdict'}>
      <p>
        <strong>{of.passed ? 'Solved.' : 'Not solved yet.'}</strong>
      </p>
      {of.unmet.map(({ what, expected, actual }) => (
        <p key={`${what} ${expected}`}>
          {what}: expected {expected}; it is {actual}
        </p>
      ))}
      {!of.passed && of.unmet.length === 0 && <p>The world is as it should be; not every answer is right.</p>}
    </div>
  );
}

function Score({ now: { score, seconds } }: { readonly now: Lab }): VNode | null {
  if (score === null) return null;
  const rows = [
    ['Cause', score.cause],
    ['Fix', score.fix],
    ['Time', score.time],
    ['Hints', score.hints],
    ['Together', score.total],
  ] as const;
  return (
    <section aria-label="Score">
      <h3>Score</h3>
      <dl class="score">
        {rows.map(([name, points]) => (
          <>
            <dt>{name}</dt>
            <dd>{points}</dd>
          </>
        ))}
        <dt>Seconds</dt>
        <dd>{seconds ?? 0}</dd>
      </dl>
    </section>
  );
}
