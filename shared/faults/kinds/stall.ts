import { z } from 'zod';
import { stallCauses } from '../../domain/migration/request-status.ts';
import type { FaultKind } from './kind.ts';

const parameters = z.strictObject({ cause: z.enum(stallCauses) });

/** A database of the replication service's own takes no more for now: its disks, its processors or its copies are behind. */
export const stall: FaultKind<'stall', typeof parameters> = {
  kind: 'stall',
  title: 'a stalled database',
  parameters,
  seams: ['mrs.store'],
  decide: (_facts, { cause }) => ({ kind: 'stall', cause }),
};
