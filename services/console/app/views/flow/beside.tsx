import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { call } from '../../api.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { ShownError } from '../../parts/shown-error.tsx';
import { linkTo } from '../../store.ts';
import { numbersOf } from './article-numbers.ts';
import { AskedHop } from './asked-hop.tsx';
import { Diagram } from './diagram.tsx';
import { useTrace } from './loaded-trace.ts';
import { exchangeOf } from './steps.ts';

interface Difference {
  readonly hop: string;
  readonly part: string;
  readonly a: string | null;
  readonly b: string | null;
}

/** Two traces of one question in two panes, DAuth and OAuth say, and where they part. */
export function Beside({ one, other }: { readonly one: string; readonly other: string }): VNode {
  return (
    <>
      <Differences a={one} b={other} />
      <div class="two panes">
        <Pane id={one} />
        <Pane id={other} />
      </div>
    </>
  );
}

function Pane({ id }: { readonly id: string }): VNode {
  const loaded = useTrace(id).value;
  const open = useSignal<{ readonly span: string; readonly tab: string } | undefined>(undefined);
  if (loaded === undefined) return <p role="status">Reading the trace …</p>;
  if (typeof loaded === 'string') return <ShownError error={loaded} />;
  const { trace, explanation } = loaded;
  const exchange = open.value && exchangeOf(trace, open.value.span);
  return (
    <section class="pane" aria-label={`Trace ${id.slice(0, 12)}`}>
      <h2>
        <a href={linkTo('flow', id)}>{id.slice(0, 12)}</a>
      </h2>
      <p>{explanation.summary}</p>
      <Diagram
        trace={trace}
        chosen={open.value?.span ?? ''}
        numberOf={numbersOf(explanation.flows)}
        linkOf={(step) => linkTo('flow', trace.traceId, step.exchange.spanId, step.isAnswer ? 'answer' : 'request')}
        onOpen={(step) => {
          open.value = { span: step.exchange.spanId, tab: step.isAnswer ? 'answer' : 'request' };
        }}
      />
      {open.value !== undefined && exchange !== undefined && (
        <Dialog
          title="Hop"
          onClose={() => {
            open.value = undefined;
          }}
        >
          <AskedHop
            exchange={exchange}
            tab={open.value.tab}
            onTab={(tab) => {
              if (open.value !== undefined) open.value = { ...open.value, tab };
            }}
          />
        </Dialog>
      )}
    </section>
  );
}

const mostShown = 20;

function Differences({ a, b }: { readonly a: string; readonly b: string }): VNode {
  const found = useSignal<readonly Difference[] | string>([]);
  useEffect(() => {
    call<{ differences: readonly Difference[] }>('POST', '/v1/traces/diff', { a, b }).then(
      ({ differences }) => {
        found.value = differences;
      },
      (error: Error) => {
        found.value = error.message;
      },
    );
  }, [a, b, found]);
  if (typeof found.value === 'string') return <ShownError error={found.value} />;
  return (
    <details class="card">
      <summary>Where they part: {found.value.length} differences</summary>
      <ul class="differences">
        {found.value.slice(0, mostShown).map(({ hop, part, a: left, b: right }, index) => (
          <li key={`${index} ${hop}`}>
            <code>
              {hop} {part}
            </code>
            : {left ?? 'nothing'} | {right ?? 'nothing'}
          </li>
        ))}
      </ul>
    </details>
  );
}
