import type { Directory } from '../../shared/domain/directory/directory.ts';
import type { MoveRequest } from '../../shared/domain/migration/move-request.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import type { Organizations } from '../../shared/domain/organization/registry.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import type { Identifiers } from '../../shared/kernel/ids.ts';
import type { Dialer } from '../../shared/net/dialer.ts';
import type { Store } from '../../shared/store/database.ts';
import type { Pair } from './job/job.ts';
import type { PublicFolderDoors } from './public-folders/doors.ts';

/** Everything that moving mailboxes needs from outside; the composition root fills it in. */
export interface MoverParts {
  readonly store: Store;
  readonly organizations: () => Promise<Organizations>;
  readonly directory: (organization: string) => Directory;
  readonly identifiers: Identifiers;
  readonly clock: Clock;
  /** The way to the sources of cutover and staged migrations. */
  readonly dialer: Pick<Dialer, 'hold'>;
  /**
   * Opens both ends of each mailbox that a request moves, primary first. Refuses as the ends do; once the target is in use a remote source that
   * cannot be opened refuses its calls instead.
   */
  readonly open: (
    organization: Organization,
    request: MoveRequest,
    signal: AbortSignal,
    isTargetInUse: boolean,
  ) => Promise<readonly Pair[]>;
  /** Opens a session with an IMAP server. */
  readonly imap: Dialer['imap'];
  /** Takes away what a request has made in its own organisation, without asking the other one. */
  readonly discard: (organization: Organization, request: MoveRequest) => Promise<void>;
  readonly publicFolders: PublicFolderDoors;
  /** This process among those that share the store: no other living one has the name. The same after a restart where it has the store for itself. */
  readonly holder: string;
  readonly realNow: () => number;
  readonly onDefect: (error: unknown) => void;
}
