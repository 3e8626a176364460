import type { Directory } from '../../domain/directory/directory.ts';
import type { ItemDraft } from '../../domain/mailbox/draft.ts';
import type { Store } from '../../domain/organization/transaction.ts';
import type { Guid, Identifiers } from '../../kernel/ids.ts';
import type { BlobReader } from './draft-from-item.ts';

/** What deliveries are planned with. */
export interface DeliveryGround {
  readonly read: Store['read'];
  readonly blobs: BlobReader;
  /** Of the organisation that the mailboxes belong to. */
  readonly directory: Directory;
  readonly identifiers: Pick<Identifiers, 'guid'>;
  /** Whether a mailbox takes nothing now, because its move has locked it; absent: whoever delivers is refused. */
  readonly isHeld?: ((mailbox: Guid) => Promise<boolean>) | undefined;
}

/** A message on its way; `trail`: the mailboxes whose rules have sent it on. */
export interface Travelling {
  readonly mailbox: Guid;
  readonly folder: number | undefined;
  readonly draft: ItemDraft;
  readonly trail: readonly Guid[];
}

/** Mail that a mailbox sends by itself to somebody who has none in the organisation. */
export interface Outgoing {
  readonly draft: ItemDraft & { readonly mime: Uint8Array };
  /** Reverse path; '' for what nobody is to answer. */
  readonly sender: string;
  readonly recipients: readonly string[];
  /** It goes on as it came: its writer is somebody else, and the mailbox vouches for nothing in it. */
  readonly isPassedOn?: boolean;
}
