import { useSignal } from '@preact/signals';
import type { ComponentChildren, VNode } from 'preact';
import { linkTo } from '../../store.ts';

interface FilteredListProps {
  readonly label: string;
  /** What is looked for, in small letters: what of it there is. */
  readonly children: (asked: string) => ComponentChildren;
}

/** A list at the side of a view, narrowed by what is typed above it. */
export function FilteredList({ label, children }: FilteredListProps): VNode {
  const words = useSignal('');
  return (
    <nav class="do-list" aria-label={label}>
      <input
        type="search"
        aria-label={`Filter ${label.toLowerCase()}`}
        placeholder="Filter"
        value={words.value}
        onInput={(event) => {
          words.value = event.currentTarget.value;
        }}
      />
      {children(words.value.toLowerCase())}
    </nav>
  );
}

interface EntryProps {
  /** The words of its address. */
  readonly to: readonly string[];
  readonly isChosen: boolean;
  readonly name: string;
  readonly children?: ComponentChildren;
}

/** A line of the list. */
export function Entry({ to, isChosen, name, children }: EntryProps): VNode {
  return (
    <li>
      <a href={linkTo(...to)} aria-current={isChosen ? 'true' : undefined}>
        {name}
      </a>
      {children}
    </li>
  );
}
