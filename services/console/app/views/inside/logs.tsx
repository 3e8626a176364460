import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useLoaded, useOrganizations } from '../../load.ts';
import { CodeBlock } from '../../parts/code-block.tsx';
import { ShownError } from '../../parts/shown-error.tsx';
import { useChosen } from './lines.tsx';

const kinds = ['iis', 'httpproxy', 'smtp-receive', 'smtp-send', 'smtp-tls', 'hcw'];
const mostLines = 500;

/** A log as the servers of an organization write it, narrowed by a text. */
export function Logs(): VNode {
  const [at, choice] = useChosen(useOrganizations().filter(({ kind }) => kind !== 'cloud'));
  const [kind, setKind] = useState('iis');
  const [contains, setContains] = useState('');
  const query = new URLSearchParams({ org: at?.name ?? '', contains, limit: String(mostLines) });
  const { value, error, again } = useLoaded<{ readonly head: string; readonly lines: readonly string[]; readonly total: number }>(
    at === undefined ? null : `/v1/logs/${kind}?${query.toString()}`,
  );
  return (
    <section aria-label="Log">
      <div class="week-bar">
        {choice}
        <label>
          Log{' '}
          <select value={kind} onChange={({ currentTarget }) => setKind(currentTarget.value)}>
            {kinds.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
        <label>
          Contains <input type="search" value={contains} onInput={({ currentTarget }) => setContains(currentTarget.value)} />
        </label>
        <button type="button" onClick={() => void again()}>
          Again
        </button>
      </div>
      <ShownError error={error} />
      {value !== undefined && (
        <>
          <p class="hint" role="status">
            {value.total === 0 ? 'No line.' : `${value.lines.length} of ${value.total} lines, the newest last.`}
          </p>
          <CodeBlock label="Lines" text={`${value.head}${value.lines.join('\n')}`} />
        </>
      )}
    </section>
  );
}
