import { type Queue, retryQueue, suspendQueue } from '../domain/mailflow/queue-hold.ts';
import { resubmitQueue } from '../domain/mailflow/queue-messages.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import { type Cmdlet, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { choiceGiven, listGiven, requireOneSet } from './given.ts';
import { type FoundQueue, queuesNamed } from './queue/found.ts';

const kinds = ['on-premises'] as const;
const named = { Identity: 'text', Filter: 'text', Server: 'text' } as const;
const sets = [['Identity'], ['Filter', 'Server']] as const;
const classes = [
  'DnsConnectorDelivery',
  'SmartHostConnectorDelivery',
  'SmtpDeliveryToMailbox',
  'MapiDelivery',
  'Unreachable',
  'Undefined',
  'Empty',
  'External',
  'Internal',
] as const;

/**
 * `Get-Queue [[-Identity] <Server>\<Queue>] [-Filter ...] [-Server ...] [-Include ...] [-Exclude ...]`; `Retry-`, `Suspend-` and
 * `Resume-Queue` of those that an identity or a filter names.
 */
export const queue = {
  get: {
    kinds,
    positional: 'Identity',
    parameters: { ...named, Include: 'list', Exclude: 'list' },
    required: [],
    async run(scope, given) {
      requireOneSet(given, sets);
      const [include, exclude] = (['Include', 'Exclude'] as const).map((name) =>
        listGiven(given, name)?.map((one) => choiceGiven({ [name]: one }, name, classes) ?? one),
      );
      const found = await queuesNamed(scope, given);
      return found
        .map(({ shown }) => shown)
        .filter((shown) => {
          const own = [shown['DeliveryType'], shown['NextHopCategory'], ...(shown['MessageCount'] === 0 ? ['Empty'] : [])].map(String);
          return (include === undefined || own.some((one) => include.includes(one))) && !own.some((one) => exclude?.includes(one));
        });
    },
  },
  retry: changer({ Resubmit: 'boolean' }, async ({ organization }, found, { Resubmit }) => async (tx) => {
    for (const { number, delivery } of found) {
      if (Resubmit === true) await resubmitQueue(tx, organization.name, number);
      // Exchange, "Retry queues": only what is resubmitted leaves this queue.
      else if (delivery === 'Unreachable')
        throw cmdletRefusal('operation-failed', 'The Unreachable queue can be retried with -Resubmit $true alone.');
      else await retryQueue(tx, organization.name, number);
    }
  }),
  suspend: changer({}, async ({ organization }, found) => async (tx) => {
    for (const { number } of found) await suspendQueue(tx, organization.name, number, true);
  }),
  resume: changer({}, async ({ organization }, found) => async (tx) => {
    for (const { number } of found) await suspendQueue(tx, organization.name, number, false);
  }),
} satisfies Readonly<Record<string, Cmdlet>>;

type Work = (
  scope: CmdletScope,
  found: readonly Queue[],
  given: Parameters<Cmdlet['run']>[1],
) => Promise<(tx: Transaction) => Promise<void>>;

function changer(parameters: Cmdlet['parameters'], prepare: Work): Cmdlet {
  return {
    kinds,
    positional: 'Identity',
    parameters: { ...named, ...parameters },
    required: [],
    async run(scope, given) {
      requireOneSet(given, sets);
      if (given['Identity'] === undefined && given['Filter'] === undefined)
        throw cmdletRefusal('bad-parameter', 'Name the queues by -Identity or -Filter.');
      const work = await prepare(scope, (await queuesNamed(scope, given)).flatMap(ofMail), given);
      await scope.transaction(work);
      return [];
    },
  };
}

/** The submission queue is always empty: there is nothing in it to be stopped. */
function ofMail({ queue }: FoundQueue): readonly Queue[] {
  return queue === undefined ? [] : [queue];
}
