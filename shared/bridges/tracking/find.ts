import { smtpAddresses } from '../../domain/directory/proxy-addresses.ts';
import type { Recipient } from '../../domain/directory/recipient.ts';
import { trackedMessages } from '../../domain/mailflow/tracking-report.ts';
import { formatTrackingReportId, parseTrackingReportId } from '../../domain/mailflow/tracking-report-id.ts';
import { serverFqdn } from '../../domain/organization/servers.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { findMessageTrackingReport } from '../../protocols/ews/operations/find-message-tracking-report.ts';
import { askAcross, sharesReports } from './ask.ts';
import { mostMessages, type TrackingGround, type TrackingTrouble } from './ground.ts';

/** Which messages are looked for: those that the sender has sent, or that have come to the recipient. */
export interface ReportQuery {
  readonly sender?: string | undefined;
  readonly recipients?: readonly string[] | undefined;
  /** Whose side it is told from. */
  readonly side: 'Sender' | 'Recipient';
  /** What the subject contains. */
  readonly subject?: string | undefined;
  readonly messageId?: string | undefined;
  readonly from?: Instant | undefined;
  /** Not included. */
  readonly until?: Instant | undefined;
}

/** A message with the id of its report. */
export interface FoundReport {
  readonly id: string;
  readonly sender: string;
  readonly subject: string;
  readonly submitted: Instant;
  readonly recipients: readonly string[];
}

/** What was found, and who could not be asked. */
export interface Search {
  readonly found: readonly FoundReport[];
  readonly troubles: readonly TrackingTrouble[];
}

/**
 * Finds messages by the tracking log. What somebody elsewhere sent and the log does not have, his organisation is asked for: it
 * may have got stuck there. Not inside a transaction.
 */
export async function findReports(ground: TrackingGround, query: ReportQuery): Promise<Search> {
  const here = await foundHere(ground, query);
  const { sender, side } = query;
  const domain = sender === undefined ? undefined : await domainElsewhere(ground, sender);
  const isAsked = side === 'Recipient' && here.length === 0 && domain !== undefined && ground.across !== undefined;
  if (!isAsked || sender === undefined || !sharesReports(ground, domain.domain)) return { found: here, troubles: [] };
  return foundElsewhere(ground, { ...query, sender }, domain);
}

/** All addresses by which somebody is known here. */
export async function addressesOf({ directory }: Pick<TrackingGround, 'directory'>, address: string): Promise<readonly string[]> {
  const recipient = await directory.byAddress(address);
  return recipient === undefined ? [address] : addressesIn(recipient, address);
}

function addressesIn({ addresses, targetAddress }: Recipient, asked: string): readonly string[] {
  return [
    ...new Set([...smtpAddresses(addresses), ...(targetAddress === null ? [] : [targetAddress]), asked].map((one) => one.toLowerCase())),
  ];
}

async function foundHere(ground: TrackingGround, query: ReportQuery): Promise<readonly FoundReport[]> {
  const { organization, directory } = ground;
  const { sender, recipients = [], side, subject, messageId, from, until } = query;
  const senders = sender === undefined ? undefined : await addressesOf(ground, sender);
  const wanted = recipients.length === 0 ? undefined : (await Promise.all(recipients.map((one) => addressesOf(ground, one)))).flat();
  const rows = await ground.rows({
    ...{ subject, messageId, from, until, senders, recipients: wanted, limit: mostMessages },
    ...(side === 'Sender' && wanted === undefined ? { event: 'RECEIVE' } : {}),
  });
  const user = await directory.byAddress((side === 'Sender' ? sender : recipients[0]) ?? '');
  return trackedMessages(rows).map((message) => ({
    id: formatTrackingReportId({
      ...{ messageId: message.messageId, internalId: message.internalId, is: side, user: user?.guid },
      ...{ server: serverFqdn(organization), domain: organization.domains[0] ?? organization.name },
    }),
    ...{ sender: message.sender, subject: message.subject, submitted: message.submitted },
    recipients: side === 'Sender' ? message.recipients : message.recipients.filter((one) => wanted?.includes(one.toLowerCase())),
  }));
}

/** Where somebody's mailbox is, if it is not here. */
async function domainElsewhere(
  { directory, organization }: TrackingGround,
  address: string,
): Promise<{ readonly address: string; readonly domain: string } | undefined> {
  const recipient = await directory.byAddress(address);
  if (recipient !== undefined && recipient.targetAddress === null) return undefined;
  const target = recipient?.targetAddress ?? address;
  const domain = target.slice(target.lastIndexOf('@') + 1).toLowerCase();
  const isNobody = recipient === undefined && organization.domains.some((one) => one.toLowerCase() === domain);
  return isNobody ? undefined : { address: target, domain };
}

async function foundElsewhere(
  ground: TrackingGround,
  { sender, recipients = [], subject, messageId, from, until }: ReportQuery & { readonly sender: string },
  { address, domain }: { readonly address: string; readonly domain: string },
): Promise<Search> {
  const heard = await askAcross(ground, address, findMessageTrackingReport, {
    ...{ Scope: 'Forest', Domain: domain, Sender: { EmailAddress: sender } },
    ...(recipients[0] === undefined ? {} : { Recipient: { EmailAddress: recipients[0] } }),
    ...(subject === undefined ? {} : { Subject: subject }),
    ...(from === undefined ? {} : { StartDateTime: from }),
    ...(until === undefined ? {} : { EndDateTime: until }),
    ...(messageId === undefined ? {} : { MessageId: messageId }),
  });
  if ('trouble' in heard) return { found: [], troubles: [heard.trouble] };
  const user = (await ground.directory.byAddress(recipients[0] ?? ''))?.guid;
  const results = heard.answer.MessageTrackingSearchResults?.MessageTrackingSearchResult ?? [];
  return {
    found: results.slice(0, mostMessages).map((one) => ({
      ...{ id: fromHere(one.MessageTrackingReportId, domain, user), subject: one.Subject, submitted: one.SubmittedTime },
      sender: one.Sender.EmailAddress ?? '',
      recipients: one.Recipients.Mailbox.map(({ EmailAddress = '' }) => EmailAddress),
    })),
    troubles: [],
  };
}

/** An id of another organisation, as it is asked for from here: two may share a domain, and each has objects of its own. */
function fromHere(id: string, domain: string, user: Guid | undefined): string {
  const parsed = parseTrackingReportId(id);
  return parsed === undefined ? id : formatTrackingReportId({ ...parsed, domain, user });
}
