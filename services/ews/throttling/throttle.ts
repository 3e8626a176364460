import { setTimeout as elapse } from 'node:timers/promises';
import type { Caller } from '../../../shared/bridges/access/caller.ts';
import type { Organization } from '../../../shared/domain/organization/organization.ts';
import type { UserLimits } from '../../../shared/domain/organization/throttling-policies.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import type { OpenExchange } from '../../../shared/kernel/exchange.ts';
import { type Check, judge } from '../../../shared/kernel/verdict.ts';
import type { EwsContext } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import type { Admission } from './budgets.ts';
import { limitsOf } from './limits-of.ts';

/** Who asks, in whose name, and when. */
interface Asked {
  readonly context: EwsContext;
  readonly organization: Organization;
  readonly caller: Caller;
  readonly instant: Instant;
  readonly exchange: OpenExchange;
}

/** A page as long as what it waits for is no request at a time: streams of notifications have a limit of their own. */
const hanging: ReadonlySet<string> = new Set(['GetStreamingEvents']);

const reference = 'learn.microsoft.com, EWS throttling in Exchange';

/**
 * Runs a request within the budget of the mailbox in whose name it is: the user's own, and one for all who act as him
 * (page "EWS throttling in Exchange", on impersonation). Whoever is in debt waits a moment; refuses with
 * `ErrorExceededConnectionCount` and `ErrorServerBusy`.
 */
export async function throttle<T>(operation: string, asked: Asked, work: () => Promise<T>): Promise<T> {
  if (hanging.has(operation)) return work();
  const { delayMs, work: share } = admitted(asked, await limitsOf(asked));
  // Of the machine's time: the world's clock may stand still.
  if (delayMs > 0) await elapse(delayMs);
  try {
    share.begin();
    return await work();
  } finally {
    share.end();
  }
}

/** What the budget has the request wait, which the journal is told, and its work. */
function admitted(
  { context, organization, caller, instant, exchange }: Asked,
  limits: UserLimits,
): Pick<Extract<Admission, { is: 'admitted' }>, 'delayMs' | 'work'> {
  const who = `${organization.name}/${caller.recipient}${caller.impersonatedBy === undefined ? '' : '/impersonated'}`;
  const admission = context.budgets.admit(who, limits, instant);
  if (admission.is === 'too-many-at-once') {
    const most = String(limits.maxConcurrency);
    exchange.judged(judge([failed('throttling.concurrency', `at most ${most} requests at a time`, `${most} are under way`)]));
    // The names of these values: OfficeDev/ews-managed-api#293.
    throw ewsRefusal('ErrorExceededConnectionCount', {
      detail: `EwsMaxConcurrency ${most}`,
      values: { Policy: 'MaxConcurrency', MaxConcurrencyLimit: most },
    });
  }
  const balance = `a balance of ${Math.floor(admission.balance)} ms`;
  if (admission.is === 'locked') {
    const BackOffMilliseconds = String(admission.backOffMs);
    const expected = `no debt beyond EwsCutoffBalance ${limits.cutoffBalance} ms, or one that is paid`;
    exchange.judged(judge([failed('throttling.budget', expected, `${balance}; paid in ${BackOffMilliseconds} ms`)]));
    throw ewsRefusal('ErrorServerBusy', { detail: balance, values: { BackOffMilliseconds } });
  }
  if (admission.delayMs > 0) {
    const actual = `${balance}: held back ${admission.delayMs} ms`;
    exchange.judged(judge([{ check: 'throttling.budget', outcome: 'passed', actual, reference }]));
  }
  return admission;
}

function failed(check: string, expected: string, actual: string): Check {
  return { check, outcome: 'failed', expected, actual, reference };
}
