import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { CodeBlock } from '../../parts/code-block.tsx';
import { Lines, useChosen } from './lines.tsx';
import { type Organization, shown, useLine, useOrganizations } from './load.ts';

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
              <progress max={100} value={Number(value)} aria-label="PercentComplete" /> {shown(value)} %
            </span>
          ),
          Report: (_, row) => (
            <button type="button" onClick={() => setWho(shown(row['Alias'] ?? row['DisplayName']))}>
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

function Report({ at, who }: { readonly at: Organization | undefined; readonly who: string }): VNode {
  const { value, error } = useLine(at, `Get-MoveRequestStatistics '${who.replaceAll("'", "''")}' -IncludeReport`);
  const text = reportText(value?.[0]?.['Report']);
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
