import { senderNamed } from '../../../shared/bridges/access/send-as.ts';
import { arrived } from '../../../shared/bridges/mailflow/header-firewall.ts';
import { draftFromMime } from '../../../shared/bridges/message/draft-from-mime.ts';
import { hasSeveralAuthors } from '../../../shared/bridges/message/headers.ts';
import { localMailbox, type Recipient } from '../../../shared/domain/directory/recipient.ts';
import { requireFolder } from '../../../shared/domain/mailbox/folders.ts';
import { createItem } from '../../../shared/domain/mailbox/item-writes.ts';
import { fullFor } from '../../../shared/domain/mailbox/quota.ts';
import type { TransportFacts, TransportMessage } from '../../../shared/domain/mailflow/transport-message.ts';
import type { Transaction } from '../../../shared/domain/organization/transaction.ts';
import type { OpenExchange } from '../../../shared/kernel/exchange.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import { formatTraceparent } from '../../../shared/kernel/traceparent.ts';
import { withoutBlindCopies } from '../../../shared/protocols/mime/blind-copies.ts';
import { MimeError } from '../../../shared/protocols/mime/errors.ts';
import type { SmtpReply, SmtpSession } from '../../../shared/service/smtp-session.ts';
import { acceptMessage } from '../accept.ts';
import { type SubmissionParts, serverHost } from '../context.ts';
import { type StepRefusalCode, stepReply } from '../failures.ts';
import { receivedLine, stamped } from '../stamp.ts';
import type { Submitter } from './authenticate.ts';

/** A message with those it is from and for. */
export interface Submitted {
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly octets: Buffer;
}

/**
 * DATA: puts the message into the mailboxes and queues of all its recipients. In a tenant the sender keeps a copy; on-premises
 * clients that submit by SMTP file their own.
 */
export async function deliverMessage(
  parts: SubmissionParts,
  session: SmtpSession,
  { organization, caller }: Submitter,
  { sender, recipients, octets }: Submitted,
  exchange: OpenExchange,
): Promise<SmtpReply> {
  const instant = parts.clock.now(organization.name);
  const host = serverHost(organization) ?? session.serverHost;
  const directory = parts.directory(organization.name);
  const refuse = (code: StepRefusalCode, detail: string, shown = host): SmtpReply => {
    exchange.note({ code, detail });
    return stepReply(code, shown);
  };

  const facts: TransportFacts = {
    ...{ source: 'SMTP', authAs: 'Internal', authSource: host, authMechanism: '06', directionality: 'Originating', connector: '' },
    ...{ clientAddress: session.peer.replace(/:\d+$/, ''), clientHost: session.clientName, traceparent: formatTraceparent(exchange) },
  };
  // What servers tell each other is no client's to say.
  const own = arrived(octets, { ...facts, acceptsOrganization: false, acceptsCrossPremises: false }).octets;
  const messageId = `${parts.identifiers.guid()}@${host}`;
  const whole = withoutBlindCopies(stamped(own, { line: receivedLine(session, host), instant, sender, messageId }));
  const item = await readItem(whole, instant);
  if (item instanceof MimeError) return refuse('message-malformed', item.message);
  const { properties } = item;
  if (hasSeveralAuthors(String(properties[tags.transportMessageHeaders] ?? ''))) return refuse('several-authors', 'several From fields');
  const author = String(properties[tags.sentRepresentingSmtpAddress] ?? '');
  if ((await senderNamed(caller, directory, author)) === undefined)
    return refuse('sender-not-allowed', `From: ${caller.primarySmtpAddress} as <${author}>`);

  const settings = await parts.settings(organization.name);
  const message = { sender, recipients: recipients.map((address) => ({ address })), item, facts };
  const answer = (id: string): string => `2.0.0 OK ${id} [Hostname=${host}]`;
  const keeper = organization.kind === 'cloud' ? await keeperOf(parts, await directory.byGuid(caller.recipient)) : undefined;
  const keep =
    keeper === undefined
      ? undefined
      : async (tx: Transaction): Promise<void> => {
          const { counter } = await requireFolder(tx, keeper, 'sentitems');
          await createItem(tx, keeper, counter, item, instant);
        };
  return acceptMessage(parts, { organization, settings, instant, exchange, answer }, message, keep);
}

/** The mailbox that keeps what its owner submits (page of Set-Mailbox, -MessageCopyForSMTPClientSubmissionEnabled); a full one does not. */
async function keeperOf({ store }: SubmissionParts, owner: Recipient | undefined): Promise<Guid | undefined> {
  const mailbox = owner === undefined ? null : localMailbox(owner);
  if (mailbox === null || owner?.settings.messageCopyForSmtpSubmission === false) return undefined;
  return (await fullFor(store.read, mailbox)) === undefined ? mailbox : undefined;
}

async function readItem(octets: Buffer, instant: number): Promise<TransportMessage['item'] | MimeError> {
  try {
    return { ...(await draftFromMime(octets, instant)), mime: octets };
  } catch (error) {
    if (error instanceof MimeError) return error;
    throw error;
  }
}
