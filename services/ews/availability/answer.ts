import { mergedDigits } from '../../../shared/domain/calendar/free-busy.ts';
import type { ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { getUserAvailability } from '../../../shared/protocols/ews/operations/get-user-availability.ts';
import type { EwsCall } from '../context.ts';
import type { AskCalendars } from './ask-calendars.ts';
import { type Attendee, attendeesOf, type MailboxData } from './attendees.ts';
import { type FreeBusyResponse, failedResponse, groupTooLarge } from './failure.ts';
import { type AvailabilityQuestion, type AvailabilityRequest, questionOf } from './question.ts';
import { suggestionQuestionOf } from './suggestion-question.ts';
import { suggestions } from './suggestions.ts';

type Asker = Pick<EwsCall, 'context' | 'organization' | 'zone'>;
const minuteMs = 60_000;
/** So many mailboxes another organisation can be asked for at once. */
const slice = 100;

/** Answers a request by asking calendars: groups are asked for as their members, suggestions for the free times of all. */
export async function answerAvailability(
  call: Asker,
  request: AvailabilityRequest,
  ask: AskCalendars,
): Promise<ResponseOf<typeof getUserAvailability>> {
  const question = questionOf(request, call.zone);
  const wanted = suggestionQuestionOf(request, call.zone);
  const attendees = await attendeesOf(call, request.MailboxDataArray);
  const askMany = inSlices(ask);
  return {
    ...(question === undefined ? {} : { FreeBusyResponseArray: await freeBusy(call, attendees, question, askMany) }),
    ...(wanted === undefined ? {} : { SuggestionsResponse: await suggestions(attendees, wanted, askMany) }),
  };
}

async function freeBusy(
  { organization }: Asker,
  attendees: readonly Attendee[],
  question: AvailabilityQuestion,
  ask: AskCalendars,
): Promise<FreeBusyResponse[]> {
  const server = organization.hosts.web;
  const alone = await ask(
    attendees.flatMap((attendee) => (attendee.is === 'one' ? [attendee.mailbox] : [])),
    question,
  );
  const next = alone.values();
  const answers: FreeBusyResponse[] = [];
  for (const attendee of attendees) {
    if (attendee.is === 'one') answers.push(next.next().value ?? {});
    else if (attendee.is === 'too-big-group') answers.push(failedResponse(groupTooLarge(attendee.mailbox.Email.Address), server));
    else answers.push(await groupFreeBusy(attendee.members, question, ask));
  }
  return answers;
}

/** A group has digits and nothing else: those of its members in one. */
async function groupFreeBusy(
  members: readonly MailboxData[],
  question: AvailabilityQuestion,
  ask: AskCalendars,
): Promise<FreeBusyResponse> {
  const { window, intervalMinutes } = question;
  const answers = await ask(members, { ...question, content: digitsOnly });
  const intervals = Math.ceil((window.end - window.start) / (intervalMinutes * minuteMs));
  const digits = answers.flatMap(({ FreeBusyView: view }) => view?.MergedFreeBusy ?? []);
  return {
    ResponseMessage: { class: 'Success' },
    FreeBusyView: { FreeBusyViewType: ['MergedOnly'], MergedFreeBusy: mergedDigits(digits, intervals) },
  };
}

const digitsOnly = { merged: true, events: false, details: false } as const;

function inSlices(ask: AskCalendars): AskCalendars {
  return async (mailboxes, question) => {
    const answers: FreeBusyResponse[] = [];
    for (let from = 0; from < mailboxes.length; from += slice) answers.push(...(await ask(mailboxes.slice(from, from + slice), question)));
    return answers;
  };
}
