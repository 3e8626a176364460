import type { ComponentChildren, VNode } from 'preact';

export type Tone = 'good' | 'bad' | 'warn' | 'calm' | 'plain';

/** A word with a colour; the word says it all. */
export function Badge({ tone = 'plain', children }: { readonly tone?: Tone | undefined; readonly children: ComponentChildren }): VNode {
  return <span class={`badge badge-${tone}`}>{children}</span>;
}
