import type { VNode } from 'preact';

export function View(): VNode {
  return <p class="hint">Nothing is shown here yet.</p>;
}
