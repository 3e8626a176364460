import { z } from 'zod';
import type { FaultKind } from './kind.ts';

const parameters = z.strictObject({
  /** Octets of the body that still arrive. */
  bytes: z.int().min(0).max(1_073_741_824),
});

/** The connection ends in the midst of an answer, whose head has promised more. A shorter answer arrives whole. */
export const truncate: FaultKind<'truncate', typeof parameters> = {
  kind: 'truncate',
  title: 'an answer that breaks off',
  parameters,
  seams: ['http.response'],
  decide: (_facts, { bytes }) => ({ kind: 'truncate', bytes }),
};
