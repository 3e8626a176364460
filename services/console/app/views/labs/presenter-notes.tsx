import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { CodeBlock } from '../../parts/code-block.tsx';
import type { Presented } from './answers.ts';
import { presentedLab } from './labs.ts';

/** What whoever presents an exercise knows more: notes, all hints, the answers, the solution. Folded, for the class looks on. */
export function PresenterNotes({ id }: { readonly id: string }): VNode | null {
  const [told, setTold] = useState<Presented | undefined>(undefined);
  useEffect(() => {
    void presentedLab(id).then(setTold);
  }, [id]);
  if (told === undefined) return null;
  return (
    <aside class="notes" aria-label="For the presenter">
      <h3>For the presenter</h3>
      <p>{told.notes}</p>
      <details>
        <summary>Hints, answers and solution</summary>
        <ol>
          {told.allHints.map((hint) => (
            <li key={hint}>{hint}</li>
          ))}
        </ol>
        {told.answers.map(({ ask, accepts, because }) => (
          <p key={ask}>
            {ask} <code>{accepts.join(' or ')}</code>. {because}
          </p>
        ))}
        {told.solution.length > 0 && <CodeBlock label="Solution" text={told.solution.join('\n')} />}
      </details>
    </aside>
  );
}
