import type { DestinationMailbox, MailboxKind, SourceMailbox } from '../../shared/bridges/migration/ports.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import type { Settings } from '../../shared/domain/organization/settings.ts';
import type { Instant } from '../../shared/kernel/clock.ts';
import type { OpenExchange } from '../../shared/kernel/exchange.ts';
import type { Guid, Identifiers } from '../../shared/kernel/ids.ts';
import type { Seams } from '../../shared/kernel/seams.ts';
import type { AdmissionContext } from '../../shared/service/admit.ts';
import type { ServerNode } from './server-node.ts';
import type { Session } from './session.ts';

/** A mailbox that a client of the proxy wants to read or to write. */
export interface MailboxWanted {
  readonly organization: Organization;
  /** ExchangeGuid of the person's primary mailbox. */
  readonly mailboxGuid: Guid;
  readonly kind: MailboxKind;
  /** Names the move, by its reservation or else by its session: nobody else has the mailbox while it has it. */
  readonly holder: string;
}

/** Where the mailboxes come from. What these throw as a `Refusal` is told to the client by its code and its `Message`. */
export interface MailboxDoors {
  openSource(wanted: MailboxWanted): Promise<SourceMailbox>;
  openDestination(wanted: MailboxWanted): Promise<DestinationMailbox>;
}

/** Everything that the proxy needs from outside; the composition root fills it in. */
export interface MrsProxyContext extends AdmissionContext, MailboxDoors {
  readonly seams: Seams;
  readonly identifiers: Identifiers;
}

/** One request of a session, once: operations get nothing else. */
export interface MrsCall {
  readonly context: MrsProxyContext;
  readonly organization: Organization;
  readonly settings: Settings;
  readonly instant: Instant;
  readonly exchange: OpenExchange;
  readonly node: ServerNode;
  readonly session: Session;
  /** How many mailboxes may be open on a server at once: MRSProxyMaxConnections. */
  readonly limit: number;
}
