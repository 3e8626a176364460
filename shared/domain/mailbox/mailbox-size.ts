import type { Guid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import { prepared } from '../../store/prepared.ts';
import { isRecoverable } from './deletion-stamp.ts';

/** Octets of a mailbox's items, folder associated ones too. Recoverable items have a quota of their own and do not count as in use. */
export interface MailboxSize {
  readonly inUse: number;
  readonly recoverable: number;
}

// Counters of the mailbox, beside the one that numbers its changes.
const scopeOf = (mailbox: Guid, isRecoverable: boolean): string => `${isRecoverable ? 'recoverable-size' : 'size'}:${mailbox}`;

const add = prepared((db, p: { scope: string; by: number }) =>
  db
    .updateTable('change_counter')
    .set((row) => ({ last: row('last', '+', p.by) }))
    .where('scope', '=', p.scope)
    .returning('last'),
);

const kept = prepared((db, p: { used: string; recoverable: string }) =>
  db
    .selectFrom('change_counter as used')
    .innerJoin('change_counter as recoverable', (join) => join.on('recoverable.scope', '=', p.recoverable))
    .select(['used.last as inUse', 'recoverable.last as recoverable'])
    .where('used.scope', '=', p.used),
);

const summed = prepared((db, p: { mailbox: string }) =>
  db
    .selectFrom('item')
    .innerJoin('folder', (join) => join.onRef('folder.mailbox', '=', 'item.mailbox').onRef('folder.counter', '=', 'item.folder'))
    .select(({ fn }) => ['folder.role as role', fn.sum('item.size').as('size')])
    .where('item.mailbox', '=', p.mailbox)
    .groupBy('folder.role'),
);

/** Begins to count what a mailbox holds; it is empty. */
export async function openSize(tx: Executor, mailbox: Guid): Promise<void> {
  await keep(tx, mailbox, { inUse: 0, recoverable: 0 });
}

/** Forgets how large a mailbox was: it is gone. */
export async function removeSize(tx: Executor, mailbox: Guid): Promise<void> {
  await tx
    .deleteFrom('change_counter')
    .where('scope', 'in', [scopeOf(mailbox, false), scopeOf(mailbox, true)])
    .execute();
}

/**
 * Keeps the size of a mailbox true, in the transaction that changes its items. Answers what is then in use, or recoverable, whichever
 * it was added to; undefined where that is not known here.
 */
export async function addSize(
  tx: Executor,
  mailbox: Guid,
  folder: { readonly role: string | null },
  octets: number,
): Promise<number | undefined> {
  if (octets === 0) return undefined;
  const added = await add.first(tx, { scope: scopeOf(mailbox, isRecoverable(folder)), by: octets });
  return added && Number(added.last);
}

/** How large a mailbox is. One that is older than its counters is summed up: in a transaction this once, and counted from then on. */
export async function sizeOfMailbox(executor: Executor, mailbox: Guid): Promise<MailboxSize> {
  const counted = await kept.first(executor, { used: scopeOf(mailbox, false), recoverable: scopeOf(mailbox, true) });
  if (counted !== undefined) return { inUse: Number(counted.inUse), recoverable: Number(counted.recoverable) };
  const size = { inUse: 0, recoverable: 0 };
  for (const { role, size: octets } of await summed.all(executor, { mailbox }))
    size[isRecoverable({ role }) ? 'recoverable' : 'inUse'] += Number(octets);
  if (executor.isTransaction) await keep(executor, mailbox, size);
  return size;
}

async function keep(tx: Executor, mailbox: Guid, { inUse, recoverable }: MailboxSize): Promise<void> {
  const rows = [
    { scope: scopeOf(mailbox, false), last: inUse },
    { scope: scopeOf(mailbox, true), last: recoverable },
  ];
  await tx
    .insertInto('change_counter')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
