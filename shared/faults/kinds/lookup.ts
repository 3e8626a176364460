import { z } from 'zod';
import type { FaultKind } from './kind.ts';

const parameters = z
  .strictObject({
    /** There is no such name, or the name server knows no answer. */
    code: z.enum(['NXDOMAIN', 'SERVFAIL']).optional(),
    /** Another host whose records it has, or an address. */
    leadsTo: z
      .string()
      .regex(/^[a-z0-9:][a-z0-9.:-]{0,252}$/i, 'is not a host name or an address')
      .optional(),
  })
  .refine(({ code, leadsTo }) => (code === undefined) !== (leadsTo === undefined), 'has either code or leadsTo');

/**
 * A name that is known otherwise than its zone has it. Matched by `org` it is what the name servers of one organisation say (split
 * horizon), by `svc: dns` what clients outside are told.
 */
export const lookup: FaultKind<'lookup', typeof parameters> = {
  kind: 'lookup',
  title: 'another answer of DNS',
  parameters,
  seams: ['dns'],
  decide: (_facts, { code, leadsTo }) => ({ kind: 'lookup', code, leadsTo: leadsTo?.toLowerCase() }),
};
