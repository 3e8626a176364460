import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useLoaded } from '../../load.ts';
import { ShownError } from '../../parts/shown-error.tsx';
import { Table } from '../../parts/table.tsx';

interface DnsRecord {
  readonly name: string;
  readonly type: string;
  readonly ttlSeconds: number;
  readonly [member: string]: string | number;
}

/** What the name servers say, zone by zone. */
export function Zones(): VNode {
  const { value, error } = useLoaded<{ readonly zones: readonly { readonly zone: string; readonly records: readonly DnsRecord[] }[] }>(
    '/v1/zones',
  );
  const [name, setName] = useState<string | undefined>(undefined);
  const zones = value?.zones ?? [];
  const zone = zones.find((one) => one.zone === name) ?? zones[0];
  return (
    <section aria-label="Zone" class="lines">
      <ShownError error={error} />
      <p>
        <label>
          Zone{' '}
          <select value={zone?.zone} onChange={({ currentTarget }) => setName(currentTarget.value)}>
            {zones.map((one) => (
              <option key={one.zone} value={one.zone}>
                {one.zone}
              </option>
            ))}
          </select>
        </label>
      </p>
      <Table
        label={`Records of ${zone?.zone ?? ''}`}
        columns={[
          { id: 'name', name: 'Name', cell: (row: DnsRecord) => row.name },
          { id: 'type', name: 'Type', width: '5rem', cell: ({ type }) => type },
          { id: 'data', name: 'Data', cell: (row) => <span title={dataOf(row)}>{dataOf(row)}</span> },
          { id: 'ttl', name: 'Seconds', width: '6rem', cell: ({ ttlSeconds }) => ttlSeconds },
        ]}
        rows={zone?.records ?? []}
        keyOf={(row) => JSON.stringify(row)}
        empty="Loading …"
      />
    </section>
  );
}

function dataOf({ name: _name, type: _type, ttlSeconds: _ttl, ...data }: DnsRecord): string {
  return Object.values(data).join(' ');
}
