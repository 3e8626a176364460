import { z } from 'zod';
import { seams } from '../../kernel/seams.ts';
import type { FaultKind } from './kind.ts';

const parameters = z.strictObject({
  delayMs: z.int().min(0).max(600_000),
  /** Up to this much more, drawn anew each time. */
  jitterMs: z.int().min(0).max(600_000).default(0),
});

/** Holds an exchange up before it goes on. Real time, not world time: clients wait with clocks of their own. */
export const latency: FaultKind<'latency', typeof parameters> = {
  kind: 'latency',
  title: 'a delay',
  parameters,
  seams: ['http.request', ...seams.filter((seam) => seam !== 'http.request')],
  decide: (_facts, { delayMs, jitterMs }, random) => ({ kind: 'latency', delayMs: delayMs + random.integer(jitterMs + 1) }),
};
