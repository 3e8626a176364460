import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { call } from '../../api.ts';
import { useDoing, useLoaded } from '../../load.ts';
import { CodeBlock } from '../../parts/code-block.tsx';
import { ShownError } from '../../parts/shown-error.tsx';

type Rule = Readonly<Record<string, unknown>> & { readonly id: string; readonly matched?: number; readonly acted?: number };

/** Rules to begin with; what else there is stands in the README of the control port. */
const patterns: Readonly<Record<string, object>> = {
  'EWS answers 503': { match: { svc: 'ews' }, effect: { kind: 'status', status: 503 } },
  'Autodiscover takes two seconds': { match: { svc: 'autodiscover' }, effect: { kind: 'latency', delayMs: 2000 } },
  'Connections to EWS break': { match: { svc: 'ews' }, effect: { kind: 'reset' } },
  'EWS is too busy': {
    match: { svc: 'ews' },
    effect: { kind: 'ews-error', code: 'ErrorServerBusy', values: { BackOffMilliseconds: 5000 } },
  },
  'A host shows an expired certificate': { match: { host: 'mail.contoso.test' }, effect: { kind: 'certificate', shows: 'expired' } },
  'A name is not found': { match: { host: 'autodiscover.fabrikam.test' }, effect: { kind: 'lookup', code: 'NXDOMAIN' } },
  'Tokens are for another audience': { match: { svc: 'azure-auth' }, effect: { kind: 'claims', set: { aud: 'https://elsewhere.test' } } },
  'SMTP defers recipients': { match: { svc: 'smtp', op: 'RCPT' }, effect: { kind: 'reply', code: 451, text: '4.3.2 Try again later' } },
};
const [firstName = ''] = Object.keys(patterns);

/** Fault rules: what stands between servers, or in a service, misbehaves. */
export function Faults(): VNode {
  const { value, error, again } = useLoaded<{ faults: readonly Rule[] }>('/v1/faults');
  const name = useSignal(firstName);
  const text = useSignal(JSON.stringify(patterns[firstName], null, 2));
  const doing = useDoing();
  const rules = value?.faults ?? [];
  const act = (work: () => Promise<unknown>): void =>
    doing.run(async () => {
      await work();
      await again();
    });
  return (
    <>
      <ShownError error={error ?? doing.error.value} />
      <form
        class="card"
        aria-label="New fault rule"
        onSubmit={(event) => {
          event.preventDefault();
          act(async () => call('POST', '/v1/faults', JSON.parse(text.value) as object));
        }}
      >
        <p>
          <label>
            Begin with{' '}
            <select
              value={name.value}
              onChange={(event) => {
                name.value = event.currentTarget.value;
                text.value = JSON.stringify(patterns[name.value], null, 2);
              }}
            >
              {Object.keys(patterns).map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          </label>
        </p>
        <label>
          Rule
          <textarea
            class="mono"
            rows={9}
            spellcheck={false}
            value={text.value}
            onInput={(event) => {
              text.value = event.currentTarget.value;
            }}
          />
        </label>
        <button type="submit" class="danger" disabled={doing.busy.value}>
          Add the rule
        </button>
      </form>
      <section aria-label="Fault rules in force">
        <h2>{rules.length === 0 ? 'No rule is in force' : `In force: ${rules.length}, the first that acts is the only one`}</h2>
        {rules.map(({ id, matched, acted, ...rule }) => (
          <article key={id} class="card rule">
            <h3>
              {id}: met {matched ?? 0} times, acted {acted ?? 0} times
            </h3>
            <CodeBlock label={`Rule ${id}`} text={JSON.stringify(rule, null, 2)} />
            <button
              type="button"
              disabled={doing.busy.value}
              onClick={() => act(() => call('DELETE', `/v1/faults/${encodeURIComponent(id)}`))}
            >
              Remove {id}
            </button>
          </article>
        ))}
        {rules.length > 1 && (
          <button type="button" disabled={doing.busy.value} onClick={() => act(() => call('DELETE', '/v1/faults'))}>
            Remove all
          </button>
        )}
      </section>
    </>
  );
}
