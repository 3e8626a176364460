/** The store for the floors above the domain: they hand it and its transactions to the repositories and never look inside. */
export type { Executor as Transaction, Store } from '../../store/database.ts';
