import type { ComponentChildren, VNode } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

export interface Column<Row> {
  readonly id: string;
  readonly name: string;
  /** As CSS has it; one without takes what the others leave. */
  readonly width?: string;
  readonly cell: (row: Row) => ComponentChildren;
}

interface TableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Rows can be chosen, with the pointer or from row to row by arrows, Page, Home and End; the key of the one that is. */
  readonly chosen?: string | undefined;
  readonly onChoose?: (row: Row) => void;
  readonly empty?: ComponentChildren;
}

const beyond = 6;
const usualRowPixels = 34;

/** A table of any length: only the rows in sight are in the document, those above and below are two empty rows of their height. */
export function Table<Row>({ label, columns, rows, keyOf, chosen, onChoose, empty }: TableProps<Row>): VNode {
  const scroller = useRef<HTMLElement>(null);
  const [{ top, height, rowPixels }, setSight] = useState({ top: 0, height: 400, rowPixels: usualRowPixels });
  const look = (): void => {
    const element = scroller.current;
    if (element === null) return;
    const pixels = Number.parseFloat(getComputedStyle(element).getPropertyValue('--row-pixels'));
    const sight = { top: element.scrollTop, height: element.clientHeight, rowPixels: Number.isNaN(pixels) ? usualRowPixels : pixels };
    setSight((now) => (now.top === sight.top && now.height === sight.height && now.rowPixels === sight.rowPixels ? now : sight));
  };
  useLayoutEffect(() => {
    look();
    const observer = new ResizeObserver(look);
    if (scroller.current !== null) observer.observe(scroller.current);
    return () => observer.disconnect();
  }, []);
  const page = Math.ceil(height / rowPixels);
  const first = Math.min(Math.max(0, Math.floor(top / rowPixels) - beyond), Math.max(0, rows.length - page));
  const shown = rows.slice(first, first + page + 2 * beyond);

  const goTo = (index: number): void => {
    const element = scroller.current;
    const row = rows[index];
    if (element === null || row === undefined) return;
    const [above, below] = [index * rowPixels, (index + 2) * rowPixels - element.clientHeight];
    if (element.scrollTop > above) element.scrollTop = above;
    if (element.scrollTop < below) element.scrollTop = below;
    onChoose?.(row);
    // The row is in the document once the table has seen that it was scrolled.
    requestAnimationFrame(() => element.querySelector<HTMLElement>(`[data-at="${index}"]`)?.focus());
  };
  const onKeyDown = (event: KeyboardEvent, at: number): void => {
    const moves: Readonly<Record<string, number>> = {
      ...{ ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page - 2, PageUp: at - page + 2, Home: 0, End: rows.length - 1 },
    };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    goTo(Math.max(0, Math.min(rows.length - 1, to)));
  };
  return (
    <section class="table" ref={scroller} aria-label={label} onScroll={look}>
      <table aria-rowcount={rows.length + 1}>
        <colgroup>
          {columns.map(({ id, width }) => (
            <col key={id} style={width === undefined ? {} : { width }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(({ id, name }) => (
              <th key={id} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Gap rows={first} rowPixels={rowPixels} />
          {shown.map((row, index) => {
            const key = keyOf(row);
            const at = first + index;
            return (
              <tr key={key} aria-rowindex={at + 2} class={key === chosen ? 'chosen' : undefined}>
                {columns.map(({ id, cell }, column) => (
                  <td key={id}>
                    {column === 0 && onChoose !== undefined ? (
                      <button
                        type="button"
                        class="row-button"
                        data-at={at}
                        aria-current={key === chosen ? 'true' : undefined}
                        onClick={() => onChoose(row)}
                        onKeyDown={(event) => onKeyDown(event, at)}
                      >
                        {cell(row)}
                      </button>
                    ) : (
                      cell(row)
                    )}
                  </td>
                ))}
              </tr>
            );
          })}
          <Gap rows={Math.max(0, rows.length - first - shown.length)} rowPixels={rowPixels} />
        </tbody>
      </table>
      {rows.length === 0 && empty !== undefined && <p class="hint">{empty}</p>}
    </section>
  );
}

function Gap({ rows, rowPixels }: { readonly rows: number; readonly rowPixels: number }): VNode | null {
  return rows === 0 ? null : <tr style={{ height: `${rows * rowPixels}px` }} />;
}
