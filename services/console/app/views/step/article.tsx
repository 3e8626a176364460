import type { VNode } from 'preact';
import type { ArticleFlow } from '../../answers.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';

const tones: Readonly<Record<string, Tone>> = { done: 'good', refused: 'bad', spared: 'plain', 'not-reached': 'plain' };
const names: Readonly<Record<string, string>> = { done: 'done', refused: 'refused', spared: 'at hand', 'not-reached': 'not reached' };

interface ArticleProps {
  readonly flow: ArticleFlow;
  /** The span that is shown beside it. */
  readonly chosen: string;
  readonly linkOf: (span: string) => string;
  readonly onOpen?: ((span: string) => void) | undefined;
}

/** The steps of the article "Deep Dive: How Hybrid Authentication Really Works", each with a link to the octets of this trace. */
export function Article({ flow, chosen, linkOf, onOpen }: ArticleProps): VNode {
  return (
    <section class="article" aria-label={flow.title}>
      <h2>{flow.title}</h2>
      <ol>
        {flow.steps.map(({ number, title, state, check, spans }) => (
          <li key={number} class={spans.includes(chosen) ? 'chosen' : undefined}>
            {spans[0] === undefined ? title : <Link span={spans[0]} title={title} linkOf={linkOf} onOpen={onOpen} />}{' '}
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

interface LinkProps extends Pick<ArticleProps, 'linkOf' | 'onOpen'> {
  readonly span: string;
  readonly title: string;
}

function Link({ span, title, linkOf, onOpen }: LinkProps): VNode {
  return (
    <a
      href={linkOf(span)}
      onClick={(event) => {
        if (onOpen === undefined) return;
        event.preventDefault();
        onOpen(span);
      }}
    >
      {title}
    </a>
  );
}
