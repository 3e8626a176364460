import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { call, callForFile } from '../../api.ts';
import { useDoing, useLoaded } from '../../load.ts';
import { amountText } from '../../parts/amount.ts';
import { CodeBlock } from '../../parts/code-block.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { ShownError } from '../../parts/shown-error.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { saveFile } from '../../save-file.ts';
import type { Item, WholeItem } from './answers.ts';

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
  const { value, error } = useLoaded<WholeItem>(path);
  const [tab, setTab] = useState('text');
  if (value === undefined) return error === undefined ? <p role="status">Loading …</p> : <ShownError error={error} />;
  const { from, to, received, files, text, isTextWhole, mime, isMimeWhole, size } = value;
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
        <dt>Size</dt>
        <dd>{amountText(size)}</dd>
      </dl>
      <Download path={path} id={value.id} />
      <Tabs label="The message" tabs={messageTabs} chosen={tab} onChoose={setTab}>
        {tab === 'text' ? (
          <>
            <CodeBlock label="Text of the body" text={text} />
            {!isTextWhole && (
              <p class="hint">The first {amountText(text.length)} of the text; the file that Download keeps has all of it.</p>
            )}
          </>
        ) : (
          <>
            {!isMimeWhole && (
              <p class="hint">
                The first {amountText(mime.length)} of {amountText(size)}; the file that Download keeps has all of it.
              </p>
            )}
            <CodeBlock label="MIME" text={mime} />
          </>
        )}
      </Tabs>
    </>
  );
}

/** The whole message as a file, whatever its size: nothing of it is shown. */
function Download({ path, id }: { readonly path: string; readonly id: number }): VNode {
  const { busy, error, run } = useDoing();
  const download = (): void => run(async () => saveFile(await callForFile(`${path}.eml`), `${id}.eml`));
  return (
    <p>
      <button type="button" disabled={busy.value} onClick={download}>
        {busy.value ? 'Downloading …' : 'Download'}
      </button>
      <ShownError error={error.value} />
    </p>
  );
}

const messageTabs = [
  { id: 'text', name: 'Text' },
  { id: 'mime', name: 'MIME' },
];
