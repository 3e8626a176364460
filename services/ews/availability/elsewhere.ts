import type { OutboundParty } from '../../../shared/bridges/hybrid/party.ts';
import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import { type OrganizationRelationship, relationshipFor } from '../../../shared/domain/trust/organization-relationships.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { type Check, judge } from '../../../shared/kernel/verdict.ts';
import type { EwsCall } from '../context.ts';
import { configurationNotFound, type FreeBusyResponse, failedResponse, recipientNotFound, requestTimedOut } from './failure.ts';
import { inTime } from './in-time.ts';
import type { AvailabilityQuestion } from './question.ts';
import type { CalendarPlace } from './recipient.ts';
import { type RemoteCalendar, remoteResults } from './remote.ts';

/** A calendar that is not here. */
export type CalendarElsewhere = RemoteCalendar & Pick<Extract<CalendarPlace, { is: 'elsewhere' }>, 'domain' | 'isKnown'>;

/** So long a client waits for other organisations. */
const usualBudgetMs = 60_000;

/** What other organisations answer, by the position in the request; each of them is asked once for all of its users. */
export async function answersElsewhere(
  call: EwsCall,
  calendars: readonly CalendarElsewhere[],
  question: AvailabilityQuestion,
  budgetMs = usualBudgetMs,
): Promise<ReadonlyMap<number, FreeBusyResponse>> {
  const answers = new Map<number, FreeBusyResponse>();
  if (calendars.length === 0) return answers;
  const { context, organization, instant: at, exchange } = call;
  const server = organization.hosts.web;
  const settings = await context.settings(organization.name);
  const byDomain = Map.groupBy(calendars, ({ domain }) => domain);
  const chosen = [...byDomain].map(([domain, those]) => ({ domain, those, relationship: relationshipFor(settings, domain) }));
  exchange.judged(judge(chosen.map(({ domain, relationship }) => choice(domain, relationship))));
  for (const { domain, those, relationship } of chosen) {
    if (relationship !== undefined) continue;
    for (const { position, address, isKnown } of those)
      answers.set(position, failedResponse(isKnown ? configurationNotFound(domain) : recipientNotFound(address), server));
  }
  const user = await asker(call);
  const { dialer, identifiers, tokens } = context;
  const party: OutboundParty = { organization, settings, at, dialer, identifiers, tokens, service: 'ews', parent: exchange };
  const reachable = chosen.flatMap(({ relationship, those }) => (relationship === undefined ? [] : [{ relationship, those }]));
  const byRelationship = Map.groupBy(reachable, ({ relationship }) => relationship);
  const asked = [...byRelationship].map(async ([relationship, parts]) => {
    const behind = parts.flatMap(({ those }) => those);
    const results = await inTime(remoteResults({ party, user, relationship }, behind, question), budgetMs);
    return results === 'late' ? behind.map(({ position }) => ({ position, failure: requestTimedOut })) : results;
  });
  for (const result of (await Promise.all(asked)).flat())
    answers.set(result.position, 'response' in result ? result.response : failedResponse(result.failure, server));
  return answers;
}

/** Which way to another organisation was chosen, and why (reference ews.md 5.3). */
function choice(domain: string, relationship: OrganizationRelationship | undefined): Check {
  const check = {
    check: 'sharing.organization-relationship',
    expected: `an enabled organization relationship with ${domain}`,
    reference: 'https://learn.microsoft.com/exchange/sharing/organization-relationships/organization-relationships',
  };
  if (relationship === undefined) return { ...check, outcome: 'failed', actual: 'none' };
  return {
    ...check,
    outcome: 'passed',
    actual: `${relationship.Name}: a delegation token for ${relationship.TargetApplicationUri || 'nobody'}`,
  };
}

async function asker({ context, organization, caller }: EwsCall): Promise<Recipient> {
  return present(await context.directory(organization.name).byGuid(caller.recipient), `the recipient of ${caller.primarySmtpAddress}`);
}
