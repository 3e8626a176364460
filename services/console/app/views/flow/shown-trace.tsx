import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { Explanation, Trace } from '../../answers.ts';
import { ShownError } from '../../parts/shown-error.tsx';
import { go, linkTo } from '../../store.ts';
import { numbersOf } from './article-numbers.ts';
import { AskedHop } from './asked-hop.tsx';
import { Diagram } from './diagram.tsx';
import { exportKinds, exportTrace } from './exports.ts';
import { useTrace } from './loaded-trace.ts';
import { exchangeOf } from './steps.ts';
import { traces } from './trace-list.ts';

/** A trace with its diagram, and the hop that the address names. */
export function ShownTrace({ id, span, tab }: { readonly id: string; readonly span: string; readonly tab: string }): VNode {
  const loaded = useTrace(id).value;
  const place = useRef<HTMLDivElement>(null);
  if (loaded === undefined) return <p role="status">Reading the trace …</p>;
  if (typeof loaded === 'string') return <ShownError error={loaded} />;
  const { trace, explanation } = loaded;
  const exchange = span === '' ? undefined : exchangeOf(trace, span);
  return (
    <>
      <Head trace={trace} explanation={explanation} svg={() => place.current?.querySelector('svg') ?? undefined} />
      <div class="flow-parts" ref={place}>
        <div>
          <Diagram
            trace={trace}
            chosen={span}
            numberOf={numbersOf(explanation.flows)}
            linkOf={(step) => linkTo('flow', trace.traceId, step.exchange.spanId, step.isAnswer ? 'answer' : 'request')}
          />
          {explanation.flows.map(({ title }) => (
            <p key={title} class="hint">
              The numbers are those of {title}, as <a href={linkTo('step', trace.traceId)}>Step</a> has it.
            </p>
          ))}
        </div>
        {exchange !== undefined && (
          <AskedHop
            key={exchange.spanId}
            exchange={exchange}
            tab={tab}
            onTab={(next) => go(['flow', id, span, next], { replace: true })}
            onClose={() => go(['flow', id])}
          />
        )}
      </div>
    </>
  );
}

interface HeadProps {
  readonly trace: Trace;
  readonly explanation: Explanation;
  readonly svg: () => SVGSVGElement | undefined;
}

function Head({ trace, explanation: { summary, remedy }, svg }: HeadProps): VNode {
  const error = useSignal<string | undefined>(undefined);
  const id = trace.traceId;
  const save = async (kind: string): Promise<void> => {
    try {
      await exportTrace(id, kind, svg());
      error.value = undefined;
    } catch (failed) {
      error.value = (failed as Error).message;
    }
  };
  return (
    <header class="trace-head">
      <p class={remedy === null ? 'summary' : 'summary bad'}>{summary}</p>
      {remedy !== null && <p class="remedy">{remedy}</p>}
      <div class="trace-tools">
        <code title={id}>{id.slice(0, 12)}</code>
        <fieldset class="exports">
          <legend class="only-heard">Export</legend>
          {exportKinds.map((kind) => (
            <button key={kind} type="button" onClick={() => void save(kind)}>
              {kind}
            </button>
          ))}
        </fieldset>
        <label class="beside-choice">
          Beside{' '}
          <select
            value=""
            onChange={(event) => {
              if (event.currentTarget.value !== '') go(['flow', id, 'beside', event.currentTarget.value]);
            }}
          >
            <option value="">another trace …</option>
            {traces.value
              .filter((one) => one.traceId !== id && one.exchanges > 1)
              .slice(0, 50)
              .map((one) => (
                <option key={one.traceId} value={one.traceId}>
                  {one.operation ?? one.target} {one.caller ?? ''} {one.traceId.slice(0, 6)}
                </option>
              ))}
          </select>
        </label>
      </div>
      <ShownError error={error.value} />
    </header>
  );
}
