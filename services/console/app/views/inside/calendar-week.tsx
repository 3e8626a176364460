import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { clock, worldNow } from '../../clock.ts';
import { useLoaded } from '../../load.ts';
import { Badge } from '../../parts/badge.tsx';
import { ShownError } from '../../parts/shown-error.tsx';
import type { Appointment } from './answers.ts';

const dayMs = 86_400_000;
const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** Monday 00:00 UTC of the week that a moment lies in; the first of January 1970 was a Thursday. */
function mondayOf(ms: number): number {
  const day = Math.floor(ms / dayMs);
  return (day - ((day + 3) % 7)) * dayMs;
}

/** A week of a calendar, in UTC, at first the one that the world is in. */
export function CalendarWeek({ mailbox }: { readonly mailbox: string }): VNode {
  const now = clock.value;
  const [weeks, setWeeks] = useState(0);
  const monday = now === undefined ? undefined : mondayOf(worldNow(now)) + weeks * 7 * dayMs;
  const path =
    monday === undefined ? null : `/v1/mailboxes/${encodeURIComponent(mailbox)}/calendar?from=${new Date(monday).toISOString()}&days=7`;
  const { value, error } = useLoaded<{ readonly appointments: readonly Appointment[] }>(path);
  if (monday === undefined) return <p role="status">Loading …</p>;
  return (
    <section aria-label="Calendar week">
      <div class="week-bar">
        <button type="button" onClick={() => setWeeks(weeks - 1)}>
          Week before
        </button>
        <h2>Week of {new Date(monday).toISOString().slice(0, 10)}</h2>
        <button type="button" onClick={() => setWeeks(weeks + 1)}>
          Week after
        </button>
      </div>
      <ShownError error={error} />
      <div class="week">
        {dayNames.map((name, index) => (
          <Day key={name} name={name} start={monday + index * dayMs} appointments={value?.appointments ?? []} />
        ))}
      </div>
    </section>
  );
}

interface DayProps {
  readonly name: string;
  readonly start: number;
  readonly appointments: readonly Appointment[];
}

function Day({ name, start, appointments }: DayProps): VNode {
  const own = appointments.filter((one) => Date.parse(one.start) < start + dayMs && Date.parse(one.end) > start);
  return (
    <section class="card" aria-label={name}>
      <h3>
        {name.slice(0, 3)} {new Date(start).getUTCDate()}
      </h3>
      {own.length === 0 && <p class="hint">Nothing</p>}
      <ul>
        {own.map((one) => (
          <li key={`${one.id} ${one.start}`}>
            <span class="mono">
              {one.start.slice(11, 16)}–{one.end.slice(11, 16)}
            </span>
            <br />
            {one.subject}
            {one.location !== '' && <span class="hint"> {one.location}</span>}
            <br />
            <Badge tone={one.status === 'Free' ? 'plain' : 'calm'}>{one.status}</Badge> {one.recurring && <Badge>series</Badge>}
          </li>
        ))}
      </ul>
    </section>
  );
}
