import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { ShownError } from '../../parts/shown-error.tsx';
import { linkTo, route } from '../../store.ts';
import type { ListedLab } from './answers.ts';
import { busy, failure, labs, loadLabs, showLab } from './labs.ts';
import { ShownLab } from './shown-lab.tsx';
import './labs.css';

const tones: Readonly<Record<ListedLab['state'], Tone>> = { new: 'plain', running: 'calm', solved: 'good' };

/** The exercises on the left, the one that the address names on the right. */
export function View(): VNode {
  const id = route.value[1];
  useEffect(() => void loadLabs(), []);
  useEffect(() => {
    if (id !== undefined) void showLab(id);
  }, [id]);
  return (
    <div class={id === undefined ? 'labs' : 'labs chosen'}>
      <nav class="card" aria-label="Exercises">
        <ul>
          {(labs.value ?? []).map((one) => (
            <li key={one.id}>
              <a href={linkTo('labs', one.id)} aria-current={one.id === id ? 'page' : undefined}>
                <span>{one.title}</span>
                <Badge tone={tones[one.state]}>{one.state}</Badge>
              </a>
            </li>
          ))}
        </ul>
        {labs.value?.length === 0 && <p class="hint">No exercise fits this world.</p>}
      </nav>
      <div>
        <ShownError error={failure.value} />
        <p role="status" class="hint">
          {busy.value === undefined ? '' : `${busy.value} …`}
        </p>
        {id === undefined ? <Beginning /> : <ShownLab key={id} id={id} />}
      </div>
    </div>
  );
}

function Beginning(): VNode {
  return (
    <div class="card prose">
      <h2>Exercises</h2>
      <p>
        Each begins with a world put back to its seed, in which something may be wrong. Look around with every other view, with a shell
        (coexist shell) and with clients of your own; mend it; then have it checked. One runs at a time, and time stands still until you
        move it.
      </p>
      <p>Presenter mode shows notes, hints and solutions.</p>
    </div>
  );
}
