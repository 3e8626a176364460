import { calendarAccessOf } from '../../../shared/bridges/access/calendar-access.ts';
import { isInScope } from '../../../shared/bridges/access/group-membership.ts';
import { type CalendarAccess, lesserAccess } from '../../../shared/domain/calendar/sharing.ts';
import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import { type OrganizationRelationship, relationshipFor } from '../../../shared/domain/trust/organization-relationships.ts';
import { type Check, judge } from '../../../shared/kernel/verdict.ts';
import type { ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { getUserAvailability as contract } from '../../../shared/protocols/ews/operations/get-user-availability.ts';
import type { ExternalCall } from '../context.ts';
import { crossOrganizationNotAllowed, recipientNotFound } from '../elsewhere/failure.ts';
import { type RecipientPlace, recipientPlace } from '../recipient-place.ts';
import { answerAvailability } from './answer.ts';
import type { MailboxData } from './attendees.ts';
import { type FreeBusyResponse, failedResponse, mailboxOutOfScope, organizationNotSharing } from './failure.ts';
import { localResponse } from './local.ts';
import { openCalendarOf } from './opening.ts';
import type { AvailabilityQuestion, AvailabilityRequest } from './question.ts';

/**
 * GetUserAvailability for people of other organisations: what they see is decided by the relationship with their domain and
 * by what the calendar gives to all, never by who they are ("Deep Dive: How Hybrid Authentication Really Works").
 * Their token goes no further: a mailbox that lies elsewhere is refused.
 */
export async function externalAvailability(call: ExternalCall, request: AvailabilityRequest): Promise<ResponseOf<typeof contract>> {
  return answerAvailability(call, request, (mailboxes, question) => responses(call, mailboxes, question));
}

async function responses(
  call: ExternalCall,
  mailboxes: readonly MailboxData[],
  question: AvailabilityQuestion,
): Promise<FreeBusyResponse[]> {
  const { context, organization, settings, external, exchange } = call;
  const directory = context.directory(organization.name);
  const relationship = relationshipFor(settings, external.domain);
  const answers: FreeBusyResponse[] = [];
  const checks: Check[] = [];
  for (const { Email } of mailboxes) {
    await new Promise((resolve) => setImmediate(resolve));
    const place = await recipientPlace(directory, organization, Email);
    answers.push(await answerTo(call, place, question, relationship, checks));
  }
  if (checks.length > 0) exchange.judged(judge(checks));
  return answers;
}

async function answerTo(
  call: ExternalCall,
  place: RecipientPlace,
  question: AvailabilityQuestion,
  relationship: OrganizationRelationship | undefined,
  checks: Check[],
): Promise<FreeBusyResponse> {
  const server = call.organization.hosts.web;
  switch (place.is) {
    case 'local': {
      const { access: level, check, isOutOfScope = false } = await authorization(call, relationship, place.owner);
      checks.push(check);
      if (level === 'None') return failedResponse(isOutOfScope ? mailboxOutOfScope : organizationNotSharing, server);
      const { calendar, failure } = await openCalendarOf(call, place);
      if (failure !== undefined) return failedResponse(failure, server);
      const { read } = call.context.store;
      const { folder } = calendar;
      const share = await calendarAccessOf(
        { read, directory: call.context.directory(call.organization.name) },
        { ...place, folder },
        undefined,
      );
      checks.push(share.check);
      const { seesPrivate } = share;
      return localResponse(read, { calendar, access: lesserAccess(level, share.access), seesPrivate }, question, server);
    }
    case 'elsewhere':
      return failedResponse(place.isKnown ? crossOrganizationNotAllowed(place.address) : recipientNotFound(place.address), server);
    case 'group':
      throw new Error(`defect: the group ${place.address} was not expanded`);
    case 'nowhere':
      return failedResponse(recipientNotFound(place.address), server);
  }
}

interface Authorization {
  readonly access: CalendarAccess;
  readonly check: Check;
  readonly isOutOfScope?: boolean;
}

/** How much of a user's calendar the relationship lets the people of a domain see. */
async function authorization(
  call: ExternalCall,
  relationship: OrganizationRelationship | undefined,
  owner: Recipient,
): Promise<Authorization> {
  const expected = `an organization relationship with ${call.external.domain} that shares the calendar of ${owner.primaryAddress}`;
  const check = { check: 'sharing.authorization', expected, reference: 'Get-OrganizationRelationship' } as const;
  const refused = (actual: string): Authorization => ({ access: 'None', check: { ...check, outcome: 'failed', actual } });
  if (relationship === undefined) return refused('no enabled relationship');
  const { Name, FreeBusyAccessEnabled, FreeBusyAccessLevel, FreeBusyAccessScope } = relationship;
  if (!FreeBusyAccessEnabled) return refused(`${Name}: FreeBusyAccessEnabled False`);
  if (FreeBusyAccessLevel === 'None') return refused(`${Name}: FreeBusyAccessLevel None`);
  if (!(await isInScope(call.context.directory(call.organization.name), FreeBusyAccessScope, owner.guid)))
    return { ...refused(`${Name}: not a member of ${FreeBusyAccessScope}`), isOutOfScope: true };
  return { access: FreeBusyAccessLevel, check: { ...check, outcome: 'passed', actual: `${Name}: ${FreeBusyAccessLevel}` } };
}
