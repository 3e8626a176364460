import { type AbsenceChange, changeAbsence, missedBy } from '../../../shared/domain/calendar/absence.ts';
import type { MissedEvent } from '../../../shared/domain/calendar/calendar-clearing.ts';
import { instantAt } from '../../../shared/domain/calendar/time-zone.ts';
import {
  type AbsenceInCalendar,
  type AutomaticReplies,
  type Reply,
  readAutomaticReplies,
} from '../../../shared/domain/mailbox/automatic-replies.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import { decodeEventId } from '../../../shared/protocols/ews/item-id.ts';
import type { setUserOofSettings as contract } from '../../../shared/protocols/ews/operations/set-user-oof-settings.ts';
import type { WrittenTime } from '../../../shared/protocols/ews/types/availability.ts';
import type { ReplyBody } from '../../../shared/protocols/ews/types/out-of-office.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal, notSupported } from '../failures.ts';
import { openMailboxOf, unreadable } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

type Settings = RequestOf<typeof contract>['UserOofSettings'];

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/setuseroofsettings-operation
 * The settings are replaced as a whole: a reply that is not there is none.
 */
export const setUserOofSettings: Operation<typeof contract> = async (call, { Mailbox, UserOofSettings }) => {
  const [message] = await perItem(call, [Mailbox], async ({ Address }) => {
    const { guid } = await openMailboxOf(call, Address);
    const change = changeOf(call, UserOofSettings);
    const eventGuid = call.context.identifiers.guid();
    await call.context.store.transaction(async (tx) => {
      const { meetings } = await readAutomaticReplies(tx, guid);
      await changeAbsence(tx, guid, { eventGuid, ...withCalendar(call, guid, change, meetings, UserOofSettings) }, call.instant);
    });
    return { class: 'Success' } as const;
  });
  return { ResponseMessage: present(message, 'the answer for the one mailbox') };
};

function changeOf(call: EwsCall, settings: Settings): Partial<AutomaticReplies> {
  const { OofState, ExternalAudience, Duration, InternalReply, ExternalReply } = settings;
  const change = {
    state: OofState,
    externalAudience: ExternalAudience,
    internal: replyOf(InternalReply),
    external: replyOf(ExternalReply),
  };
  // Microsoft's page "Duration (UserOofSettings)": it is ignored in the other states.
  if (OofState !== 'Scheduled') return change;
  if (Duration === undefined) throw ewsRefusal('ErrorInvalidScheduledOofDuration', { detail: 'no Duration' });
  const period = { start: instantOf(call, Duration.StartTime), end: instantOf(call, Duration.EndTime) };
  // Microsoft's page "ResponseCode": the end must lie after the start and in the future.
  if (period.end <= call.instant) throw ewsRefusal('ErrorInvalidScheduledOofDuration', { detail: 'it ends in the past' });
  return { ...change, period };
}

/**
 * What an absence means for the calendar: the parameters of Set-MailboxAutoReplyConfiguration, which the cloud alone has. What is not written
 * stays as it is, for clients that do not know of it (inferred).
 */
function withCalendar(
  { organization }: EwsCall,
  mailbox: Guid,
  change: Partial<AutomaticReplies>,
  before: AbsenceInCalendar,
  settings: Settings,
): Omit<AbsenceChange, 'eventGuid'> {
  const { OofState, ExternalAudience: _a, Duration: _d, InternalReply: _i, ExternalReply: _e, OOFEventID, ...written } = settings;
  const name = Object.keys(written)[0];
  if (OOFEventID !== undefined || (name !== undefined && organization.kind !== 'cloud')) throw notSupported(name ?? 'OOFEventID');
  if (name === undefined) return { change };
  const { DeclineMeetingReply, CreateOOFEvent, OOFEventSubject, AutoDeclineFutureRequestsWhenOOF, EventsToDeleteIDs } = written;
  const asked = {
    ...{ declinesEvents: written.DeclineEventsForScheduledOOF, all: written.DeclineAllEventsForScheduledOOF },
    declinesRequests: AutoDeclineFutureRequestsWhenOOF,
    named: EventsToDeleteIDs?.map((id) => eventNamed(mailbox, id)),
  };
  const told = missedBy(asked, before.declinesEvents, OofState);
  if (typeof told === 'string') throw ewsRefusal('ErrorInvalidOofParameter', { detail: told });
  const meetings: AbsenceInCalendar = {
    ...{ event: before.event, declinesEvents: told.declinesEvents },
    declinesRequests: AutoDeclineFutureRequestsWhenOOF ?? before.declinesRequests,
    declineReply: DeclineMeetingReply === undefined ? before.declineReply : replyOf(DeclineMeetingReply),
    createsEvent: CreateOOFEvent ?? before.createsEvent,
    eventSubject: OOFEventSubject ?? before.eventSubject,
  };
  return { change: { ...change, meetings }, missed: told.missed };
}

function eventNamed(mailbox: Guid, id: string): MissedEvent {
  const key = decodeEventId(id);
  if (key === undefined) throw unreadable(id, 'an event');
  if (key.mailbox !== mailbox) throw ewsRefusal('ErrorItemNotFound', { detail: 'an event of another mailbox' });
  return { item: key.item, day: key.day };
}

function replyOf({ Message = '', lang = '' }: ReplyBody = {}): Reply {
  return { html: Message, language: /^[A-Za-z0-9-]{1,35}$/.test(lang) ? lang : null };
}

/** A time without a zone is one of the header's zone, or UTC. */
function instantOf({ zone: named }: EwsCall, { ms, isZoned }: WrittenTime): Instant {
  const zone = isZoned ? undefined : named?.zone;
  return zone === undefined ? ms : instantAt(zone, ms);
}
