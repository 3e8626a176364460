import { calendarAccessOf } from '../../../shared/bridges/access/calendar-access.ts';
import type { KnownCalendar } from '../../../shared/domain/calendar/calendar-memory.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { type Check, judge } from '../../../shared/kernel/verdict.ts';
import type { getUserAvailability as contract } from '../../../shared/protocols/ews/operations/get-user-availability.ts';
import { answerAvailability } from '../availability/answer.ts';
import type { MailboxData } from '../availability/attendees.ts';
import { calendarsElsewhere } from '../availability/elsewhere.ts';
import { type FreeBusyResponse, failedResponse } from '../availability/failure.ts';
import { type LocalCalendar, localResponse } from '../availability/local.ts';
import { openCalendarOf } from '../availability/opening.ts';
import type { AvailabilityQuestion } from '../availability/question.ts';
import type { EwsCall } from '../context.ts';
import type { Askee } from '../elsewhere/errand.ts';
import { recipientNotFound } from '../elsewhere/failure.ts';
import { storeOf } from '../known-mailboxes.ts';
import type { Operation } from '../operation.ts';
import { type PlaceElsewhere, type RecipientPlace, recipientPlace } from '../recipient-place.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getuseravailability-operation
 * Calendars elsewhere are asked for where configuration leads to them.
 */
export const getUserAvailability: Operation<typeof contract> = async (call, request) => {
  return answerAvailability(call, request, (mailboxes, question) => responses(call, mailboxes, question));
};

async function responses(call: EwsCall, mailboxes: readonly MailboxData[], question: AvailabilityQuestion): Promise<FreeBusyResponse[]> {
  const { context, organization } = call;
  const directory = context.directory(organization.name);
  const answers: (FreeBusyResponse | undefined)[] = [];
  const elsewhere: Askee[] = [];
  const checks: Check[] = [];
  for (const [position, { Email }] of mailboxes.entries()) {
    // SQLite answers at once and never yields by itself: a hundred full calendars must not keep the process from others.
    if (position > 0) await new Promise((resolve) => setImmediate(resolve));
    const place = await recipientPlace(directory, organization, Email);
    if (place.is === 'elsewhere') elsewhere.push({ position, ...place });
    else answers[position] = await answerHere(call, place, question, checks);
  }
  if (checks.length > 0) call.exchange.judged(judge(checks));
  for (const [position, answer] of await calendarsElsewhere(call, elsewhere, question)) answers[position] = answer;
  return mailboxes.map((_, position) => present(answers[position], `the answer for mailbox ${position}`));
}

async function answerHere(
  call: EwsCall,
  place: Exclude<RecipientPlace, PlaceElsewhere>,
  question: AvailabilityQuestion,
  checks: Check[],
): Promise<FreeBusyResponse> {
  const server = call.organization.hosts.web;
  switch (place.is) {
    case 'local': {
      const { calendar, failure } = await openCalendarOf(call, place);
      if (failure !== undefined) return failedResponse(failure, server);
      return localResponse(call.context.store.read, await shareOf(call, place, calendar, checks), question, server);
    }
    case 'group':
      throw new Error(`defect: the group ${place.address} was not expanded`);
    case 'nowhere':
      return failedResponse(recipientNotFound(place.address), server);
  }
}

/** What the caller may see of a calendar; adds the check that says why. Ids are told to those who may read what they name. */
async function shareOf(
  { context, organization, caller }: EwsCall,
  { mailbox, owner }: Extract<RecipientPlace, { is: 'local' }>,
  calendar: KnownCalendar,
  checks: Check[],
): Promise<LocalCalendar> {
  const { read } = context.store;
  const { folder } = calendar;
  const share = await calendarAccessOf({ read, directory: context.directory(organization.name) }, { mailbox, owner, folder }, caller);
  const { access, seesPrivate, check } = share;
  checks.push(check);
  const store = access === 'FullDetails' ? await storeOf(context.store, mailbox) : undefined;
  return { calendar, access, seesPrivate, ...(store === undefined ? {} : { store }) };
}
