import type { VNode } from 'preact';
import { call } from '../../api.ts';
import { useDoing, useLoaded } from '../../load.ts';
import { Badge } from '../../parts/badge.tsx';
import { CodeBlock } from '../../parts/code-block.tsx';
import { ShownError } from '../../parts/shown-error.tsx';
import { linkTo, route } from '../../store.ts';
import { Entry, FilteredList } from './filtered-list.tsx';

interface Topology {
  readonly broken: readonly { readonly id: string; readonly variant: string; readonly since: string }[];
  readonly misconfigurations: readonly { readonly id: string; readonly title: string }[];
}

interface Explained {
  readonly id: string;
  readonly title: string;
  readonly symptom: string;
  readonly source: string;
  readonly notice: string;
  readonly remedy: string;
  readonly variants: readonly {
    readonly name: string;
    readonly how: string;
    readonly lacks?: string;
    readonly steps?: readonly string[];
    readonly remedy?: readonly string[];
  }[];
  readonly broken: { readonly variant: string } | null;
}

interface Lint {
  readonly findings: readonly {
    readonly id: string;
    readonly organization: string;
    readonly object: string;
    readonly says: string;
    readonly remedy: string;
  }[];
}

/** What administrators get wrong: made by name, found, and taken back. */
export function Breaks(): VNode {
  const topology = useLoaded<Topology>('/v1/topology');
  const lint = useLoaded<Lint>('/v1/topology/lint');
  const id = route.value[2] ?? '';
  const { broken = [], misconfigurations = [] } = topology.value ?? {};
  const changed = async (): Promise<void> => {
    await Promise.all([topology.again(), lint.again()]);
  };
  const findings = lint.value?.findings ?? [];
  return (
    <>
      <ShownError error={topology.error ?? lint.error} />
      <div class="do-columns">
        <FilteredList label="Misconfigurations">
          {(asked) => (
            <ul>
              {misconfigurations
                .filter((one) => `${one.id} ${one.title}`.toLowerCase().includes(asked))
                .map((one) => (
                  <Entry key={one.id} to={['do', 'breaks', one.id]} isChosen={one.id === id} name={one.title}>
                    {broken.some((now) => now.id === one.id) && (
                      <>
                        {' '}
                        <Badge tone="bad">broken</Badge>
                      </>
                    )}
                  </Entry>
                ))}
            </ul>
          )}
        </FilteredList>
        <section class="do-detail" aria-label="Misconfiguration">
          <section class="card" aria-label="What the configuration shows">
            <h2>{findings.length === 0 ? 'Nothing wrong in sight' : `What the configuration shows: ${findings.length}`}</h2>
            <ul class="findings">
              {findings.map((one) => (
                <li key={`${one.id} ${one.organization} ${one.object}`}>
                  <a href={linkTo('do', 'breaks', one.id)}>{one.organization}</a> {one.object}: {one.says}
                </li>
              ))}
            </ul>
          </section>
          {id === '' ? <p class="hint">Choose what is to be broken.</p> : <Explanation key={id} id={id} onChanged={changed} />}
        </section>
      </div>
    </>
  );
}

function Explanation({ id, onChanged }: { readonly id: string; readonly onChanged: () => Promise<void> }): VNode {
  const { value: told, error, again } = useLoaded<Explained>(`/v1/topology/explain/${encodeURIComponent(id)}`);
  const doing = useDoing();
  if (told === undefined) return <ShownError error={error} />;
  const act = (verb: 'break' | 'fix', body: object): void =>
    doing.run(async () => {
      await call('POST', `/v1/topology/${verb}/${encodeURIComponent(id)}`, body);
      await Promise.all([again(), onChanged()]);
    });
  return (
    <article>
      <h2>
        {told.title} {told.broken !== null && <Badge tone="bad">broken: {told.broken.variant}</Badge>}
      </h2>
      <dl class="told">
        <dt>Symptom</dt>
        <dd>{told.symptom}</dd>
        <dt>How to notice</dt>
        <dd>{told.notice}</dd>
        <dt>Remedy</dt>
        <dd>{told.remedy}</dd>
        <dt>Source</dt>
        <dd>{told.source}</dd>
      </dl>
      <ShownError error={doing.error.value} />
      {told.broken !== null && (
        <p>
          <button type="button" class="main" disabled={doing.busy.value} onClick={() => act('fix', {})}>
            Fix it
          </button>
        </p>
      )}
      {told.variants.map(({ name, how, lacks, steps = [], remedy = [] }) => (
        <section key={name} class="variant">
          <h3>{how}</h3>
          {lacks === undefined ? (
            <>
              <button
                type="button"
                class="danger"
                disabled={doing.busy.value || told.broken !== null}
                onClick={() => act('break', { variant: name })}
              >
                Break it: {name}
              </button>
              <CodeBlock label={`Lines that break ${name}`} text={steps.join('\n')} />
              <details>
                <summary>The lines that mend it</summary>
                <CodeBlock label={`Lines that mend ${name}`} text={remedy.join('\n')} />
              </details>
            </>
          ) : (
            <p class="hint">{lacks}</p>
          )}
        </section>
      ))}
    </article>
  );
}
