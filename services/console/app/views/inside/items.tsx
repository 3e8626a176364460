import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { call, callForText } from '../../api.ts';
import { CodeBlock } from '../../parts/code-block.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { ShownError } from '../../parts/shown-error.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { useGet } from './load.ts';

interface Item {
  readonly id: number;
  readonly class: string;
  readonly subject: string;
  readonly from: string;
  readonly received: string | null;
  readonly size: number;
  readonly read: boolean;
  readonly attachments: boolean;
}

interface WholeItem extends Item {
  readonly to: readonly { readonly kind: string; readonly name: string; readonly address: string }[];
  readonly files: readonly string[];
  readonly text: string;
  readonly isTextWhole: boolean;
  readonly mime: string | null;
}

interface Place {
  readonly mailbox: string;
  readonly folder: number;
  readonly name: string;
}

const pageSize = 200;
const columns: readonly Column<Item>[] = [
  { id: 'subject', name: 'Subject', cell: ({ subject, read }) => (read ? subject || '(none)' : <strong>{subject || '(none)'}</strong>) },
  { id: 'from', name: 'From', width: '22%', cell: ({ from }) => from },
  { id: 'received', name: 'Received', width: '11.8rem', cell: ({ received }) => (received ?? '').slice(0, 19).replace('T', ' ') },
  { id: 'size', name: 'KiB', width: '4rem', cell: ({ size }) => Math.ceil(size / 1024) },
];

/** The items of a folder, newest first, more when they are asked for; the one that is chosen opens. */
export function Items({ mailbox, folder, name }: Place): VNode {
  const [rows, setRows] = useState<readonly Item[]>([]);
  const [total, setTotal] = useState<number | undefined>(undefined);
  const [error, setError] = useState<string | undefined>(undefined);
  const [open, setOpen] = useState<Item | undefined>(undefined);
  const path = `/v1/mailboxes/${encodeURIComponent(mailbox)}/items`;
  const more = async (): Promise<void> => {
    try {
      const page = `?folder=${folder}&limit=${pageSize}&offset=${rows.length}`;
      const told = await call<{ readonly items: readonly Item[]; readonly total: number }>('GET', `${path}${page}`);
      // What came in between has moved the rest down by one.
      const known = new Set(rows.map(({ id }) => id));
      setRows([...rows, ...told.items.filter(({ id }) => !known.has(id))]);
      setTotal(told.total);
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    }
  };
  useEffect(() => void more(), []);
  return (
    <>
      <h2>{name}</h2>
      <ShownError error={error} />
      <Table
        label={`Items of ${name}`}
        columns={columns}
        rows={rows}
        keyOf={({ id }) => String(id)}
        chosen={open === undefined ? undefined : String(open.id)}
        onChoose={setOpen}
        empty={total === undefined ? 'Loading …' : 'Nothing is in here.'}
      />
      {total !== undefined && rows.length < total && (
        <button type="button" onClick={() => void more()}>
          Show more ({total - rows.length} left)
        </button>
      )}
      {open !== undefined && (
        <Dialog title={open.subject || '(no subject)'} onClose={() => setOpen(undefined)}>
          <OneItem path={`${path}/${open.id}`} />
        </Dialog>
      )}
    </>
  );
}

function OneItem({ path }: { readonly path: string }): VNode {
  const { value, error } = useGet<WholeItem>(path);
  const [tab, setTab] = useState('text');
  const [whole, setWhole] = useState<string | undefined>(undefined);
  if (value === undefined) return error === undefined ? <p role="status">Loading …</p> : <ShownError error={error} />;
  const { from, to, received, files, text, isTextWhole, mime, size } = value;
  return (
    <>
      <dl class="facts">
        <dt>From</dt>
        <dd>{from}</dd>
        <dt>To</dt>
        <dd>{to.map(({ kind, name, address }) => `${kind}: ${name || address} <${address}>`).join('; ')}</dd>
        <dt>Received</dt>
        <dd>{received ?? ''}</dd>
        <dt>Attachments</dt>
        <dd>{files.join(', ') || 'none'}</dd>
      </dl>
      <Tabs label="The message" tabs={messageTabs} chosen={tab} onChoose={setTab}>
        {tab === 'text' ? (
          <>
            <CodeBlock label="Text of the body" text={text} />
            {!isTextWhole && <p class="hint">This is its beginning.</p>}
          </>
        ) : (
          <>
            {mime === null && <p class="hint">It has {Math.round(size / 1024 / 1024)} MiB: too much to be shown at once.</p>}
            <CodeBlock label="MIME" text={whole ?? mime ?? ''} />
            {whole === undefined && mime !== null && mime.length < size && (
              <button type="button" onClick={() => void callForText(`${path}.eml`).then(setWhole)}>
                Fetch all of it
              </button>
            )}
          </>
        )}
      </Tabs>
    </>
  );
}

const messageTabs = [
  { id: 'text', name: 'Text' },
  { id: 'mime', name: 'MIME' },
];
