import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { call } from '../../api.ts';
import { type ClockAnswer, clock, heardClock, timeText, worldNow } from '../../clock.ts';
import { useDoing, useLoaded } from '../../load.ts';
import { Badge } from '../../parts/badge.tsx';
import { ShownError } from '../../parts/shown-error.tsx';
import { type Lifetime, useLifetimes } from './lifetimes.ts';

const dayMs = 86_400_000;
const farthestDays = 6 * 366;
const leaps: readonly (readonly [name: string, by: string])[] = [
  ['5 minutes', '5m'],
  ['1 hour', '1h'],
  ['1 day', '1d'],
  ['30 days', '30d'],
  ['1 year', '365d'],
];

/** World time: stopped, moved, and dragged past the end of certificates. */
export function Clock(): VNode {
  const doing = useDoing();
  const fired = useSignal<ClockAnswer['fired']>([]);
  const heard = clock.value;
  const change = (method: 'POST' | 'PUT', path: string, body: object): void =>
    doing.run(async () => {
      fired.value = heardClock(await call<ClockAnswer>(method, `/v1/clock/${path}`, body)).fired;
    });
  if (heard === undefined) return <p role="status">Asking for world time …</p>;
  return (
    <div class="clock-part">
      <p class="buttons">
        {heard.mode === 'frozen' ? (
          <button type="button" class="main" disabled={doing.busy.value} onClick={() => change('POST', 'resume', {})}>
            Go on with the machine's time
          </button>
        ) : (
          <button type="button" class="main" disabled={doing.busy.value} onClick={() => change('POST', 'freeze', {})}>
            Freeze
          </button>
        )}
        {leaps.map(([name, by]) => (
          <button key={by} type="button" disabled={doing.busy.value} onClick={() => change('POST', 'advance', { by })}>
            + {name}
          </button>
        ))}
      </p>
      <ShownError error={doing.error.value} />
      <Drag now={worldNow(heard)} busy={doing.busy.value} onGo={(at) => change('POST', 'set', { at: new Date(at).toISOString() })} />
      {fired.value.length > 0 && <p role="status">Timers that fell due: {fired.value.map(({ kind }) => kind).join(', ')}</p>}
      <Skews
        skewMs={heard.skewMs}
        busy={doing.busy.value}
        onSkew={(name, by) => change('PUT', `skew/${encodeURIComponent(name)}`, { by })}
      />
    </div>
  );
}

interface DragProps {
  readonly now: number;
  readonly busy: boolean;
  readonly onGo: (at: number) => void;
}

/** A slider over the next years, with what is valid where it stands. */
function Drag({ now, busy, onGo }: DragProps): VNode {
  const days = useSignal(0);
  const lifetimes = useLifetimes().value;
  const at = now + days.value * dayMs;
  const ends = lifetimes.map(({ notAfter }) => Math.ceil((notAfter - now) / dayMs)).filter((day) => day > 0 && day < farthestDays);
  return (
    <section class="card" aria-label="Drag the clock">
      <h2>Drag the clock</h2>
      <label>
        {days.value === 0 ? 'Now' : `In ${days.value} days`}: <time dateTime={new Date(at).toISOString()}>{timeText(at)}</time>
        <input
          type="range"
          min={0}
          max={farthestDays}
          value={days.value}
          list="ends-of-certificates"
          onInput={(event) => {
            days.value = Number(event.currentTarget.value);
          }}
        />
      </label>
      <p class="hint">
        Certificates of listeners are not among these: TLS judges them by the machine's clock, and no world time ends them.
      </p>
      <datalist id="ends-of-certificates">
        {[...new Set(ends)].map((day) => (
          <option key={day} value={day} />
        ))}
      </datalist>
      <ul class="lifetimes">
        {lifetimes.map((one) => (
          <Life
            key={one.id}
            life={one}
            at={at}
            onChoose={() => {
              days.value = Math.max(0, Math.ceil((one.notAfter - now) / dayMs));
            }}
          />
        ))}
      </ul>
      <button
        type="button"
        class="main"
        disabled={busy || days.value === 0}
        onClick={() => {
          onGo(at);
          days.value = 0;
        }}
      >
        Go there
      </button>
    </section>
  );
}

function Life({ life, at, onChoose }: { readonly life: Lifetime; readonly at: number; readonly onChoose: () => void }): VNode {
  const state = at > life.notAfter ? 'expired' : at < life.notBefore ? 'not yet valid' : 'valid';
  return (
    <li>
      <Badge tone={state === 'valid' ? 'good' : 'bad'}>{state}</Badge> {life.organization}: {life.name}, until{' '}
      {timeText(life.notAfter).slice(0, 10)}{' '}
      <button type="button" class="quiet link" onClick={onChoose}>
        past its end
      </button>
    </li>
  );
}

interface SkewsProps {
  readonly skewMs: Readonly<Record<string, number>>;
  readonly busy: boolean;
  readonly onSkew: (organization: string, by: string) => void;
}

/** How far the clocks of one organization, or of the authentication service, are wrong. */
function Skews({ skewMs, busy, onSkew }: SkewsProps): VNode {
  const { value } = useLoaded<{ organizations: Readonly<Record<string, unknown>> }>('/endpoints');
  const names = [...Object.keys(value?.organizations ?? {}), 'azure-auth'];
  const who = useSignal('azure-auth');
  const by = useSignal('6m');
  return (
    <form
      class="card"
      aria-label="Clock skew"
      onSubmit={(event) => {
        event.preventDefault();
        onSkew(who.value, by.value);
      }}
    >
      <h2>Clocks that are wrong</h2>
      <p class="buttons">
        <label>
          The servers of{' '}
          <select
            value={who.value}
            onChange={(event) => {
              who.value = event.currentTarget.value;
            }}
          >
            {names.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          by{' '}
          <input
            size={8}
            value={by.value}
            onInput={(event) => {
              by.value = event.currentTarget.value;
            }}
          />
        </label>
        <button type="submit" disabled={busy}>
          Set
        </button>
      </p>
      <ul>
        {Object.entries(skewMs)
          .filter(([, ms]) => ms !== 0)
          .map(([name, ms]) => (
            <li key={name}>
              {name}: {ms / 1_000} s
            </li>
          ))}
      </ul>
    </form>
  );
}
