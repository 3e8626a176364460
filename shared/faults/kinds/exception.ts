import { z } from 'zod';
import type { FaultKind } from './kind.ts';

const parameters = z.strictObject({
  /** Its class: names with `Transient` are worth another try. */
  type: z.string().regex(/^[A-Z][A-Za-z]{0,118}Exception$/, 'is not the name of an exception'),
  message: z.string().min(1).max(4_096),
});

/**
 * An operation of MRSProxy, or the replication service at its own database, fails before anything is done, or the availability service
 * before it has read a calendar.
 */
export const exception: FaultKind<'exception', typeof parameters> = {
  kind: 'exception',
  title: 'an exception',
  parameters,
  seams: ['mrs.call', 'mrs.store', 'calendar.open'],
  decide: (_facts, { type, message }) => ({ kind: 'exception', type, message }),
};
