import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useLoaded } from '../../load.ts';
import { ShownError } from '../../parts/shown-error.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { go, route } from '../../store.ts';
import type { Folder, Mailbox } from './answers.ts';
import { CalendarWeek } from './calendar-week.tsx';
import { Items } from './items.tsx';

const columns: readonly Column<Mailbox>[] = [
  { id: 'address', name: 'Mailbox', cell: ({ address, kind, moving }) => [address, ...notesOf(kind, moving)].join(' ') },
  { id: 'organization', name: 'Organization', width: '8rem', cell: ({ organization }) => organization },
];

/** What is unusual about a mailbox. */
function notesOf(kind: string, moving: string | null): readonly string[] {
  return [...(kind === 'primary' ? [] : [`(${kind})`]), ...(moving === null ? [] : [`(moving: ${moving})`])];
}

/** Mailboxes; of the one that the address names its folders, and of the folder its items or a week. */
export function Mailboxes(): VNode {
  const [, , id] = route.value;
  const [text, setText] = useState('');
  const { value, error } = useLoaded<{ readonly mailboxes: readonly Mailbox[]; readonly total: number }>(
    `/v1/mailboxes?limit=1000&text=${encodeURIComponent(text)}`,
  );
  return (
    <div class={id === undefined ? 'mailboxes' : 'mailboxes chosen'}>
      <div class="list">
        <label>
          Find <input type="search" value={text} onInput={({ currentTarget }) => setText(currentTarget.value)} />
        </label>
        <ShownError error={error} />
        <Table
          label="Mailboxes"
          columns={columns}
          rows={value?.mailboxes ?? []}
          keyOf={(row) => row.id}
          chosen={id}
          onChoose={(row) => go(['inside', 'mailboxes', row.id])}
          empty={value === undefined ? 'Loading …' : 'No mailbox has that in its name.'}
        />
      </div>
      {id !== undefined && <OneMailbox key={id} id={id} />}
    </div>
  );
}

function OneMailbox({ id }: { readonly id: string }): VNode {
  const { value, error } = useLoaded<{ readonly folders: readonly Folder[] }>(`/v1/mailboxes/${encodeURIComponent(id)}/folders`);
  const folders = value?.folders ?? [];
  const named = Number(route.value[3]);
  const folder = folders.find((one) => one.id === named) ?? folders.find(({ role }) => role === 'inbox');
  const top = folders.find(({ role }) => role === 'msgfolderroot');
  return (
    <>
      <nav class="card folders" aria-label="Folders">
        <ShownError error={error} />
        {top !== undefined && <Branch folders={folders} parent={top.id} chosen={folder?.id} mailbox={id} />}
      </nav>
      <div class="contents">
        {folder !== undefined &&
          (folder.class === 'IPF.Appointment' ? (
            <CalendarWeek mailbox={id} />
          ) : (
            <Items key={folder.id} mailbox={id} folder={folder.id} name={folder.name} />
          ))}
      </div>
    </>
  );
}

interface BranchProps {
  readonly folders: readonly Folder[];
  readonly parent: number;
  readonly chosen: number | undefined;
  readonly mailbox: string;
}

function Branch({ folders, parent, chosen, mailbox }: BranchProps): VNode | null {
  const below = folders.filter((one) => one.parent === parent);
  if (below.length === 0) return null;
  return (
    <ul>
      {below.map(({ id, name, items, unread }) => (
        <li key={id}>
          <button
            type="button"
            aria-current={id === chosen ? 'true' : undefined}
            onClick={() => go(['inside', 'mailboxes', mailbox, `${id}`])}
          >
            {name}{' '}
            <span class="hint">
              {items}
              {unread > 0 && ` (${unread} unread)`}
            </span>
          </button>
          <Branch folders={folders} parent={id} chosen={chosen} mailbox={mailbox} />
        </li>
      ))}
    </ul>
  );
}
