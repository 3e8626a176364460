import { type ChosenWay, chooseWay } from '../../../shared/bridges/hybrid/choose-way.ts';
import { openWay } from '../../../shared/bridges/hybrid/open-way.ts';
import type { OutboundParty } from '../../../shared/bridges/hybrid/party.ts';
import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { judge } from '../../../shared/kernel/verdict.ts';
import type { EwsCall } from '../context.ts';
import type { PlaceElsewhere } from '../recipient-place.ts';
import { configurationNotFound, type FreeBusyResponse, failedResponse, recipientNotFound, requestTimedOut } from './failure.ts';
import { inTime } from './in-time.ts';
import type { AvailabilityQuestion } from './question.ts';
import { type RemoteCalendar, remoteResults } from './remote.ts';

/** A calendar that is not here. */
export type CalendarElsewhere = RemoteCalendar & Pick<PlaceElsewhere, 'domain' | 'isKnown'>;

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
  const chosen = [...byDomain].map(([domain, those]) => ({ domain, those, ...chooseWay(settings, domain) }));
  exchange.judged(judge(chosen.flatMap(({ checks }) => checks)));
  for (const { domain, those, way } of chosen) {
    if (way !== undefined) continue;
    for (const { position, address, isKnown } of those)
      answers.set(position, failedResponse(isKnown ? configurationNotFound(domain) : recipientNotFound(address), server));
  }
  const user = await asker(call);
  const { dialer, identifiers, tokens } = context;
  const party: OutboundParty = { organization, settings, at, dialer, identifiers, tokens, service: 'ews', parent: exchange };
  const reachable = chosen.flatMap(({ way, those }) => (way === undefined ? [] : [{ way, object: objectOf(way), those }]));
  const byWay = Map.groupBy(reachable, ({ object }) => object);
  const asked = [...byWay.values()].map(async (parts) => {
    const behind = parts.flatMap(({ those }) => those);
    const way = openWay(present(parts[0], 'a way').way, { party, user, offer: 'MSExchange.SharingCalendarFreeBusy' });
    const results = await inTime(remoteResults(way, behind, question), budgetMs);
    return results === 'late' ? behind.map(({ position }) => ({ position, failure: requestTimedOut })) : results;
  });
  for (const result of (await Promise.all(asked)).flat())
    answers.set(result.position, 'response' in result ? result.response : failedResponse(result.failure, server));
  return answers;
}

/** Domains of one relationship or connector are asked for together. */
function objectOf(way: ChosenWay): object {
  switch (way.is) {
    case 'connector':
      return way.connector;
    case 'relationship':
      return way.relationship;
    case 'address-space':
      return way.space;
  }
}

async function asker({ context, organization, caller }: EwsCall): Promise<Recipient> {
  return present(await context.directory(organization.name).byGuid(caller.recipient), `the recipient of ${caller.primarySmtpAddress}`);
}
