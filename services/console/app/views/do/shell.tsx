import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { call } from '../../api.ts';
import { useDoing, useOrganizations } from '../../load.ts';
import { Covered } from '../../parts/covered.tsx';
import { type CmdletAnswer, Objects } from '../../parts/objects.tsx';
import { linkTo } from '../../store.ts';
import { LineInput } from './line-input.tsx';
import { type Entry, entries, history, remember, variablesOf } from './session.ts';

/** The Exchange Management Shell of an organization: lines, what they show, and what they leave in variables. */
export function Shell(): VNode {
  const organizations = useOrganizations();
  const chosen = useSignal('');
  const as = useSignal('');
  const line = useSignal('');
  const doing = useDoing();
  const end = useRef<HTMLDivElement>(null);
  const organization = chosen.value === '' ? (organizations[0]?.name ?? '') : chosen.value;
  const administrator = organizations.find(({ name }) => name === organization)?.administrator ?? '';
  const last = entries.value.at(-1);
  useEffect(() => {
    if (last !== undefined) end.current?.scrollIntoView({ block: 'nearest' });
  }, [last]);
  const run = (): void => {
    const typed = line.value.trim();
    if (typed === '' || organization === '') return;
    doing.run(async () => {
      const user = as.value.trim() === '' ? administrator : as.value.trim();
      try {
        const answer = await call<CmdletAnswer>('POST', '/v1/cmdlets', {
          line: typed,
          organization,
          as: user,
          variables: variablesOf(typed),
        });
        remember({ organization, line: typed, answer });
      } catch (refused) {
        remember({ organization, line: typed, refusal: (refused as Error).message });
      }
      line.value = '';
    });
  };
  return (
    <div class="shell-part">
      <section class="transcript card" aria-label="Answers" aria-live="polite">
        {entries.value.length === 0 && (
          <p class="hint">
            Try Get-OrganizationRelationship, or Get-Mailbox | ft Name, PrimarySmtpAddress. Tab completes, the up arrow brings a line back.
          </p>
        )}
        {entries.value.map((entry) => (
          <Answered key={entry.number} entry={entry} />
        ))}
        <div ref={end} />
      </section>
      <form
        class="prompt"
        onSubmit={(event) => {
          event.preventDefault();
          run();
        }}
      >
        <label>
          Shell of{' '}
          <select
            value={organization}
            onChange={(event) => {
              chosen.value = event.currentTarget.value;
            }}
          >
            {organizations.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          as{' '}
          <input
            placeholder={administrator}
            value={as.value}
            onInput={(event) => {
              as.value = event.currentTarget.value;
            }}
          />
        </label>
        <LineInput line={line} organization={organization} history={history.value} />
        <button type="submit" class="main" disabled={doing.busy.value}>
          Run
        </button>
      </form>
    </div>
  );
}

function Answered({ entry }: { readonly entry: Entry }): VNode {
  const { organization, line, answer, refusal } = entry;
  return (
    <article class="answered">
      <p>
        <code>
          [PS] {organization}&gt; <Covered text={line} />
        </code>{' '}
        {answer !== undefined && (
          <a href={linkTo('flow', answer.trace)} aria-label={`Trace of ${line}`}>
            trace
          </a>
        )}
      </p>
      {refusal !== undefined && <p class="error">{refusal}</p>}
      {answer !== undefined && <Objects answer={answer} label={`Objects of ${line}`} />}
    </article>
  );
}
