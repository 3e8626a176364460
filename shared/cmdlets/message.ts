import { giveBack, type QueuedMessage, readMessages, settle, suspendMessage } from '../domain/mailflow/queue-messages.ts';
import { track } from '../domain/mailflow/tracking.ts';
import { serverNameOf } from '../domain/organization/servers.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { requireOneSet, textGiven } from './given.ts';
import { sizeText } from './property-table.ts';
import { readQueueFilter } from './queue/filter.ts';
import { allQueues, type FoundQueue, queueNotFound, queuesNamed, splitIdentity } from './queue/found.ts';

const kinds = ['on-premises'] as const;
/** Get-Message shows a thousand where nobody says otherwise; more of one queue are not looked at here. */
const most = 10_000;

interface FoundMessage {
  readonly queue: number;
  readonly message: QueuedMessage;
  readonly shown: CmdletObject;
}

/**
 * `Get-Message [[-Identity] <Server>\<Queue>\<Number>] [-Queue ...] [-Filter ...]`; `Suspend-`, `Resume-` and `Remove-Message` of
 * those that an identity or a filter names.
 */
export const message = {
  get: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', Filter: 'text', Server: 'text', Queue: 'text', ResultSize: 'text' },
    required: [],
    async run(scope, given) {
      requireOneSet(given, [['Identity'], ['Filter', 'Server'], ['Queue']]);
      const found = await messagesNamed(scope, given);
      return found.slice(0, resultSize(given)).map(({ shown }) => shown);
    },
  },
  suspend: changer({}, ({ organization }, found) => async (tx) => {
    for (const {
      queue,
      message: { number },
    } of found)
      await suspendMessage(tx, organization.name, { queue, message: number }, true);
  }),
  resume: changer({}, ({ organization }, found) => async (tx) => {
    for (const {
      queue,
      message: { number },
    } of found)
      await suspendMessage(tx, organization.name, { queue, message: number }, false);
  }),
  remove: changer({ WithNDR: 'boolean' }, ({ organization, at }, found, { WithNDR }) => async (tx) => {
    for (const { queue, message: one } of found) {
      if (WithNDR !== false) await giveBack(tx, organization.name, { queue, message: one.number });
      else await drop(tx, organization.name, one, at);
    }
  }),
} satisfies Readonly<Record<string, Cmdlet>>;

/** Nobody is told but the message tracking log. */
async function drop(tx: Transaction, organization: string, { number, recipients, ...message }: QueuedMessage, at: number): Promise<void> {
  const settlements = recipients.map(({ position }) => ({ position, done: true as const }));
  await settle(tx, organization, number, settlements);
  const { internetMessageId: messageId, sender, subject, size: totalBytes } = message;
  const addresses = recipients.map(({ address }) => address);
  const facts = { internalMessageId: number, subject, totalBytes, returnPath: sender, recipients: addresses, sourceContext: 'QUEUE.Admin' };
  await track(tx, organization, [{ event: 'FAIL', source: 'QUEUE', messageId, sender, facts }], at);
}

type Work = (scope: CmdletScope, found: readonly FoundMessage[], given: CmdletParameters) => (tx: Transaction) => Promise<void>;

function changer(parameters: Cmdlet['parameters'], work: Work): Cmdlet {
  return {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', Filter: 'text', Server: 'text', ...parameters },
    required: [],
    async run(scope, given) {
      requireOneSet(given, [['Identity'], ['Filter', 'Server']]);
      if (given['Identity'] === undefined && given['Filter'] === undefined)
        throw cmdletRefusal('bad-parameter', 'Name the messages by -Identity or -Filter.');
      await scope.transaction(work(scope, await messagesNamed(scope, given), given));
      return [];
    },
  };
}

async function messagesNamed(scope: CmdletScope, given: CmdletParameters): Promise<readonly FoundMessage[]> {
  const identity = textGiven(given, 'Identity');
  if (identity !== undefined) return messageNamed(scope, identity);
  const queue = textGiven(given, 'Queue');
  const queues = queue === undefined ? await allQueues(scope, textGiven(given, 'Server')) : await queuesNamed(scope, { Identity: queue });
  const found = await messagesIn(scope, queues, undefined);
  const filter = textGiven(given, 'Filter');
  if (filter === undefined) return found;
  const matches = readQueueFilter(filter, properties);
  return found.filter(({ shown }) => matches(shown));
}

/** `Server\Queue\Number`, `Queue\Number`, `Number`. */
async function messageNamed(scope: CmdletScope, identity: string): Promise<readonly FoundMessage[]> {
  const { server, rest } = splitIdentity(scope.organization, identity);
  const [, queue = '*', digits] = /^(?:(.+)\\)?(\d{1,15})$/.exec(rest) ?? [];
  const queues = queue === '*' ? await allQueues(scope, server) : await queuesNamed(scope, { Identity: `${server}\\${queue}` });
  const found = digits === undefined ? [] : await messagesIn(scope, queues, Number(digits));
  if (found.length === 0) throw queueNotFound(identity);
  return found;
}

async function messagesIn(
  { organization, transaction }: CmdletScope,
  queues: readonly FoundQueue[],
  number: number | undefined,
): Promise<readonly FoundMessage[]> {
  const found: FoundMessage[] = [];
  for (const { queue, identity, shown } of queues) {
    if (queue === undefined) continue;
    const query = { queue: queue.number, message: number, limit: most };
    const messages = await transaction((tx) => readMessages(tx, organization.name, query));
    for (const one of messages)
      found.push({ queue: queue.number, message: one, shown: shownMessage(serverNameOf(organization), identity, shown, one) });
  }
  return found;
}

/** In the order of Exchange's list. `SCL` is known of mail that the organisation trusts alone. */
function shownMessage(server: string, identity: string, queue: CmdletObject, message: QueuedMessage): CmdletObject {
  const { number, subject, internetMessageId, sender, size, facts, received, expires, recipients } = message;
  const [first] = recipients;
  const own = first === undefined || first.status === 'Resubmit' ? 'Ready' : first.status;
  const isIncoming = facts.source === 'SMTP';
  return {
    Identity: `${identity}\\${number}`,
    Subject: subject,
    InternetMessageId: internetMessageId,
    FromAddress: sender === '' ? '<>' : sender,
    Status: own === 'Ready' && queue['Status'] === 'Retry' ? 'Retry' : own,
    Size: sizeText(size),
    MessageSourceName: isIncoming ? `SMTP:${facts.connector.replace(`${server}\\`, '')}` : facts.source === 'DSN' ? 'DSN' : 'FromLocal',
    SourceIP: facts.clientAddress ?? null,
    SCL: facts.authAs === 'Internal' ? -1 : null,
    DateReceived: new Date(received),
    ExpirationTime: new Date(expires),
    LastError: recipients.find(({ lastError }) => lastError !== null)?.lastError ?? queue['LastError'] ?? null,
    RetryCount: Math.max(...recipients.map(({ attempts }) => attempts)),
    Queue: identity,
    Recipients: recipients.map(({ address }) => address),
    IsValid: true,
  };
}

const properties = [
  ...['Identity', 'Subject', 'InternetMessageId', 'FromAddress', 'Status', 'Size', 'MessageSourceName', 'SourceIP', 'SCL'],
  ...['DateReceived', 'ExpirationTime', 'LastError', 'RetryCount', 'Queue', 'Recipients'],
];

function resultSize(given: CmdletParameters): number {
  const written = textGiven(given, 'ResultSize') ?? '1000';
  if (/^unlimited$/i.test(written)) return most;
  if (/^\d{1,6}$/.test(written)) return Number(written);
  throw cmdletRefusal('bad-parameter', `-ResultSize takes a number or Unlimited, not ${JSON.stringify(written.slice(0, 64))}.`);
}
