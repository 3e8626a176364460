import type { Recipient } from '../../domain/directory/recipient.ts';
import { strandingOf } from '../../domain/mailflow/hidden-objects.ts';
import type { NextHop } from '../../domain/mailflow/next-hop.ts';
import { databaseNameOfMailbox } from '../../domain/organization/mailbox-databases.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { ResolutionGround } from './resolution.ts';

/** Where mail waits for a mailbox here. */
export type WaitingHop = NextHop & { readonly lastError: string };

/** Wording ours. */
const mailboxMoves = '451 4.2.1 The mailbox of the recipient is being moved';

/** Where mail for a mailbox here has to wait; undefined: nowhere. */
export async function waitingHop(
  { organization, settings, isHeld }: ResolutionGround,
  recipient: Recipient,
  mailbox: Guid,
): Promise<WaitingHop | undefined> {
  const lastError = strandingOf(organization, settings, recipient);
  if (lastError !== undefined) return { delivery: 'Unreachable', connector: '', nextHop: 'Unreachable Domain', lastError };
  if (!(await isHeld?.(mailbox))) return undefined;
  const nextHop = databaseNameOfMailbox(organization, mailbox);
  return { delivery: 'SmtpDeliveryToMailbox', connector: '', nextHop, lastError: mailboxMoves };
}
