import type { ComponentChildren, VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { MapOrganization } from '../../answers.ts';
import { useCmdlet } from '../../load.ts';
import { type CmdletAnswer, valueText } from '../../parts/objects.tsx';
import { ShownError } from '../../parts/shown-error.tsx';
import { type Column, Table } from '../../parts/table.tsx';

/** An object that a line answers. */
type Shown = CmdletAnswer['objects'][number];

interface LinesProps {
  readonly at: MapOrganization | undefined;
  /** What is asked, as an administrator types it. */
  readonly line: string;
  readonly label: string;
  readonly properties: readonly string[];
  /** How a property is shown that is no plain text. */
  readonly cells?: Readonly<Record<string, (value: unknown, row: Shown) => ComponentChildren>>;
  readonly empty: string;
}

/** What a cmdlet line answers as a table, with the line above it. */
export function Lines({ at, line, label, properties, cells = {}, empty }: LinesProps): VNode {
  const { value, error, again } = useCmdlet(at, line);
  const columns = properties.map(
    (name): Column<{ readonly at: number; readonly row: Shown }> => ({
      ...{ id: name, name },
      cell: ({ row }) => cells[name]?.(row[name], row) ?? <span title={valueText(row[name])}>{shortText(row[name])}</span>,
    }),
  );
  return (
    <div class="lines">
      <h2>{label}</h2>
      <p>
        <code>
          [PS] {at?.name ?? ''}&gt; {line}
        </code>{' '}
        <button type="button" onClick={() => void again()}>
          Again
        </button>
      </p>
      <ShownError error={error} />
      {error === undefined && (
        <Table
          label={label}
          columns={columns}
          rows={(value?.objects ?? []).map((row, index) => ({ at: index, row }))}
          keyOf={(row) => String(row.at)}
          empty={value === undefined ? 'Loading …' : empty}
        />
      )}
    </div>
  );
}

/** A moment without what there is no room for. */
function shortText(value: unknown): string {
  return valueText(value).replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/, '$1 $2');
}

/** Chooses one of the organizations. */
export function useChosen(organizations: readonly MapOrganization[]): readonly [MapOrganization | undefined, VNode] {
  const [name, setName] = useState<string | undefined>(undefined);
  const chosen = organizations.find((one) => one.name === name) ?? organizations[0];
  return [
    chosen,
    <label key="organization">
      Organization{' '}
      <select value={chosen?.name} onChange={({ currentTarget: { value } }) => setName(value)}>
        {organizations.map((one) => (
          <option key={one.name} value={one.name}>
            {one.name}
          </option>
        ))}
      </select>
    </label>,
  ];
}
