import { z } from 'zod';
import type { FaultKind } from './kind.ts';

const parameters = z.strictObject({
  /** Octets of the body at a time. */
  bytes: z.int().min(1).max(1_048_576),
  everyMs: z.int().min(1).max(600_000),
});

/** An answer that comes in small pieces: its head at once, the body drop by drop. Real time, not world time. */
export const drip: FaultKind<'drip', typeof parameters> = {
  kind: 'drip',
  title: 'an answer drop by drop',
  parameters,
  seams: ['http.response'],
  decide: (_facts, { bytes, everyMs }) => ({ kind: 'drip', bytes, everyMs }),
};
