import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { MapOrganization } from '../../answers.ts';
import { useCmdlet, useOrganizations } from '../../load.ts';
import { CodeBlock } from '../../parts/code-block.tsx';
import { valueText } from '../../parts/objects.tsx';
import { Lines, useChosen } from './lines.tsx';

const statistics = ['DisplayName', 'StatusDetail', 'PercentComplete', 'ItemsTransferred', 'BadItemsEncountered', 'Report'];

/** Moves with how far they are, and the report of the one that is chosen. */
export function Moves(): VNode {
  const [at, choice] = useChosen(useOrganizations());
  const [who, setWho] = useState<string | undefined>(undefined);
  return (
    <>
      <p>{choice}</p>
      <Lines
        key={at?.name}
        at={at}
        label="Moves"
        line="Get-MoveRequest | Get-MoveRequestStatistics"
        properties={statistics}
        cells={{
          PercentComplete: (value) => (
            <span class="progress">
              <progress max={100} value={Number(value)} aria-label="PercentComplete" /> {valueText(value)} %
            </span>
          ),
          Report: (_, row) => (
            <button type="button" onClick={() => setWho(valueText(row['Alias'] ?? row['DisplayName']))}>
              Report
            </button>
          ),
        }}
        empty="Nobody moves. New-MoveRequest, or the story in Do, begins one."
      />
      {who !== undefined && <Report key={who} at={at} who={who} />}
    </>
  );
}

function Report({ at, who }: { readonly at: MapOrganization | undefined; readonly who: string }): VNode {
  const { value, error } = useCmdlet(at, `Get-MoveRequestStatistics '${who.replaceAll("'", "''")}' -IncludeReport`);
  const text = reportText(value?.objects[0]?.['Report']);
  return (
    <div>
      <h2>Report of {who}</h2>
      {value === undefined && error === undefined ? <p role="status">Loading …</p> : <CodeBlock label="Report" text={error ?? text} />}
    </div>
  );
}

interface Entry {
  readonly CreationTime: string;
  readonly ServerName: string;
  readonly Message: string;
}

/** The lines of a report as the shell shows them. */
function reportText(report: unknown): string {
  const { Entries = [] } = (report ?? {}) as { readonly Entries?: readonly Entry[] };
  return Entries.map(({ CreationTime, ServerName, Message }) => `${CreationTime} [${ServerName}] ${Message}`).join('\n');
}
