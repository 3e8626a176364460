import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { type Match, seams } from './answers.ts';
import { breakpoints, removeBreakpoint, stopAt } from './held.ts';

const words: readonly { readonly key: keyof Match; readonly name: string; readonly example: string }[] = [
  { key: 'svc', name: 'Service', example: 'ews, autodiscover, azure-auth' },
  { key: 'org', name: 'Organization', example: 'contoso-cloud' },
  { key: 'op', name: 'Operation', example: 'GetUserAvailability' },
];

/** Where hops wait: what stands, and a new one. */
export function Breakpoints(): VNode {
  const seam = useSignal('http.request');
  const match = useSignal<Match>({});
  const hint = seams.find(({ id }) => id === seam.value)?.hint;
  const add = async (event: Event): Promise<void> => {
    event.preventDefault();
    const given = Object.fromEntries(Object.entries(match.value).filter(([, text]) => text.trim() !== ''));
    if (await stopAt(seam.value, given)) match.value = {};
  };
  return (
    <section class="card breakpoints" aria-label="Breakpoints">
      <h2>Breakpoints</h2>
      {breakpoints.value.length === 0 && <p class="hint">Nothing is held. Stop where:</p>}
      <ul>
        {breakpoints.value.map(({ id, seam: at, match: what, stopped }) => (
          <li key={id}>
            <span class="what">
              <strong>{seams.find((one) => one.id === at)?.name ?? at}</strong>
              <code>
                {Object.entries(what)
                  .map(([key, text]) => `${key}=${text}`)
                  .join(' ') || 'any'}
              </code>
              <small>
                {id}, stopped {stopped}
              </small>
            </span>
            <button type="button" class="quiet" aria-label={`Remove ${id}`} onClick={() => void removeBreakpoint(id)}>
              ✕
            </button>
          </li>
        ))}
      </ul>
      <form onSubmit={(event) => void add(event)}>
        <label>
          Stop when
          <select
            value={seam.value}
            onChange={(event) => {
              seam.value = event.currentTarget.value;
            }}
          >
            {seams.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {words.map(({ key, name, example }) => (
          <label key={key}>
            {name}
            <input
              value={match.value[key] ?? ''}
              placeholder={example}
              onInput={(event) => {
                match.value = { ...match.value, [key]: event.currentTarget.value };
              }}
            />
          </label>
        ))}
        {hint !== undefined && <p class="hint">{hint}</p>}
        <button type="submit" class="main">
          Stop there
        </button>
      </form>
    </section>
  );
}
