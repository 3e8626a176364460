import { type Queue, readQueues } from '../../domain/mailflow/queue-hold.ts';
import { countMessages } from '../../domain/mailflow/queue-messages.ts';
import { databaseNameOf } from '../../domain/organization/mailbox-databases.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import { profileOf } from '../../domain/organization/profiles.ts';
import { databaseOf, serverNameOf, serversOf } from '../../domain/organization/servers.ts';
import { namedGuid } from '../../kernel/ids.ts';
import { machineNow } from '../../kernel/machine-clock.ts';
import { type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal } from '../cmdlet.ts';
import { textGiven } from '../given.ts';
import { requireServers } from '../server-identity.ts';
import { readQueueFilter } from './filter.ts';

/** A queue with what is shown of it; the submission queue has no number: nothing waits there. */
export interface FoundQueue {
  readonly queue: Queue | undefined;
  /** `Server\Queue`. */
  readonly identity: string;
  readonly shown: CmdletObject;
}

const zero = '00000000-0000-0000-0000-000000000000';

/** The name of a queue behind its server's: its number, or what the queue that is always there is called. */
function queueName({ delivery, number }: Pick<Queue, 'delivery' | 'number'>): string {
  return delivery === 'Unreachable' ? 'Unreachable' : String(number);
}

/** `Server\Queue`, or the queue alone. Refuses a server that there is not. */
export function splitIdentity(organization: Organization, identity: string): { readonly server: string; readonly rest: string } {
  const [, server, rest = identity] = /^([^\\]+)\\(.+)$/.exec(identity) ?? [];
  if (server === undefined || /^(?:\d+|\*|Submission|Unreachable)$/i.test(server))
    return { server: serverNameOf(organization), rest: identity };
  const [known] = requireServers(organization, server);
  return { server: known, rest };
}

/** The queues of an organisation's servers: the first one has those of the mail that goes out, each has one for what comes. */
export async function allQueues({ organization, transaction }: CmdletScope, server: string | undefined): Promise<readonly FoundQueue[]> {
  const { name } = organization;
  const [queues, counts] = await transaction(async (tx) => [await readQueues(tx, name, machineNow()), await countMessages(tx, name)]);
  const sender = serverNameOf(organization);
  return requireServers(organization, server).flatMap((one) => [
    ...(one === sender ? queues.map((queue) => foundQueue(organization, queue, counts.get(queue.number) ?? 0)) : []),
    { queue: undefined, identity: `${one}\\Submission`, shown: submission(`${one}\\Submission`) },
  ]);
}

/** Those that a cmdlet names by `-Identity`, `-Filter` and `-Server`. Refuses an identity that there is not. */
export async function queuesNamed(scope: CmdletScope, given: CmdletParameters): Promise<readonly FoundQueue[]> {
  const [identity, filter] = [textGiven(given, 'Identity'), textGiven(given, 'Filter')];
  if (identity === undefined) {
    const found = await allQueues(scope, textGiven(given, 'Server'));
    const matches = filter === undefined ? undefined : readQueueFilter(filter, Object.keys(found[0]?.shown ?? {}));
    return matches === undefined ? found : found.filter(({ shown }) => matches(shown));
  }
  const { server, rest } = splitIdentity(scope.organization, identity);
  const all = await allQueues(scope, server);
  if (rest === '*') return all;
  const wanted = rest.toLowerCase();
  const found = all.filter(
    ({ queue, identity: own }) =>
      own.split('\\')[1]?.toLowerCase() === wanted || (!/^\d+$/.test(wanted) && queue?.nextHop.toLowerCase() === wanted),
  );
  if (found.length === 0) throw queueNotFound(identity);
  return found;
}

/** Wording ours. */
export function queueNotFound(identity: string): Error {
  return cmdletRefusal('object-not-found', `The queue or message '${identity}' couldn't be found.`);
}

/** In the order of the list that Exchange shows; rates are not counted here. */
function foundQueue(organization: Organization, queue: Queue, messages: number): FoundQueue {
  const identity = `${serverNameOf(organization)}\\${queueName(queue)}`;
  return { queue, identity, shown: shownQueue(organization, queue, identity, messages) };
}

function shownQueue(organization: Organization, queue: Queue, identity: string, messages: number): CmdletObject {
  const { delivery, nextHop, status, held, attempts, lastError, lastAttempt, retry } = queue;
  const isUnreachable = delivery === 'Unreachable';
  const isHere = delivery === 'SmtpDeliveryToMailbox';
  const isOld = profileOf(organization.product).version.major < 15;
  return {
    // Servers of 2010 put mail into mailboxes themselves.
    DeliveryType: isHere && isOld ? 'MapiDelivery' : delivery,
    NextHopDomain: nextHop,
    TlsDomain: null,
    NextHopConnector: nextHopConnector(organization, queue),
    Status: status === 'Ready' && held !== undefined && !isUnreachable ? 'Active' : status,
    MessageCount: messages,
    LastError: lastError,
    RetryCount: attempts,
    LastRetryTime: isUnreachable || lastAttempt === null ? null : new Date(lastAttempt),
    NextRetryTime: status !== 'Retry' || retry === null ? null : new Date(retry),
    DeferredMessageCount: 0,
    MessageCountsPerPriority: [0, messages, 0, 0],
    RiskLevel: 'Normal',
    OutboundIPPool: 0,
    NextHopCategory: isUnreachable || isHere ? 'Internal' : 'External',
    QueueIdentity: identity,
    PriorityDescriptions: ['High', 'Normal', 'Low', 'None'],
    Identity: identity,
    IsValid: true,
  };
}

function nextHopConnector(organization: Organization, { delivery, connector, nextHop }: Queue): string {
  if (delivery === 'Unreachable') return zero;
  if (delivery !== 'SmtpDeliveryToMailbox') return namedGuid('connector', organization.name, connector.toLowerCase());
  const server = serversOf(organization).find((one) => databaseNameOf(organization, one) === nextHop);
  return server === undefined ? zero : databaseOf(organization, server);
}

/** Messages are categorised before they are answered for: nothing waits for it. */
function submission(identity: string): CmdletObject {
  return {
    DeliveryType: 'Undefined',
    NextHopDomain: 'Submission',
    TlsDomain: null,
    NextHopConnector: zero,
    Status: 'Ready',
    MessageCount: 0,
    LastError: null,
    RetryCount: 0,
    LastRetryTime: null,
    NextRetryTime: null,
    DeferredMessageCount: 0,
    MessageCountsPerPriority: [0, 0, 0, 0],
    RiskLevel: 'Normal',
    OutboundIPPool: 0,
    NextHopCategory: 'Internal',
    QueueIdentity: identity,
    PriorityDescriptions: ['High', 'Normal', 'Low', 'None'],
    Identity: identity,
    IsValid: true,
  };
}
