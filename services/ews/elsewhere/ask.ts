import { type ChosenWay, chooseWay } from '../../../shared/bridges/hybrid/choose-way.ts';
import { openWay } from '../../../shared/bridges/hybrid/open-way.ts';
import type { OutboundParty } from '../../../shared/bridges/hybrid/party.ts';
import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { judge } from '../../../shared/kernel/verdict.ts';
import type { EwsCall } from '../context.ts';
import { askAlong } from './along.ts';
import type { Askee, Errand } from './errand.ts';
import { configurationNotFound, type MailboxFailure, notSentOn, recipientNotFound, requestTimedOut } from './failure.ts';

/** So long a client waits for other organisations, by the world's clock. */
const longestMs = 60_000;

/**
 * Runs an errand for whoever calls, and gives the answers by the position in the request. The target address decides whose
 * mailbox it is, configuration the way; all mailboxes behind one address are asked for in one request.
 * What goes wrong on one way costs the mailboxes there and no others. Another organisation's server is not sent on.
 */
export async function askElsewhere<Who extends Askee, Request, Response, Answer>(
  call: EwsCall,
  askees: readonly Who[],
  errand: Errand<Who, Request, Response, Answer>,
): Promise<ReadonlyMap<number, Answer>> {
  const answers = new Map<number, Answer>();
  const lacking = (failure: MailboxFailure, who: Who): void => {
    const answer = errand.withoutWay(failure, who);
    if (answer !== undefined) answers.set(who.position, answer);
  };
  if (askees.length === 0) return answers;
  if (call.isFromServer) {
    for (const who of askees) lacking(notSentOn(who.address), who);
    return answers;
  }
  const { reachable, unreachable } = await destinations(call, askees, errand.goesByAddressSpace);
  for (const who of unreachable) lacking(who.isKnown ? configurationNotFound(who.domain) : recipientNotFound(who.address), who);
  if (reachable.length === 0) return answers;
  const user = await asker(call);
  const party = await partyOf(call);
  const { signal, end } = call.context.limits(longestMs);
  try {
    const traveller = { party: { ...party, signal }, user, offer: errand.offer };
    const inTime = {
      ...errand,
      failed: (failure: MailboxFailure, who: Who) => errand.failed(signal.aborted ? requestTimedOut : failure, who),
    };
    const asked = reachable.map(({ way, those }) => askAlong(openWay(way, traveller), those, inTime));
    for (const { who, answer } of (await Promise.all(asked)).flat()) answers.set(who.position, answer);
  } finally {
    end();
  }
  return answers;
}

/** By the way: domains of one relationship or connector are asked for together. */
async function destinations<Who extends Askee>(
  { context, organization, exchange }: EwsCall,
  askees: readonly Who[],
  byAddressSpace: boolean,
) {
  const settings = await context.settings(organization.name);
  const chosen = [...Map.groupBy(askees, ({ domain }) => domain)].map(([domain, those]) => ({
    those,
    ...chooseWay(settings, domain, { byAddressSpace }),
  }));
  exchange.judged(judge(chosen.flatMap(({ checks }) => checks)));
  const parts = chosen.flatMap(({ way, those }) => (way === undefined ? [] : [{ way, those }]));
  const byObject = Map.groupBy(parts, ({ way }) => objectOf(way));
  return {
    reachable: [...byObject.values()].map((same) => ({
      way: present(same[0], 'a way').way,
      those: same.flatMap(({ those }) => those),
    })),
    unreachable: chosen.flatMap(({ way, those }) => (way === undefined ? those : [])),
  };
}

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

/** The organisation as one that calls others, in the trace of the request. */
export async function partyOf({ context, organization, instant: at, exchange }: EwsCall): Promise<OutboundParty> {
  const { dialer, identifiers, tokens, limits } = context;
  const settings = await context.settings(organization.name);
  return { organization, settings, at, dialer, identifiers, tokens, limits, service: 'ews', parent: exchange };
}

async function asker({ context, organization, caller }: EwsCall): Promise<Recipient> {
  return present(await context.directory(organization.name).byGuid(caller.recipient), `the recipient of ${caller.primarySmtpAddress}`);
}
