import type { VNode } from 'preact';
import { useLoaded } from '../load.ts';

/** Where several processes share the lab, what a view has of them all and what of this one alone. */
export function SeveralProcesses({ children }: { readonly children: string }): VNode | null {
  const { value } = useLoaded<{ readonly shared: boolean }>('/info');
  return value?.shared === true ? <p class="hint">Several processes share this lab. {children}</p> : null;
}
