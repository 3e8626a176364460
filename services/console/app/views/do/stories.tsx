import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { call } from '../../api.ts';
import { askClock } from '../../clock.ts';
import { useDoing, useLoaded } from '../../load.ts';
import { Badge } from '../../parts/badge.tsx';
import { CodeBlock } from '../../parts/code-block.tsx';
import { ShownError } from '../../parts/shown-error.tsx';
import { go, linkTo, route } from '../../store.ts';
import { Entry, FilteredList } from './filtered-list.tsx';

interface Story {
  readonly id: string;
  readonly area: string;
  readonly name: string;
  readonly teaches: string;
  readonly source: string;
  readonly eras: readonly string[];
  readonly steps: readonly { readonly part: 'given' | 'when'; readonly word: string; readonly of: unknown }[];
}

interface Played {
  readonly id: string;
  readonly status: 'passed' | 'failed';
  readonly mismatches: readonly { readonly line: number; readonly what: string; readonly expected: string; readonly actual: string }[];
  readonly explanations: readonly string[];
  readonly traces: readonly string[];
  readonly durationMs: number;
}

/** What everybody asks for first. */
const first: readonly (readonly [id: string, name: string])[] = [
  ['free-busy/mary-sees-joe', 'Ask free/busy'],
  ['mail/mary-writes-to-joe', 'Send mail'],
  ['moves/mary-moves-to-the-cloud', 'Move a mailbox'],
  ['sign-in/ntlm', 'Sign in'],
];

/** Stories that ship, told in this lab with one click. */
export function Stories(): VNode {
  const { value, error } = useLoaded<{ scenarios: readonly Story[] }>('/v1/scenarios');
  const played = useSignal<Played | undefined>(undefined);
  const doing = useDoing();
  const stories = value?.scenarios ?? [];
  const id = route.value[2] ?? '';
  const story = stories.find((one) => one.id === id);
  const tell = (which: string, era?: string): void => {
    go(['do', 'stories', which]);
    played.value = undefined;
    doing.run(async () => {
      played.value = await call<Played>('POST', `/v1/scenarios/${encodeURIComponent(which)}/run`, era === undefined ? {} : { era });
      await askClock();
    });
  };
  return (
    <>
      <div class="first">
        {first.map(([which, name]) => (
          <button
            key={which}
            type="button"
            class="main"
            disabled={doing.busy.value || !stories.some((one) => one.id === which)}
            onClick={() => tell(which)}
          >
            {name}
          </button>
        ))}
      </div>
      <p class="hint">
        A story begins with the seeded world at its own time: what was changed in the lab is put back, and the clock stands still after it.
      </p>
      <ShownError error={error ?? doing.error.value} />
      <div class="do-columns">
        <FilteredList label="Stories">
          {(asked) => {
            const shown = stories.filter((one) => `${one.id} ${one.name}`.toLowerCase().includes(asked));
            return [...Map.groupBy(shown, ({ area }) => area)].map(([area, some]) => (
              <details key={area} open={asked !== '' || area === story?.area}>
                <summary>
                  {area} ({some.length})
                </summary>
                <ul>
                  {some.map((one) => (
                    <Entry key={one.id} to={['do', 'stories', one.id]} isChosen={one.id === id} name={one.name} />
                  ))}
                </ul>
              </details>
            ));
          }}
        </FilteredList>
        <section class="do-detail" aria-label="Story">
          {story === undefined ? <p class="hint">Choose a story.</p> : <ShownStory story={story} busy={doing.busy.value} onTell={tell} />}
          <div role="status">{doing.busy.value && <p>The story is being told; Flow shows its hops as they happen.</p>}</div>
          {played.value !== undefined && <Ending played={played.value} />}
        </section>
      </div>
    </>
  );
}

interface ShownStoryProps {
  readonly story: Story;
  readonly busy: boolean;
  readonly onTell: (id: string, era?: string) => void;
}

function ShownStory({ story, busy, onTell }: ShownStoryProps): VNode {
  const { id, name, teaches, source, eras, steps } = story;
  return (
    <article>
      <h2>{name}</h2>
      <p>{teaches}</p>
      <p class="hint">{source}</p>
      <p class="buttons">
        {(eras.length === 0 ? [undefined] : eras).map((era) => (
          <button key={era ?? ''} type="button" class="main" disabled={busy} onClick={() => onTell(id, era)}>
            {era === undefined ? 'Tell it' : `Tell it in ${era}`}
          </button>
        ))}
      </p>
      <ol class="steps">
        {steps.map(({ part, word, of }, index) => (
          <li key={`${index} ${word}`}>
            <Badge tone={part === 'when' ? 'calm' : 'plain'}>{part}</Badge> <strong>{word}</strong>{' '}
            <code>{typeof of === 'string' ? of : JSON.stringify(of)}</code>
          </li>
        ))}
      </ol>
    </article>
  );
}

function Ending({ played: { id, status, mismatches, explanations, traces, durationMs } }: { readonly played: Played }): VNode {
  return (
    <section class="card ending" aria-label="How it ended">
      <p>
        <Badge tone={status === 'passed' ? 'good' : 'bad'}>{status}</Badge> {id} in {(durationMs / 1_000).toFixed(1)} s
      </p>
      {mismatches.map(({ line, what, expected, actual }) => (
        <p key={`${line} ${what}`} class="error">
          line {line}, {what}: expected {expected}, got {actual}
        </p>
      ))}
      {explanations.map((text, index) => (
        <CodeBlock key={String(index)} label="Explanation" text={text} />
      ))}
      <ul>
        {traces.map((trace) => (
          <li key={trace}>
            <a href={linkTo('flow', trace)}>Trace {trace.slice(0, 12)} in Flow</a>
          </li>
        ))}
      </ul>
    </section>
  );
}
