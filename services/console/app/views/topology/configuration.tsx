import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { call } from '../../api.ts';
import { type CmdletAnswer, Objects } from '../../parts/objects.tsx';
import { ShownError } from '../../parts/shown-error.tsx';

interface ConfigurationProps {
  readonly line: string;
  readonly organization: string;
  readonly as: string;
}

/** A configuration as its cmdlet shows it now. */
export function Configuration({ line, organization, as }: ConfigurationProps): VNode {
  const shown = useSignal<CmdletAnswer | string | undefined>(undefined);
  useEffect(() => {
    call<CmdletAnswer>('POST', '/v1/cmdlets', { line, organization, ...(as === '' ? {} : { as }) }).then(
      (answer) => {
        shown.value = answer;
      },
      (error: Error) => {
        shown.value = error.message;
      },
    );
  }, [line, organization, as, shown]);
  return (
    <section aria-label={line}>
      <p>
        <code>
          [PS] {organization}&gt; {line}
        </code>
      </p>
      {typeof shown.value === 'string' && <ShownError error={shown.value} />}
      {typeof shown.value === 'object' && <Objects answer={shown.value} label={`Objects of ${line}`} />}
    </section>
  );
}
