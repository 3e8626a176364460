import { useComputed, useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import type { TraceSummary } from '../../answers.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { SeveralProcesses } from '../../parts/several-processes.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { go, linkTo, route } from '../../store.ts';
import { Beside } from './beside.tsx';
import './flow.css';
import { ShownTrace } from './shown-trace.tsx';
import { followTraces, traces } from './trace-list.ts';

const columns: readonly Column<TraceSummary>[] = [
  { id: 'what', name: 'Request', cell: ({ operation, target }) => <span title={operation ?? target}>{operation ?? target}</span> },
  { id: 'who', name: 'Caller', width: '32%', cell: ({ caller }) => <span title={caller ?? ''}>{caller ?? ''}</span> },
  { id: 'hops', name: 'Hops', width: '3.3rem', cell: ({ exchanges }) => exchanges },
  { id: 'how', name: 'Outcome', width: '5.6rem', cell: ({ outcome }) => <Badge tone={tones[outcome ?? '']}>{outcome ?? 'open'}</Badge> },
];
const tones: Readonly<Record<string, Tone>> = { answered: 'good', refused: 'bad', fault: 'warn', aborted: 'warn', defect: 'bad' };

/** `#/flow`, `#/flow/<trace>/<span>/<tab>`, `#/flow/<trace>/beside/<trace>`. */
export function View(): VNode {
  const [, trace = '', span = '', third = ''] = route.value;
  const beside = span === 'beside' ? third : undefined;
  useEffect(followTraces, []);
  return (
    <div class={`flow${trace === '' ? '' : ' has-trace'}${span === '' ? '' : ' has-part'}`}>
      <List chosen={trace} />
      <section class="flow-main" aria-label="Trace">
        {trace === '' && <p class="hint">Choose a trace, or tell a story in Do. Hops appear as they happen.</p>}
        {trace !== '' && (
          <a class="back" href={linkTo('flow')}>
            ← All traces
          </a>
        )}
        {trace !== '' && beside !== undefined && <Beside key={`${trace} ${beside}`} one={trace} other={beside} />}
        {trace !== '' && beside === undefined && <ShownTrace key={trace} id={trace} span={span} tab={third} />}
      </section>
    </div>
  );
}

function List({ chosen }: { readonly chosen: string }): VNode {
  const words = useSignal('');
  const onlyRefused = useSignal(false);
  const shown = useComputed(() => {
    const asked = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (asked.length === 0 && !onlyRefused.value) return traces.value;
    return traces.value.filter((one) => {
      if (onlyRefused.value && one.verdict !== 'refused' && (one.outcome === 'answered' || one.outcome === null)) return false;
      const text = [one.operation, one.target, one.caller, one.service, one.code, one.traceId, ...one.organizations]
        .join(' ')
        .toLowerCase();
      return asked.every((word) => text.includes(word));
    });
  });
  return (
    <section class="flow-list" aria-label="Traces">
      <SeveralProcesses>Those of the others are listed when the page is loaded, not as they happen.</SeveralProcesses>
      <div class="flow-filter">
        <input
          type="search"
          aria-label="Filter traces"
          placeholder="Filter: operation, caller, organization …"
          value={words.value}
          onInput={(event) => {
            words.value = event.currentTarget.value;
          }}
        />
        <label>
          <input
            type="checkbox"
            checked={onlyRefused.value}
            onChange={(event) => {
              onlyRefused.value = event.currentTarget.checked;
            }}
          />{' '}
          not well
        </label>
      </div>
      <Table
        label="Traces, the newest first"
        columns={columns}
        rows={shown.value}
        keyOf={(row) => row.traceId}
        chosen={chosen}
        onChoose={(row) => go(['flow', row.traceId])}
        empty={traces.value.length === 0 ? 'Nothing was asked yet.' : 'None passes the filter.'}
      />
      <p class="hint count" role="status">
        {shown.value.length === traces.value.length ? `${traces.value.length} traces` : `${shown.value.length} of ${traces.value.length}`}
      </p>
    </section>
  );
}
