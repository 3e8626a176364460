import type { VNode } from 'preact';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { linkTo } from '../../store.ts';

/** A published flow as a trace went through it. */
export interface ArticleFlow {
  readonly title: string;
  readonly steps: readonly {
    readonly number: number;
    readonly title: string;
    readonly state: 'done' | 'refused' | 'spared' | 'not-reached';
    readonly check: { readonly check: string; readonly expected?: string; readonly actual?: string } | null;
    readonly spans: readonly string[];
  }[];
}

const tones: Readonly<Record<string, Tone>> = { done: 'good', refused: 'bad', spared: 'plain', 'not-reached': 'plain' };
const names: Readonly<Record<string, string>> = { done: 'done', refused: 'refused', spared: 'at hand', 'not-reached': 'not reached' };

/** The steps of the article "Deep Dive: How Hybrid Authentication Really Works", each with a link to the octets of this trace. */
export function Article({
  flow,
  traceId,
  chosen,
}: {
  readonly flow: ArticleFlow;
  readonly traceId: string;
  readonly chosen: string;
}): VNode {
  return (
    <section class="article" aria-label={flow.title}>
      <h3>{flow.title}</h3>
      <ol>
        {flow.steps.map(({ number, title, state, check, spans }) => (
          <li key={number} class={spans.includes(chosen) ? 'chosen' : undefined}>
            {spans[0] === undefined ? title : <a href={linkTo('step', traceId, spans[0])}>{title}</a>}{' '}
            <Badge tone={tones[state] ?? 'plain'}>{names[state]}</Badge>
            {state === 'refused' && check !== null && (
              <p class="error">
                <code>{check.check}</code>
                {check.expected === undefined ? '' : ` expected ${check.expected}`}
                {check.actual === undefined ? '' : `, got ${check.actual}`}
              </p>
            )}
          </li>
        ))}
      </ol>
      <p class="hint">The numbers are those of “Deep Dive: How Hybrid Authentication Really Works” (Exchange Team Blog).</p>
    </section>
  );
}
