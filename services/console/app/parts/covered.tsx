import type { VNode } from 'preact';

/** What is written behind the name of a password or a secret: in a cmdlet line, a hash table, or JSON. */
const secretValue =
  /(-\w*(?:password|secret)\s+|(?:password|secret)\w*["']?\s*[:=]\s*|ConvertTo-SecureString\s+(?:-String\s+)?)("[^"\n]*"|'[^'\n]*'|[^\s;,(){}"'][^\s;,(){}]*)/gi;

/** Text whose passwords presenter mode covers; whoever copies it has all of it. */
export function Covered({ text }: { readonly text: string }): VNode {
  const parts: (VNode | string)[] = [];
  let from = 0;
  for (const { index, 0: whole, 1: name = '', 2: value = '' } of text.matchAll(secretValue)) {
    parts.push(text.slice(from, index + name.length));
    parts.push(
      <span class="secret" key={index}>
        {value}
      </span>,
    );
    from = index + whole.length;
  }
  return <>{[...parts, text.slice(from)]}</>;
}
