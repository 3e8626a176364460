import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { ShownError } from '../../parts/shown-error.tsx';
import { go, linkTo } from '../../store.ts';
import { numbersOf } from '../flow/article-numbers.ts';
import { AskedHop } from '../flow/asked-hop.tsx';
import { Diagram } from '../flow/diagram.tsx';
import { useTrace } from '../flow/loaded-trace.ts';
import { exchangeOf } from '../flow/steps.ts';
import { Article } from './article.tsx';

/** The trace of a held hop as far as it has come: its arrows, the steps of the article beside its octets, and what was refused. */
export function Watched({ id, span }: { readonly id: string; readonly span: string }): VNode {
  const loaded = useTrace(id).value;
  const [tab, setTab] = useState('request');
  if (loaded === undefined) return <p role="status">Reading the trace …</p>;
  if (typeof loaded === 'string') return <ShownError error={loaded} />;
  const { trace, explanation } = loaded;
  const exchange = span === '' ? undefined : exchangeOf(trace, span);
  return (
    <section class="watched" aria-label="Trace">
      <p class={explanation.remedy === null ? 'summary' : 'summary bad'}>{explanation.summary}</p>
      {explanation.remedy !== null && <p class="remedy">{explanation.remedy}</p>}
      <div class="watched-parts">
        <div>
          <Diagram
            trace={trace}
            chosen={span}
            numberOf={numbersOf(explanation.flows)}
            linkOf={(step) => linkTo('step', trace.traceId, step.exchange.spanId)}
            onOpen={(step) => {
              setTab(step.isAnswer ? 'answer' : 'request');
              go(['step', trace.traceId, step.exchange.spanId]);
            }}
          />
          {explanation.flows.map((flow) => (
            <Article key={flow.title} flow={flow} chosen={span} linkOf={(one) => linkTo('step', trace.traceId, one)} />
          ))}
        </div>
        {exchange !== undefined && (
          <AskedHop key={exchange.spanId} exchange={exchange} tab={tab} onTab={setTab} onClose={() => go(['step', trace.traceId])} />
        )}
      </div>
    </section>
  );
}
