import type { VNode } from 'preact';
import { useCmdlet } from '../../load.ts';
import { Objects } from '../../parts/objects.tsx';
import { ShownError } from '../../parts/shown-error.tsx';

interface ConfigurationProps {
  readonly line: string;
  readonly organization: string;
  readonly as: string;
}

/** A configuration as its cmdlet shows it now. */
export function Configuration({ line, organization, as }: ConfigurationProps): VNode {
  const { value, error } = useCmdlet({ name: organization, administrator: as }, line);
  return (
    <section aria-label={line}>
      <p>
        <code>
          [PS] {organization}&gt; {line}
        </code>
      </p>
      <ShownError error={error} />
      {value !== undefined && <Objects answer={value} label={`Objects of ${line}`} />}
    </section>
  );
}
