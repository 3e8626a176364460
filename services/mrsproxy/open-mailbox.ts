import type { DestinationMailbox, MovingMailbox, SourceMailbox } from '../../shared/bridges/migration/ports.ts';
import type { Guid } from '../../shared/kernel/ids.ts';
import { proxyControl } from '../../shared/protocols/mrs/contract.ts';
import { usualPortionBytes } from '../../shared/protocols/mrs/data-pump.ts';
import type { MrsCall } from './context.ts';
import { limitReached, notImplemented } from './failures.ts';
import { type MailboxHandle, outOfOrder } from './handles.ts';

/** What every version of IMailbox_Config says. */
export interface Configuration {
  readonly primaryMailboxGuid: Guid;
  /** The archive's own where that is meant. */
  readonly physicalMailboxGuid: Guid;
  readonly mbxType: 'SourceMailbox' | 'DestMailboxIntraOrg' | 'DestMailboxCrossOrg';
  readonly proxyControlFlags: number;
  /** The zero GUID for none; Exchange 2010 knows none. */
  readonly reservationId?: Guid;
}

const noGuid = '00000000-0000-0000-0000-000000000000';

/** A handle for a mailbox that nothing is known of yet: Connect opens it. */
export function configure(call: MrsCall, configuration: Configuration): number {
  const { primaryMailboxGuid, physicalMailboxGuid, mbxType, proxyControlFlags, reservationId = noGuid } = configuration;
  const { session, node, organization, limit } = call;
  if (session.client === undefined) throw outOfOrder('ExchangeVersionInformation comes first.');
  if (mbxType === 'DestMailboxIntraOrg') throw notImplemented('A move within the organization by the proxy (DestMailboxIntraOrg)');
  if (node.connections >= limit) throw limitReached(node.connections, limit);
  // A move that names itself goes on by another session at once; any other waits until its mailbox is free.
  const holder = reservationId === noGuid ? session.identifier : `reservation ${reservationId}`;
  const kind = primaryMailboxGuid === physicalMailboxGuid ? 'primary' : 'archive';
  return session.handles.add({
    is: 'mailbox',
    wanted: { organization, mailboxGuid: primaryMailboxGuid, kind, holder },
    end: mbxType === 'SourceMailbox' ? 'source' : 'destination',
    isCompressed: (proxyControlFlags & proxyControl.doNotCompress) === 0,
    portionBytes: usualPortionBytes,
  });
}

/** Opens the mailbox of a handle; without an effect where it is open. */
export async function connect({ context, node, session }: MrsCall, handle: MailboxHandle): Promise<void> {
  if (handle.source !== undefined || handle.destination !== undefined) return;
  await node.takeOver(session, handle.wanted);
  if (handle.end === 'source') handle.source = await context.openSource(handle.wanted);
  else handle.destination = await context.openDestination(handle.wanted);
}

export function openOf(handle: MailboxHandle): MovingMailbox {
  return handle.source ?? handle.destination ?? notConnected();
}

export function sourceOf(handle: MailboxHandle): SourceMailbox {
  if (handle.end !== 'source') throw outOfOrder('The mailbox was configured as a destination.');
  return handle.source ?? notConnected();
}

export function destinationOf(handle: MailboxHandle): DestinationMailbox {
  if (handle.end !== 'destination') throw outOfOrder('The mailbox was configured as a source.');
  return handle.destination ?? notConnected();
}

function notConnected(): never {
  throw outOfOrder('The mailbox is not connected.');
}
