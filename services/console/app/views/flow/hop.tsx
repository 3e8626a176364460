import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Check, FullExchange, Message } from '../../answers.ts';
import { amountText } from '../../parts/amount.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { CodeBlock } from '../../parts/code-block.tsx';
import { type Tab, Tabs } from '../../parts/tabs.tsx';
import { readable } from './readable.ts';
import { Tokens } from './tokens.tsx';

export interface HopProps {
  readonly exchange: FullExchange;
  readonly tab: string;
  readonly onTab: (tab: string) => void;
  readonly onClose?: () => void;
}

/** One exchange: what was asked, what was answered, every check, and the tokens in it. */
export function Hop({ exchange, tab, onTab, onClose }: HopProps): VNode {
  const checks = exchange.verdict?.checks ?? [];
  const tokens = [...(exchange.request?.tokens ?? []), ...(exchange.answer?.tokens ?? [])];
  const tabs: readonly Tab[] = [
    { id: 'request', name: 'Request' },
    { id: 'answer', name: 'Answer' },
    { id: 'checks', name: `Checks (${checks.length})` },
    ...(tokens.length > 0 ? [{ id: 'token', name: 'Token' }] : []),
  ];
  const chosen = tabs.some(({ id }) => id === tab) ? tab : 'request';
  const place = useRef<HTMLElement>(null);
  // Where there is no room beside the arrows it lies below them: whoever opens it sees it.
  useEffect(() => {
    const { current } = place;
    if (current !== null && current.getBoundingClientRect().top > innerHeight / 2) current.scrollIntoView({ block: 'start' });
  }, []);
  return (
    <aside class="hop card" aria-label="Hop" ref={place}>
      <header>
        <h2>
          {exchange.organization === null ? '' : `${exchange.organization}/`}
          {exchange.service} {exchange.operation ?? ''}
        </h2>
        {onClose !== undefined && (
          <button type="button" class="quiet" aria-label="Close the hop" onClick={onClose}>
            ✕
          </button>
        )}
      </header>
      <Facts exchange={exchange} />
      <Tabs label="Parts of the hop" tabs={tabs} chosen={chosen} onChoose={onTab}>
        {chosen === 'request' && <ShownMessage message={exchange.request} name="Request" line={exchange.target} />}
        {chosen === 'answer' && <ShownMessage message={exchange.answer} name="Answer" line={String(exchange.status ?? '')} />}
        {chosen === 'checks' && <Checks checks={checks} />}
        {chosen === 'token' && <Tokens exchange={exchange} />}
      </Tabs>
    </aside>
  );
}

function Facts({ exchange }: { readonly exchange: FullExchange }): VNode {
  const { host, caller, status, code, detail, outcome, durationMs, faults, error } = exchange;
  const facts: readonly (readonly [string, string | null])[] = [
    ['Host', host],
    ['Caller', caller],
    ['Result', [status, code].filter((part) => part !== null).join(' ') || null],
    ['Detail', detail ?? error?.message ?? null],
    ['Took', durationMs === null ? null : `${durationMs.toFixed(1)} ms`],
  ];
  return (
    <dl class="facts">
      <dt>Outcome</dt>
      <dd>
        <Badge tone={outcome === 'answered' ? 'good' : outcome === null ? 'plain' : 'bad'}>{outcome ?? 'open'}</Badge>{' '}
        {faults.map(({ rule, kind }) => (
          <Badge key={rule} tone="warn">
            fault {rule}: {kind}
          </Badge>
        ))}
      </dd>
      {facts.map(([name, value]) =>
        value === null ? null : (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ),
      )}
    </dl>
  );
}

const checkTones: Readonly<Record<string, Tone>> = { passed: 'good', failed: 'bad', skipped: 'plain' };

/** The verdict: what was looked at, what was expected, and what was there. */
function Checks({ checks }: { readonly checks: readonly Check[] }): VNode {
  if (checks.length === 0) return <p class="hint">Nothing was judged here.</p>;
  return (
    <ul class="checks">
      {checks.map(({ check, outcome, expected, actual, reference }, index) => (
        <li key={`${index} ${check}`} class={outcome}>
          <span>
            <Badge tone={checkTones[outcome] ?? 'plain'}>{outcome}</Badge> <code>{check}</code>
          </span>
          {(expected !== undefined || actual !== undefined) && (
            <dl>
              {expected !== undefined && (
                <>
                  <dt>expected</dt>
                  <dd>{expected}</dd>
                </>
              )}
              {actual !== undefined && (
                <>
                  <dt>actual</dt>
                  <dd>{actual}</dd>
                </>
              )}
            </dl>
          )}
          {reference !== undefined && <small>{reference}</small>}
        </li>
      ))}
    </ul>
  );
}

const notes = {
  truncated: 'The journal keeps no more of it.',
  withheld: 'The journal withholds this body: it could not be read well enough to be sure that nothing in it is secret.',
  dropped: 'The journal has let this body go: newer ones took its place.',
} as const;

function ShownMessage({ message, name, line }: { readonly message: Message | null; readonly name: string; readonly line: string }): VNode {
  if (message === null) return <p class="hint">Nothing was recorded.</p>;
  const { headers, body, bodyBytes, bodyNote } = message;
  return (
    <>
      <h3>Head</h3>
      <CodeBlock label={`${name}, head`} text={[line, ...headers].join('\n')} />
      <h3>Body ({amountText(bodyBytes)})</h3>
      {bodyNote !== undefined && (
        <p class="hint">
          {bodyNote === 'truncated' && body !== null && `The first ${amountText(body.length)} of ${amountText(bodyBytes)}. `}
          {notes[bodyNote]}
        </p>
      )}
      {body === null ? bodyBytes === 0 && <p class="hint">None.</p> : <CodeBlock label={`${name}, body`} text={readable(body)} />}
    </>
  );
}
