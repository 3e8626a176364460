import { z } from 'zod';
import type { FaultKind } from './kind.ts';

const parameters = z.strictObject({ shows: z.enum(['expired', 'wrong-name', 'missing-intermediate', 'untrusted']) });

/** A listener, or SMTP after STARTTLS, shows another certificate for a name than it has: what comes of it is the client's to say. From the next handshake on. */
export const certificate: FaultKind<'certificate', typeof parameters> = {
  kind: 'certificate',
  title: 'another certificate',
  parameters,
  seams: ['tls.certificate'],
  decide: (_facts, { shows }) => ({ kind: 'certificate', shows }),
};
