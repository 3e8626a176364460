import type { VNode } from 'preact';
import { clock, worldNow } from '../../clock.ts';
import { useLoaded, useOrganizations } from '../../load.ts';
import { Badge } from '../../parts/badge.tsx';
import { valueText } from '../../parts/objects.tsx';
import { ShownError } from '../../parts/shown-error.tsx';
import { Table } from '../../parts/table.tsx';
import { Lines, useChosen } from './lines.tsx';

interface Key {
  readonly x5t: string;
  readonly state: string;
}

const dayMs = 86_400_000;

/** Certificates with what is left of their time on the world's clock, and the keys of the authentication service. */
export function Keys(): VNode {
  const [at, choice] = useChosen(useOrganizations().filter(({ kind }) => kind !== 'cloud'));
  const now = clock.value === undefined ? undefined : worldNow(clock.value);
  const { value, error } = useLoaded<{ readonly keys: readonly Key[] }>('/v1/keys');
  return (
    <>
      <p>{choice}</p>
      <Lines
        key={`c ${at?.name}`}
        at={at}
        label="Exchange certificates"
        line="Get-ExchangeCertificate"
        properties={['FriendlyName', 'Subject', 'Services', 'NotAfter', 'Validity', 'Thumbprint']}
        cells={{
          Validity: (_, row) => (
            <Validity from={Date.parse(valueText(row['NotBefore']))} to={Date.parse(valueText(row['NotAfter']))} now={now} />
          ),
        }}
        empty="There are none."
      />
      <Lines
        key={`a ${at?.name}`}
        at={at}
        label="Authorization configuration"
        line="Get-AuthConfig"
        properties={[
          'CurrentCertificateThumbprint',
          'PreviousCertificateThumbprint',
          'NextCertificateThumbprint',
          'NextCertificateEffectiveDate',
        ]}
        empty="There is none."
      />
      <div class="lines">
        <h2>Keys of the authentication service</h2>
        <ShownError error={error} />
        <Table
          label="Keys of the authentication service"
          columns={[
            { id: 'x5t', name: 'x5t', cell: ({ x5t }: Key) => <span class="mono">{x5t}</span> },
            {
              id: 'state',
              name: 'State',
              width: '8rem',
              cell: ({ state }) => <Badge tone={state === 'active' ? 'good' : 'plain'}>{state}</Badge>,
            },
          ]}
          rows={value?.keys ?? []}
          keyOf={({ x5t }) => x5t}
          empty="Loading …"
        />
      </div>
    </>
  );
}

/** How much of its time is over, and a word for it. */
function Validity({ from, to, now }: { readonly from: number; readonly to: number; readonly now: number | undefined }): VNode {
  if (now === undefined || Number.isNaN(from) || Number.isNaN(to)) return <span />;
  const left = Math.floor((to - now) / dayMs);
  const [tone, word] =
    now > to
      ? (['bad', 'expired'] as const)
      : now < from
        ? (['warn', 'not yet'] as const)
        : left < 60
          ? (['warn', `${left} days left`] as const)
          : (['good', `${left} days left`] as const);
  return (
    <span class="progress">
      <progress max={1} value={Math.min(1, Math.max(0, (now - from) / (to - from)))} aria-label="Time that is over" />{' '}
      <Badge tone={tone}>{word}</Badge>
    </span>
  );
}
