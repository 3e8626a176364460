import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { ChangeTable } from '../../store/schema.ts';

/** What happened to a folder or item; a move is a delete and a create of another counter. */
export type ChangeOperation = 'create' | 'update' | 'read-flag' | 'delete';
/** `associated`: an item that is folder associated information. */
export type ChangeKind = 'folder' | 'item' | 'associated';

/** A row of the change log of a mailbox. `folder`: where the item lies, or the parent of the folder. */
export function changeRow(
  mailbox: Guid,
  sequence: number,
  what: { readonly kind: ChangeKind; readonly object: number; readonly operation: ChangeOperation; readonly folder: number | null },
  at: Instant,
): ChangeTable {
  return {
    scope: mailbox,
    sequence,
    kind: what.kind,
    object: what.object,
    identity: '',
    operation: what.operation,
    folder: what.folder,
    at,
  };
}
