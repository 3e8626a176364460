import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { Badge } from '../../parts/badge.tsx';
import { ShownError } from '../../parts/shown-error.tsx';
import { linkTo, route } from '../../store.ts';
import '../flow/flow.css';
import type { Released } from './answers.ts';
import { Breakpoints } from './breakpoints.tsx';
import { followHeld, held, past, problem } from './held.ts';
import { ShownHeldHop } from './held-hop.tsx';
import './step.css';
import { Watched } from './watched.tsx';

/** `#/step`, `#/step/<trace>/<span>`: breakpoints, what waits at them, and the trace that is watched. */
export function View(): VNode {
  useEffect(followHeld, []);
  const [, named = '', span = ''] = route.value;
  // Without a word in the address: the trace of what waits, else of what waited last.
  const trace = named !== '' ? named : (held.value[0]?.traceId ?? past.value[0]?.traceId ?? '');
  return (
    <div class="step">
      <div class="step-side">
        <Breakpoints />
        <Past />
      </div>
      <div class="step-main">
        <ShownError error={problem.value} />
        <p class="hint" role="status">
          {held.value.length === 0
            ? 'No hop waits. Set a breakpoint, then ask from a client or tell a story in Do.'
            : `${held.value.length === 1 ? 'A hop waits' : `${held.value.length} hops wait`}: world time stands, and so do the time-outs of the lab.`}
        </p>
        {held.value.map((hop) => (
          <ShownHeldHop key={hop.id} hop={hop} />
        ))}
        {trace !== '' && <Watched key={trace} id={trace} span={span} />}
      </div>
    </div>
  );
}

const hows: Readonly<Record<string, string>> = {
  continue: 'went on',
  abort: 'was aborted',
  limit: 'went on: it has waited for long enough',
  ended: 'went on: breakpoints were cleared',
};

function Past(): VNode | null {
  if (past.value.length === 0) return null;
  return (
    <section class="card past" aria-label="What became of held hops">
      <h2>Before</h2>
      <ul>
        {past.value.map((one) => (
          <li key={one.id}>
            {one.traceId === null ? one.target : <a href={linkTo('step', one.traceId, one.spanId)}>{one.target}</a>}{' '}
            {one.how === undefined ? <Badge tone="bad">client gave up</Badge> : (hows[one.how] ?? one.how)}
            <Edit edit={one.edit} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Edit({ edit }: { readonly edit: Released['edit'] }): VNode | null {
  if (edit === undefined || edit === null) return null;
  const lines = [
    ...Object.entries(edit.claims?.set ?? {}).map(([name, value]) => `${name} = ${JSON.stringify(value)}`),
    ...(edit.claims?.remove ?? []).map((name) => `without ${name}`),
    ...(edit.headers?.set ?? []),
    ...(edit.headers?.remove ?? []).map((name) => `without ${name}`),
    ...(edit.text === undefined ? [] : [`${edit.text.find} → ${edit.text.replace}`]),
    ...(edit.reply === undefined ? [] : [`${edit.reply.code} ${edit.reply.text}`]),
  ];
  return (
    <ul class="changes">
      {lines.map((line) => (
        <li key={line}>
          <code>{line}</code>
        </li>
      ))}
    </ul>
  );
}
