import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { Covered } from './covered.tsx';

/** So much is shown at once: a body of megabytes would hold up the page. */
const mostCharacters = 64 * 1024;

interface CodeBlockProps {
  readonly text: string;
  /** What it is, for those who hear the page. */
  readonly label: string;
}

/** Text as it is, never markup, with a button that copies all of it; the rest of a long one is shown when asked for, piece by piece. */
export function CodeBlock({ text, label }: CodeBlockProps): VNode {
  const [shown, setShown] = useState(mostCharacters);
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <div class="code-block">
      <button type="button" class="quiet copy" onClick={() => void copy()}>
        {copied ? 'Copied' : 'Copy'}
      </button>
      <section aria-label={label}>
        {/* Long lines are scrolled, by keys too. */}
        <pre tabIndex={0}>
          <Covered text={text.slice(0, shown)} />
        </pre>
      </section>
      {text.length > shown && (
        <button type="button" onClick={() => setShown(shown + mostCharacters)}>
          Show more ({Math.round((text.length - shown) / 1024)} KiB left)
        </button>
      )}
    </div>
  );
}
