import type { MoveRequest, MoveTerms } from '../../domain/migration/move-request.ts';
import { changeTerms, getMoveRequest, settleIdle } from '../../domain/migration/move-requests.ts';
import { type MoveState, queued, suspended } from '../../domain/migration/move-transitions.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import { present } from '../../kernel/assert.ts';
import type { Instant } from '../../kernel/clock.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { type CmdletScope, cmdletRefusal } from '../cmdlet.ts';
import { administratorOf, reportLine } from './create.ts';

/** What is done to a request: its new terms, the state it has at once where nobody works on it, and the words of the report. */
interface Change {
  readonly terms: MoveTerms;
  readonly idle?: (request: MoveRequest) => MoveState | undefined;
  readonly done: string;
}

/**
 * Changes a request as it stands in the transaction. Whoever works on it sees the terms between two steps; otherwise the
 * state changes at once. Calls of the store only. A request that is not in a state for it is refused with `operation-failed`.
 */
export async function changeRequest(
  tx: Transaction,
  scope: CmdletScope,
  request: Pick<MoveRequest, 'guid' | 'displayName'>,
  check: (request: MoveRequest) => void,
  change: (request: MoveRequest) => Change,
): Promise<void> {
  const { organization } = scope;
  const current = present(await getMoveRequest(tx, { organization: organization.name, guid: request.guid }), 'the request');
  inWords(request.displayName, () => check(current));
  const { terms, idle, done } = change(current);
  const changed = await changeTerms(tx, current, terms);
  const state = current.owner === null ? idle?.(changed) : undefined;
  if (state !== undefined) await settleIdle(tx, changed, state);
  await reportLine(tx, scope, changed, `'${administratorOf(organization)}' ${done} move request.`);
}

/** Stops a request where it is. */
export function suspending(at: Instant, comment = ''): (request: MoveRequest) => Change {
  return ({ terms }) => ({
    terms: { ...terms, suspend: true, suspendComment: comment },
    idle: (request) => suspended(request, at),
    done: 'suspended',
  });
}

/** Has a request go on; one that waited before its end goes on to the end, unless it is to wait there again. */
export function resuming(at: Instant, how: Partial<MoveTerms> = {}): (request: MoveRequest) => Change {
  return ({ terms }) => ({
    terms: { ...terms, suspend: false, suspendComment: '', suspendWhenReadyToComplete: false, ...how },
    idle: (request) => ({ ...queued(request, at), due: Math.max(at, request.terms.startAfter ?? at) }),
    done: 'resumed',
  });
}

/** Sets terms; a request that waits looks at them when they say so. */
export function setting(at: Instant, change: (terms: MoveTerms) => MoveTerms): (request: MoveRequest) => Change {
  return ({ terms }) => ({ terms: change(terms), idle: (request) => ({ ...request, due: dueWith(request, at) }), done: 'modified' });
}

/** Has a request that waits for its next synchronisation begin it now. */
export function synchronising(at: Instant): (request: MoveRequest) => Change {
  return ({ terms }) => ({ terms, idle: (request) => ({ ...request, due: at }), done: 'modified' });
}

/** When a request that nobody works on is looked at next, by its terms. */
function dueWith({ status, due, terms }: MoveRequest, at: Instant): Instant | null {
  if (status === 'Queued') return Math.max(at, terms.startAfter ?? at);
  if (status !== 'Synced') return due;
  if (terms.suspendWhenReadyToComplete) return due;
  const again = due ?? at + terms.incrementalSyncMs;
  return terms.preventCompletion ? again : Math.max(at, Math.min(again, terms.completeAfter ?? at));
}

/** The sentence is ours; Exchange's are not published. */
function inWords(name: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'not-allowed') throw error;
    throw cmdletRefusal(
      'operation-failed',
      `The move request of '${name}' is ${error.values['Status']}: that cannot be done to it any more.`,
    );
  }
}
