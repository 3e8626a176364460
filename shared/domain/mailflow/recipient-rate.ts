import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import { prepared } from '../../store/prepared.ts';

const periodMs = 86_400_000;

// Counters of a user, beside those that number changes: when his period began, and whom he has addressed since.
const scopesOf = (user: Guid) => ({ began: `addressing-since:${user}`, addressed: `addressed:${user}` });

const add = prepared((db, p: { scope: string; by: number }) =>
  db
    .updateTable('change_counter')
    .set((row) => ({ last: row('last', '+', p.by) }))
    .where('scope', '=', p.scope)
    .returning('last'),
);

const begin = prepared((db, p: { scope: string; last: number }) =>
  db
    .insertInto('change_counter')
    .values({ scope: p.scope, last: p.last })
    .onConflict((conflict) => conflict.column('scope').doUpdateSet((row) => ({ last: row.ref('excluded.last') }))),
);

/**
 * Counts recipients that a user addresses ("the number of recipients that a user can address in a 24-hour period": page of
 * Set-ThrottlingPolicy); the period begins with the first message after the one before is over (inferred). Answers whether
 * that is within the limit: where it is not, the transaction must not be kept.
 */
export async function countAddressed(tx: Executor, user: Guid, recipients: number, limit: number, instant: Instant): Promise<boolean> {
  const { began, addressed } = scopesOf(user);
  // Nothing is added, but the row is locked.
  const since = await add.first(tx, { scope: began, by: 0 });
  if (since === undefined || Number(since.last) + periodMs <= instant) {
    await begin.run(tx, { scope: began, last: instant });
    await begin.run(tx, { scope: addressed, last: recipients });
    return recipients <= limit;
  }
  const now = await add.first(tx, { scope: addressed, by: recipients });
  return Number(now?.last ?? 0) <= limit;
}
