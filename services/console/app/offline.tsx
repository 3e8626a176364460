import { render, type VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Explanation, FullExchange, Trace } from './answers.ts';
import './style.css';
import { numbersOf } from './views/flow/article-numbers.ts';
import { Diagram } from './views/flow/diagram.tsx';
import './views/flow/flow.css';
import { Hop } from './views/flow/hop.tsx';
import { exchangeOf } from './views/flow/steps.ts';
import { Article } from './views/step/article.tsx';
import './views/step/step.css';
import './offline.css';

/** What a file holds that is to be opened without a lab. */
interface KeptTrace {
  readonly trace: Trace<FullExchange>;
  readonly explanation: Explanation;
  readonly version: string;
}

/** A trace in a file of its own: the same arrows, hops and steps as in the console, and nothing that is asked of anybody. */
function Offline({ trace, explanation, version }: KeptTrace): VNode {
  const [span, setSpan] = useState('');
  const [tab, setTab] = useState('request');
  const exchange = span === '' ? undefined : exchangeOf(trace, span);
  return (
    <main class="offline">
      <h1>Trace {trace.traceId.slice(0, 12)}</h1>
      <p class={explanation.remedy === null ? 'summary' : 'summary bad'}>{explanation.summary}</p>
      {explanation.remedy !== null && <p class="remedy">{explanation.remedy}</p>}
      <div class="watched watched-parts">
        <div>
          <Diagram
            trace={trace}
            chosen={span}
            numberOf={numbersOf(explanation.flows)}
            linkOf={() => '#'}
            onOpen={(step) => {
              setTab(step.isAnswer ? 'answer' : 'request');
              setSpan(step.exchange.spanId);
            }}
          />
          {explanation.flows.map((flow) => (
            <Article key={flow.title} flow={flow} chosen={span} linkOf={() => '#'} onOpen={setSpan} />
          ))}
        </div>
        {exchange !== undefined && <Hop key={span} exchange={exchange} tab={tab} onTab={setTab} onClose={() => setSpan('')} />}
      </div>
      <p class="hint">Kept by coexist {version}; secrets were taken out before.</p>
    </main>
  );
}

const place = document.getElementById('app');
const kept = document.getElementById('trace');
if (place !== null && kept !== null) render(<Offline {...(JSON.parse(kept.textContent ?? '') as KeptTrace)} />, place);
