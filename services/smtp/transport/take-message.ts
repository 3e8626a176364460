import { senderNamed } from '../../../shared/bridges/access/send-as.ts';
import { grantedIn, withApprovalClass } from '../../../shared/bridges/mailflow/approval-fields.ts';
import { arrived } from '../../../shared/bridges/mailflow/header-firewall.ts';
import { draftFromMime } from '../../../shared/bridges/message/draft-from-mime.ts';
import { hasSeveralAuthors } from '../../../shared/bridges/message/headers.ts';
import type { TransportFacts, TransportMessage } from '../../../shared/domain/mailflow/transport-message.ts';
import type { Organization } from '../../../shared/domain/organization/organization.ts';
import { serverFqdn, serversOf } from '../../../shared/domain/organization/servers.ts';
import type { OpenExchange } from '../../../shared/kernel/exchange.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import { withoutBlindCopies } from '../../../shared/protocols/mime/blind-copies.ts';
import { fieldValues } from '../../../shared/protocols/mime/edit-header.ts';
import { MimeError } from '../../../shared/protocols/mime/errors.ts';
import type { SmtpEnvelope, SmtpReply, SmtpSession } from '../../../shared/service/smtp-session.ts';
import { acceptMessage, type Taking } from '../accept.ts';
import type { TransportParts } from '../context.ts';
import { stepReply } from '../failures.ts';
import type { Submitter } from '../stages/authenticate.ts';
import { receivedLine, stamped } from '../stamp.ts';
import type { Desk, DeskTrust } from './desk.ts';
import { envelopeRecipient, senderFacts } from './envelope-facts.ts';
import { type TransportRefusalCode, transportReply } from './failures.ts';
import { fingerprintOf } from './taken.ts';

/** A whole message from another server. */
export interface Arrived {
  readonly envelope: SmtpEnvelope;
  readonly octets: Buffer;
  /** Of the exchange that brings it. */
  readonly traceparent: string;
  /** Whoever has signed in. */
  readonly submitter: Submitter | undefined;
}

/** DATA: judges a message by what its connector allows, makes it the organisation's own, and takes it. */
export async function takeMessage(
  parts: TransportParts,
  desk: Desk,
  trust: DeskTrust,
  session: SmtpSession,
  { envelope, octets: sent, traceparent, submitter }: Arrived,
  exchange: OpenExchange,
): Promise<SmtpReply> {
  const { organization, settings, host } = desk;
  const octets = submitter === undefined ? sent : withoutBlindCopies(sent);
  const refusal = overLimit(desk, octets);
  if (refusal !== undefined) {
    exchange.note({ code: refusal });
    return transportReply(refusal, host);
  }
  const instant = parts.clock.now(organization.name);
  const isInside = trust.authAs === 'Internal' || (trust.keepsCrossPremises && fieldValues(octets, crossAuthAs)[0] === 'Internal');
  const directionality = isInside ? 'Originating' : 'Incoming';
  const kept = arrived(octets, {
    ...{ authAs: trust.authAs, authSource: host, authMechanism: trust.authMechanism, directionality },
    acceptsOrganization: trust.keepsOrganization,
    acceptsCrossPremises: trust.keepsCrossPremises,
  });
  // Of everybody else's header nothing is left that says anything of approvals.
  const isBelieved = trust.keepsOrganization || trust.keepsCrossPremises;
  const facts: TransportFacts = {
    ...{ source: 'SMTP', connector: trust.connector, ...kept.trust, directionality },
    ...{ clientAddress: session.peer.replace(/:\d+$/, ''), clientHost: session.clientName, traceparent },
    ...senderFacts(envelope.sender.parameters),
    ...(isBelieved ? grantedIn(kept.octets) : {}),
  };
  const sender = envelope.sender.address;
  const messageId = `${parts.identifiers.guid()}@${host}`;
  const whole = stamped(kept.octets, { line: receivedLine(session, host, organization.product), instant, sender, messageId });
  const read = await readItem(whole, instant);
  if (read instanceof MimeError) {
    exchange.note({ code: 'message-malformed', detail: read.message });
    return stepReply('message-malformed', read.message);
  }
  const item = isBelieved ? withApprovalClass(read, kept.octets) : read;
  if (submitter !== undefined) {
    const strange = await strangeAuthor(parts, submitter, item);
    if (strange !== undefined) {
      exchange.note({ code: strange, detail: `${submitter.caller.primarySmtpAddress} in the From field` });
      return stepReply(strange, host);
    }
  }
  const recipients = envelope.recipients.map(envelopeRecipient);
  const taking: Taking = {
    ...{ organization, settings, instant, exchange },
    // What somebody who has signed in writes twice he may want twice.
    fingerprint: submitter === undefined ? fingerprintOf(organization.name, envelope, sent) : undefined,
    answer: (id, number) => `2.6.0 ${id} [InternalId=${number}, Hostname=${host}] Queued mail for delivery`,
  };
  return acceptMessage(parts, taking, { sender, recipients, item, facts });
}

/** Why the From field is not the submitter's to write. */
async function strangeAuthor(
  parts: TransportParts,
  { caller, organization }: Submitter,
  { properties }: TransportMessage['item'],
): Promise<'several-authors' | 'sender-not-allowed' | undefined> {
  if (hasSeveralAuthors(String(properties[tags.transportMessageHeaders] ?? ''))) return 'several-authors';
  const author = String(properties[tags.sentRepresentingSmtpAddress] ?? '');
  return (await senderNamed(caller, parts.directory(organization.name), author)) === undefined ? 'sender-not-allowed' : undefined;
}

const crossAuthAs = 'X-MS-Exchange-CrossPremises-AuthAs';

async function readItem(octets: Buffer, instant: number) {
  try {
    return { ...(await draftFromMime(octets, instant)), mime: octets };
  } catch (error) {
    if (error instanceof MimeError) return error;
    throw error;
  }
}

/** Which of the connector's bounds a message does not keep. */
function overLimit(
  { organization, maxHeaderBytes, maxHopCount, maxLocalHopCount, refusesBareLinefeeds }: Desk,
  octets: Buffer,
): TransportRefusalCode | undefined {
  if (headerBytes(octets) > maxHeaderBytes) return 'header-too-big';
  const hops = fieldValues(octets, 'Received');
  if (hops.length > maxHopCount) return organization.kind === 'cloud' ? 'edge-hop-count' : 'hop-count';
  if (maxLocalHopCount > 0 && hops.filter((hop) => isOwnHop(organization, hop)).length > maxLocalHopCount) return 'hop-count';
  return refusesBareLinefeeds && hasBareLinefeed(octets) ? 'bare-linefeeds' : undefined;
}

/** Whether one of the organisation's own servers wrote a Received field. */
function isOwnHop(organization: Organization, hop: string): boolean {
  const by = /\bby\s+(\S+)/i.exec(hop)?.[1]?.toLowerCase();
  return serversOf(organization).some((server) => serverFqdn(organization, server).toLowerCase() === by);
}

function headerBytes(octets: Buffer): number {
  const end = octets.indexOf('\r\n\r\n');
  return end < 0 ? octets.length : end;
}

function hasBareLinefeed(octets: Buffer): boolean {
  for (let at = octets.indexOf(0x0a); at >= 0; at = octets.indexOf(0x0a, at + 1)) if (octets[at - 1] !== 0x0d) return true;
  return false;
}
