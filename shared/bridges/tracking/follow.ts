import type { RecipientEvent } from '../../domain/mailflow/tracking-report.ts';
import { formatTrackingReportId, type TrackingReportId } from '../../domain/mailflow/tracking-report-id.ts';
import type { ResponseOf } from '../../protocols/ews/contract-type.ts';
import { findMessageTrackingReport } from '../../protocols/ews/operations/find-message-tracking-report.ts';
import { getMessageTrackingReport } from '../../protocols/ews/operations/get-message-tracking-report.ts';
import { askAcross, sharesReports } from './ask.ts';
import type { FoundReport } from './find.ts';
import type { TrackingGround, TrackingTrouble } from './ground.ts';
import type { Report, ReportWish } from './report.ts';

/** Recipients that other organisations are asked about for one report. A bound of ours. */
const mostFollowed = 100;

/** Puts what the other organisation knows behind each event that handed the message to it. */
export async function follow(
  ground: TrackingGround,
  message: Pick<FoundReport, 'sender'> & { readonly messageId: string },
  events: readonly RecipientEvent[],
): Promise<Pick<Report, 'events' | 'troubles'>> {
  const troubles: TrackingTrouble[] = [];
  const all: RecipientEvent[] = [];
  let left = ground.across === undefined ? 0 : mostFollowed;
  for (const event of events) {
    all.push(event);
    // Who has just not answered is not asked again.
    const isSilent = troubles.some(({ domain }) => domain === domainOf(event.reached ?? event.recipient));
    if (event.description !== 'TransferredToPartnerOrg' || left === 0 || isSilent) continue;
    left -= 1;
    const heard = await beyond(ground, message, event);
    all.push(...heard.events);
    troubles.push(...heard.troubles);
  }
  return { events: all, troubles };
}

/** What happened to a recipient's copy after an event that handed it on: there he may be called otherwise. */
async function beyond(
  ground: TrackingGround,
  { sender, messageId }: Pick<FoundReport, 'sender'> & { readonly messageId: string },
  event: RecipientEvent,
): Promise<Pick<Report, 'events' | 'troubles'>> {
  const { recipient, reached: address = recipient, root } = event;
  const found = await askAcross(ground, address, findMessageTrackingReport, {
    ...{ Scope: 'Forest', Domain: domainOf(address), MessageId: messageId },
    ...{ Sender: { EmailAddress: sender }, Recipient: { EmailAddress: address } },
  });
  if ('trouble' in found) return { events: [], troubles: [found.trouble] };
  const [result] = found.answer.MessageTrackingSearchResults?.MessageTrackingSearchResult ?? [];
  if (result === undefined) return { events: [], troubles: [] };
  const got = await askAcross(ground, address, getMessageTrackingReport, {
    ...{ Scope: 'Forest', ReportTemplate: 'RecipientPath' as const, MessageTrackingReportId: result.MessageTrackingReportId },
    RecipientFilter: { EmailAddress: address },
  });
  if ('trouble' in got) return { events: [], troubles: [got.trouble] };
  const events = eventsIn(got.answer.MessageTrackingReport).map(({ root: _theirs, ...told }) => ({
    ...{ ...told, recipient },
    ...(root === undefined ? {} : { root }),
  }));
  return { events, troubles: [] };
}

/** The report of a message that another organisation has. */
export async function reportElsewhere(
  ground: TrackingGround,
  id: TrackingReportId,
  { template, recipient }: ReportWish,
): Promise<Report | undefined> {
  const domain = id.domain.toLowerCase();
  if (!sharesReports(ground, domain)) return undefined;
  const heard = await askAcross(ground, await somebodyOf(ground, domain), getMessageTrackingReport, {
    ...{ Scope: 'Forest', ReportTemplate: template, MessageTrackingReportId: formatTrackingReportId(id) },
    ...(recipient === undefined ? {} : { RecipientFilter: { EmailAddress: recipient } }),
  });
  if ('trouble' in heard) return { sender: '', subject: '', submitted: 0, recipients: [], events: [], troubles: [heard.trouble] };
  const told = heard.answer.MessageTrackingReport;
  return {
    ...{ sender: told?.Sender?.EmailAddress ?? '', subject: told?.Subject ?? '', submitted: told?.SubmitTime ?? 0 },
    recipients: (told?.OriginalRecipients?.Address ?? []).map(({ EmailAddress = '' }) => EmailAddress),
    ...{ events: eventsIn(told), troubles: [] },
  };
}

/** An address by which the servers of a domain are found. */
async function somebodyOf({ directory }: TrackingGround, domain: string): Promise<string> {
  const somebody = (await directory.all()).find(({ targetAddress }) => targetAddress !== null && domainOf(targetAddress) === domain);
  return somebody?.targetAddress ?? `postmaster@${domain}`;
}

type WireReport = Extract<ResponseOf<typeof getMessageTrackingReport>, { class: 'Success' }>['MessageTrackingReport'];

function eventsIn(report: WireReport): readonly RecipientEvent[] {
  return (report?.RecipientTrackingEvents.RecipientTrackingEvent ?? []).map((event) => ({
    ...{ at: event.Date, recipient: event.Recipient.EmailAddress ?? '', status: event.DeliveryStatus },
    ...{ description: event.EventDescription, data: event.EventData?.String ?? [], server: event.Server },
    internalId: Number(event.InternalId),
    ...(event.RootAddress === undefined ? {} : { root: event.RootAddress }),
  }));
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
