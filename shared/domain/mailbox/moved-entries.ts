import type { Guid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import { prepared } from '../../store/prepared.ts';

// Which objects of a mailbox have come from which of another one: written in the transaction that writes the object, so that
// whatever is written again after a crash is found again and not doubled.

/** Entry ids per statement. */
const atOnce = 500;
/** Rows that are removed in one transaction. */
const entriesATime = 5_000;

const insert = prepared((db, p: { mailbox: string; source: string; counter: number }) =>
  db
    .insertInto('moved_entry')
    .values({ mailbox: p.mailbox, source: p.source, counter: p.counter })
    .onConflict((conflict) => conflict.columns(['mailbox', 'source']).doUpdateSet({ counter: p.counter })),
);
const forget = prepared((db, p: { mailbox: string; source: string }) =>
  db.deleteFrom('moved_entry').where('mailbox', '=', p.mailbox).where('source', '=', p.source),
);

const under = prepared((db, p: { mailbox: string; from: string; to: string; limit: number }) =>
  db
    .selectFrom('moved_entry')
    .select(['source', 'counter'])
    .where('mailbox', '=', p.mailbox)
    .where('source', '>=', p.from)
    .where('source', '<', p.to)
    .orderBy('source')
    .limit(p.limit),
);
const countUnder = prepared((db, p: { mailbox: string; from: string; to: string }) =>
  db
    .selectFrom('moved_entry')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('mailbox', '=', p.mailbox)
    .where('source', '>=', p.from)
    .where('source', '<', p.to),
);

/** The counters of what has come from these objects of the other mailbox; what has not come is left out. */
export async function movedCounters(executor: Executor, mailbox: Guid, sources: readonly string[]): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (let start = 0; start < sources.length; start += atOnce) {
    const rows = await executor
      .selectFrom('moved_entry')
      .select(['source', 'counter'])
      .where('mailbox', '=', mailbox)
      .where('source', 'in', sources.slice(start, start + atOnce))
      .execute();
    for (const { source, counter } of rows) found.set(source, counter);
  }
  return found;
}

/** What has come under keys that begin so, by key; at most `limit`. */
export async function movedUnder(
  executor: Executor,
  mailbox: Guid,
  prefix: string,
  limit: number,
): Promise<readonly { readonly source: string; readonly counter: number }[]> {
  return under.all(executor, { mailbox, from: prefix, to: endOf(prefix), limit });
}

/** How much has come under keys that begin so. */
export async function countMoved(executor: Executor, mailbox: Guid, prefix: string): Promise<number> {
  const row = await countUnder.first(executor, { mailbox, from: prefix, to: endOf(prefix) });
  return Number(row?.count ?? 0);
}

/** Behind every key with the prefix: keys are ASCII, compared by octets. */
function endOf(prefix: string): string {
  return `${prefix}\u007f`;
}

/** Remembers where an object of the other mailbox has gone to. */
export async function rememberMoved(tx: Executor, mailbox: Guid, source: string, counter: number): Promise<void> {
  await insert.run(tx, { mailbox, source, counter });
}

/** Forgets it: the object is gone. */
export async function forgetMoved(tx: Executor, mailbox: Guid, source: string): Promise<void> {
  await forget.run(tx, { mailbox, source });
}

/** Forgets some of all that has come into a mailbox; answers whether there is more. */
export async function forgetSomeMoved(tx: Executor, mailbox: Guid): Promise<boolean> {
  const rows = await tx.selectFrom('moved_entry').select('source').where('mailbox', '=', mailbox).limit(entriesATime).execute();
  for (let start = 0; start < rows.length; start += atOnce) {
    const sources = rows.slice(start, start + atOnce).map(({ source }) => source);
    await tx.deleteFrom('moved_entry').where('mailbox', '=', mailbox).where('source', 'in', sources).execute();
  }
  return rows.length === entriesATime;
}
