import { changeAbsence, missedBy } from '../domain/calendar/absence.ts';
import type { Missed, MissedEvent } from '../domain/calendar/calendar-clearing.ts';
import type { Recipient } from '../domain/directory/recipient.ts';
import {
  type AbsenceInCalendar,
  type AutomaticReplies,
  longestReply,
  type Reply,
  type ReplyPeriod,
  readAutomaticReplies,
  replyAudiences,
  replyStates,
  shownPeriod,
} from '../domain/mailbox/automatic-replies.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Guid } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import { decodeEventId } from '../protocols/ews/item-id.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { choiceGiven, listGiven, numberGiven, textGiven } from './given.ts';
import { requireMailbox } from './recipient-identity.ts';

const kinds: Cmdlet['kinds'] = ['on-premises', 'cloud'];

/**
 * `Set-MailboxAutoReplyConfiguration mary -AutoReplyState Scheduled -StartTime 12/24/2026 -EndTime 1/2/2027 -InternalMessage
 * "..."`: what a mailbox answers while its owner is away. What concerns his calendar exists in the cloud alone.
 */
export const mailboxAutoReplyConfiguration = {
  get: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text' },
    required: ['Identity'],
    async run(scope, given) {
      const { owner, mailbox } = await requireMailbox(scope, String(given['Identity']));
      return [show(owner, await scope.transaction((tx) => readAutomaticReplies(tx, mailbox)), scope.at)];
    },
  },
  set: {
    kinds,
    positional: 'Identity',
    parameters: {
      Identity: 'text',
      AutoReplyState: 'text',
      StartTime: 'date',
      EndTime: 'date',
      ExternalAudience: 'text',
      ExternalMessage: 'nullable text',
      InternalMessage: 'nullable text',
      AutoDeclineFutureRequestsWhenOOF: 'boolean',
      CreateOOFEvent: 'boolean',
      DeclineAllEventsForScheduledOOF: 'boolean',
      DeclineEventsForScheduledOOF: 'boolean',
      EventsToDeleteIDs: 'list',
      DeclineMeetingMessage: 'nullable text',
      OOFEventSubject: 'nullable text',
    },
    required: ['Identity'],
    async run(scope, given) {
      const { mailbox } = await requireMailbox(scope, String(given['Identity']));
      const state = choiceGiven(given, 'AutoReplyState', replyStates);
      const externalAudience = choiceGiven(given, 'ExternalAudience', replyAudiences);
      const eventGuid = scope.identifiers.guid();
      try {
        await scope.transaction(async (tx) => {
          const before = await readAutomaticReplies(tx, mailbox);
          const change: Partial<AutomaticReplies> = {
            ...(state === undefined ? {} : { state }),
            ...(externalAudience === undefined ? {} : { externalAudience }),
            ...periodGiven(given, before, scope.at),
            ...messageGiven(given, 'InternalMessage', before.internal),
            ...messageGiven(given, 'ExternalMessage', before.external),
          };
          const { meetings, missed } = calendarGiven(scope, given, before, mailbox, state);
          await changeAbsence(tx, mailbox, { change: { ...change, ...(meetings && { meetings }) }, eventGuid, missed }, scope.at);
        });
      } catch (error) {
        throw inWords(error);
      }
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

/** In the order in which the shell shows them: that of their names. */
function show({ displayName }: Recipient, replies: AutomaticReplies, at: Instant): CmdletObject {
  const { start, end } = shownPeriod(replies, at);
  return {
    AutoDeclineFutureRequestsWhenOOF: replies.meetings.declinesRequests,
    AutoReplyState: replies.state,
    CreateOOFEvent: replies.meetings.createsEvent,
    DeclineAllEventsForScheduledOOF: replies.meetings.declinesEvents === 'all',
    DeclineEventsForScheduledOOF: replies.meetings.declinesEvents !== false,
    DeclineMeetingMessage: replies.meetings.declineReply.html,
    EndTime: new Date(end),
    ExternalAudience: replies.externalAudience,
    ExternalMessage: replies.external.html,
    InternalMessage: replies.internal.html,
    OOFEventSubject: replies.meetings.eventSubject,
    StartTime: new Date(start),
    MailboxOwnerId: displayName,
    Identity: displayName,
  };
}

/** What is not written of the two stays as it is shown. */
function periodGiven(given: CmdletParameters, before: AutomaticReplies, at: Instant): { readonly period?: ReplyPeriod } {
  const [start, end] = [numberGiven(given, 'StartTime'), numberGiven(given, 'EndTime')];
  if (start === undefined && end === undefined) return {};
  const shown = shownPeriod(before, at);
  return { period: { start: start ?? shown.start, end: end ?? shown.end } };
}

/** Tags are put around a text that has none (page of Set-MailboxAutoReplyConfiguration); `$null` takes a message away. */
function messageGiven(
  given: CmdletParameters,
  name: 'InternalMessage' | 'ExternalMessage',
  { language }: Reply,
): { readonly internal?: Reply; readonly external?: Reply } {
  if (given[name] === undefined) return {};
  const text = textGiven(given, name) ?? '';
  const html = text === '' || /<html[\s>]/i.test(text) ? text : `<html><body>${text}</body></html>`;
  return { [name === 'InternalMessage' ? 'internal' : 'external']: { html, language } };
}

const ofTheCalendar = [
  ...(['AutoDeclineFutureRequestsWhenOOF', 'CreateOOFEvent', 'DeclineMeetingMessage', 'OOFEventSubject'] as const),
  ...(['DeclineEventsForScheduledOOF', 'DeclineAllEventsForScheduledOOF', 'EventsToDeleteIDs'] as const),
] as const;

/**
 * What an absence means for the calendar. Elsewhere than in the cloud these parameters do nothing in Exchange, says their page; here
 * they are refused.
 */
function calendarGiven(
  { organization }: CmdletScope,
  given: CmdletParameters,
  before: AutomaticReplies,
  mailbox: Guid,
  state = before.state,
): { readonly meetings?: AbsenceInCalendar; readonly missed?: Missed | undefined } {
  const [written] = ofTheCalendar.filter((name) => given[name] !== undefined);
  if (written === undefined) return {};
  if (organization.kind !== 'cloud')
    throw cmdletRefusal('bad-parameter', `The parameter ${written} is functional only in the cloud-based service.`);
  const { meetings } = before;
  const declinesRequests = booleanGiven(given, 'AutoDeclineFutureRequestsWhenOOF');
  const asked = {
    ...{
      declinesRequests,
      declinesEvents: booleanGiven(given, 'DeclineEventsForScheduledOOF'),
      all: booleanGiven(given, 'DeclineAllEventsForScheduledOOF'),
    },
    named: listGiven(given, 'EventsToDeleteIDs')?.map((id) => eventNamed(mailbox, id)),
  };
  const told = missedBy(asked, meetings.declinesEvents, state);
  if (typeof told === 'string') throw cmdletRefusal('bad-parameter', told);
  const text = (name: string, otherwise: string): string => (given[name] === undefined ? otherwise : (textGiven(given, name) ?? ''));
  return {
    missed: told.missed,
    meetings: {
      ...{ ...meetings, declinesEvents: told.declinesEvents },
      declinesRequests: declinesRequests ?? meetings.declinesRequests,
      declineReply: { html: text('DeclineMeetingMessage', meetings.declineReply.html), language: null },
      createsEvent: booleanGiven(given, 'CreateOOFEvent') ?? meetings.createsEvent,
      eventSubject: text('OOFEventSubject', meetings.eventSubject),
    },
  };
}

/** An event by its id of EWS. */
function eventNamed(mailbox: Guid, id: string): MissedEvent {
  const key = decodeEventId(id);
  if (key?.mailbox !== mailbox)
    throw cmdletRefusal('bad-parameter', `-EventsToDeleteIDs takes ids of EWS of events in the mailbox, and '${id.slice(0, 40)}' is none.`);
  return { item: key.item, day: key.day };
}

function booleanGiven(given: CmdletParameters, name: string): boolean | undefined {
  const value = given[name];
  return typeof value === 'boolean' ? value : undefined;
}

/** Our wording: Exchange's is not published. */
function inWords(error: unknown): unknown {
  if (!(error instanceof Refusal)) return error;
  if (error.code === 'reply-period-invalid')
    return cmdletRefusal('bad-parameter', 'The state Scheduled needs an -EndTime that is later than the -StartTime.');
  if (error.code === 'reply-too-long') return cmdletRefusal('bad-parameter', `A message has at most ${longestReply} characters.`);
  return error;
}
