import type {
  DestinationMailbox,
  FolderRecord,
  MessageChanges,
  MessageRecord,
  SourceMailbox,
} from '../../shared/bridges/migration/ports.ts';
import { Refusal } from '../../shared/kernel/refusal.ts';
import { nothingUnpacked, type Portion, type Unpacking } from '../../shared/protocols/mrs/data-pump.ts';
import { mrsException } from '../../shared/protocols/mrs/exceptions.ts';
import type { MailboxWanted } from './context.ts';
import type { Pager } from './pager.ts';

/** A mailbox that was configured, and from Connect on is open. */
export interface MailboxHandle {
  readonly is: 'mailbox';
  readonly wanted: MailboxWanted;
  readonly end: 'source' | 'destination';
  readonly isCompressed: boolean;
  portionBytes: number;
  source?: SourceMailbox | undefined;
  destination?: DestinationMailbox | undefined;
  folders?: Pager<FolderRecord> | undefined;
  /** The state since which changes are told. */
  syncState?: string | undefined;
  /** Changes of the hierarchy that were not told yet. */
  changes?: { readonly changed: readonly FolderRecord[]; readonly deleted: readonly string[] } | undefined;
  /** Folders that were told as changed last: they are asked for next. */
  told?: readonly FolderRecord[] | undefined;
}

export interface FolderHandle {
  readonly is: 'folder';
  readonly mailbox: MailboxHandle;
  readonly entryId: string;
  messages?: Pager<MessageRecord> | undefined;
  changes?: AsyncIterator<MessageChanges> | undefined;
}

export interface ExportHandle {
  readonly is: 'export';
  readonly mailbox: MailboxHandle;
  readonly portions: AsyncGenerator<Portion>;
  /** The portion after the one that was given. */
  ahead: Portion | undefined;
  /** The one after that, on its way. */
  following: Promise<IteratorResult<Portion, unknown>> | undefined;
}

export interface ImportHandle {
  readonly is: 'import';
  readonly mailbox: MailboxHandle;
  waiting: Unpacking;
  failed: { readonly entryId: string; readonly failure: string }[];
}

export type Handle = MailboxHandle | FolderHandle | ExportHandle | ImportHandle;
type HandleOf<Kind extends Handle['is']> = Extract<Handle, { readonly is: Kind }>;

const mostHandles = 256;

/** What a session has open, by numbers that mean nothing elsewhere. Bounded; a session's end closes all of it. */
export class Handles {
  readonly #open = new Map<number, Handle>();
  #given = 0;

  /** The sentence is ours, as that of {@link get}. */
  add(handle: Handle): number {
    if (this.#open.size >= mostHandles) throw outOfOrder(`The session has ${mostHandles} handles open and may not have more.`);
    this.#given += 1;
    this.#open.set(this.#given, handle);
    return this.#given;
  }

  get<Kind extends Handle['is']>(number: number, kind: Kind): HandleOf<Kind> {
    const found = this.#open.get(number);
    if (found?.is !== kind) throw outOfOrder(`Handle ${number} is not that of an open ${kind}.`);
    return found as HandleOf<Kind>;
  }

  /** Mailboxes that were configured, connected or not. */
  get mailboxes(): number {
    return [...this.#open.values()].filter(({ is }) => is === 'mailbox').length;
  }

  /** The end of the move that the mailboxes of the session are; null: it has none yet. */
  get side(): 'Source' | 'Target' | null {
    const [first] = [...this.#open.values()].filter((one) => one.is === 'mailbox');
    if (first === undefined) return null;
    return first.end === 'source' ? 'Source' : 'Target';
  }

  /** Lets go of a handle and of what hangs on it. */
  async close(number: number): Promise<void> {
    const handle = this.#open.get(number);
    if (handle === undefined) throw outOfOrder(`Handle ${number} is not open.`);
    this.#open.delete(number);
    if (handle.is === 'mailbox') {
      for (const [inner, other] of this.#open) {
        if (other.is !== 'mailbox' && other.mailbox === handle) await this.close(inner);
      }
    }
    await release(handle);
  }

  /**
   * Gives up mailboxes that a later session of the same move has now: they are not let go of, and what hangs on them ends. Whether
   * there was one.
   */
  async abandon({ organization, mailboxGuid, kind, holder }: MailboxWanted): Promise<boolean> {
    let isFound = false;
    for (const [number, handle] of this.#open) {
      if (handle.is !== 'mailbox') continue;
      const { wanted } = handle;
      const isSame = wanted.organization.name === organization.name && wanted.mailboxGuid === mailboxGuid && wanted.kind === kind;
      if (!isSame || wanted.holder !== holder) continue;
      isFound = true;
      Object.assign(handle, { source: undefined, destination: undefined });
      await this.close(number);
    }
    return isFound;
  }

  /** The session is over: a mailbox that refuses to be let go of (it is gone, or somebody else's) keeps nobody. */
  async closeAll(): Promise<void> {
    const all = [...this.#open.values()];
    this.#open.clear();
    for (const handle of all.toReversed()) {
      try {
        await release(handle);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
      }
    }
  }
}

export function newImport(mailbox: MailboxHandle): ImportHandle {
  return { is: 'import', mailbox, waiting: nothingUnpacked, failed: [] };
}

/** Closes a mailbox; its handle stays, and may be connected again. */
export async function disconnect(handle: MailboxHandle): Promise<void> {
  const open = handle.source ?? handle.destination;
  await handle.folders?.close();
  Object.assign(handle, { source: undefined, destination: undefined, folders: undefined, changes: undefined, told: undefined });
  await open?.close();
}

async function release(handle: Handle): Promise<void> {
  switch (handle.is) {
    case 'mailbox':
      return disconnect(handle);
    case 'folder':
      await handle.messages?.close();
      await handle.changes?.return?.();
      return;
    case 'export':
      await handle.portions.return(undefined);
      return;
    case 'import':
      handle.waiting = nothingUnpacked;
  }
}

export function outOfOrder(message: string): Error {
  return mrsException('InvalidProxyOperationOrderPermanentException', message);
}
