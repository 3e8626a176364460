import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { PropertyKey } from '../../kernel/mapi.ts';
import { keyLength } from '../../store/fold.ts';
import type { ChangeTable } from '../../store/schema.ts';

/** What happened to a folder or item; a move is a delete and a create of another counter. */
export type ChangeOperation = 'create' | 'update' | 'read-flag' | 'delete';
/** `associated`: an item that is folder associated information. */
export type ChangeKind = 'folder' | 'item' | 'associated';

/** Where an object that was created comes from, for those who follow the log event by event: mail, or another place. */
export type ChangeOrigin =
  | { readonly how: 'delivered' }
  | {
      readonly how: 'moved' | 'copied';
      /** The counter it had, or that of the original; of a folder that moves, its own. */
      readonly object: number;
      /** The folder it lay in, or the original lies in. */
      readonly folder: number;
    };

/** One change of a folder or item. `folder`: where the item lies, or the parent of the folder. */
export interface Change {
  readonly kind: ChangeKind;
  readonly object: number;
  readonly operation: ChangeOperation;
  readonly folder: number | null;
  /** Of a `create`; of the `update` that is the move of a folder. */
  readonly origin?: ChangeOrigin;
  /** Of a `delete`: the object lives on elsewhere, and the change that tells so follows. */
  readonly isMove?: boolean;
  /** Of the `update` of an item: what was set or taken away; absent where that would be a long list. */
  readonly properties?: readonly ChangedProperty[];
}

/** A property that an update touched, or what lies beside an item's properties. */
export type ChangedProperty = PropertyKey | 'recipients' | 'attachments';

/** A row of the change log of a mailbox. */
export function changeRow(mailbox: Guid, sequence: number, what: Change, at: Instant): ChangeTable {
  const { kind, object, operation, folder } = what;
  return { scope: mailbox, sequence, kind, object, identity: identityOf(what), operation, folder, at };
}

/** The change that a row of a mailbox's log tells of: the inverse of {@link changeRow}. */
export function changeOf({ kind, object, operation, folder, identity }: ChangeTable): Change {
  const told = { kind: kind as ChangeKind, object, operation: operation as ChangeOperation, folder };
  if (identity === '') return told;
  if (identity === moving) return { ...told, isMove: true };
  if (identity.startsWith(touching)) {
    return { ...told, properties: JSON.parse(identity.slice(touching.length)) as ChangedProperty[] };
  }
  const [how, from, at] = identity.split(' ');
  if (how === 'delivered') return { ...told, origin: { how } };
  if (how === 'moved' || how === 'copied') return { ...told, origin: { how, object: Number(from), folder: Number(at) } };
  throw new Error(`defect: a change that comes from ${identity}`);
}

const moving = 'moving';
const touching = 'touching ';
/** Characters of a list of properties in the log at most: its column takes no more. */
const longestList = keyLength - touching.length;

function identityOf({ origin, isMove, properties }: Change): string {
  if (properties !== undefined) {
    const list = JSON.stringify(properties);
    return list.length > longestList ? '' : touching + list;
  }
  if (origin === undefined) return isMove === true ? moving : '';
  return origin.how === 'delivered' ? origin.how : `${origin.how} ${origin.object} ${origin.folder}`;
}
