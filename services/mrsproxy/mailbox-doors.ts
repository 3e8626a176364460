import { openStoreDestination } from '../../shared/bridges/migration/store-destination.ts';
import type { MoveGround } from '../../shared/bridges/migration/store-end.ts';
import { openStoreSource } from '../../shared/bridges/migration/store-source.ts';
import type { Directory } from '../../shared/domain/directory/directory.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import type { Identifiers } from '../../shared/kernel/ids.ts';
import { readBlob } from '../../shared/store/blob.ts';
import type { Store } from '../../shared/store/database.ts';
import type { MailboxDoors, MailboxWanted } from './context.ts';

/** What the mailboxes of the store stand on. */
export interface StoreParts {
  readonly store: Store;
  readonly directory: (organization: string) => Directory;
  readonly identifiers: Identifiers;
  readonly clock: Clock;
}

/** The mailboxes of the store, as ends of moves. */
export function mailboxesOf({ store, directory, identifiers, clock }: StoreParts): MailboxDoors {
  const groundOf = ({ organization }: MailboxWanted): MoveGround => ({
    ...{ store, organization, identifiers, directory: directory(organization.name), blobs: (hash) => readBlob(store.read, hash) },
    now: () => clock.now(organization.name),
  });
  return {
    openSource: (wanted) => openStoreSource(groundOf(wanted), wanted),
    openDestination: (wanted) => openStoreDestination(groundOf(wanted), wanted),
  };
}
