/** The store for the floors above the domain: they hand it and its transactions to the repositories and never look inside. */
export type { Executor as Transaction, Store } from '../../store/database.ts';
/** Whoever takes errors for facts about what he reads tells this one from them. */
export { isDatabaseAway } from '../../store/database-away.ts';
