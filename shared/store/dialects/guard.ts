import type { CompiledQuery } from 'kysely';
import { assert } from '../../kernel/assert.ts';
import { insideTransaction } from '../../kernel/transaction-scope.ts';

/**
 * Checks a statement that is about to run outside any transaction. Inside one, it would wait for the very connection
 * that its own caller holds; and a write outside one would escape the change feed.
 */
export function assertReadOutsideTransaction(query: CompiledQuery): void {
  assert(!insideTransaction(), 'the store was asked outside its open transaction: use the transaction that was handed in');
  const { kind } = query.query;
  assert(kind === 'SelectQueryNode' || kind === 'RawNode', `a ${kind} ran outside a transaction`);
}
