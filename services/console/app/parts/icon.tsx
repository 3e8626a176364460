import type { VNode } from 'preact';

/** A picture of one line, for the eye alone: what it stands for is said beside it. */
export function Icon({ path }: { readonly path: string }): VNode {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={path} />
    </svg>
  );
}
