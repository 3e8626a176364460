import { z } from 'zod';
import type { FaultKind } from './kind.ts';

const parameters = z.strictObject({ only: z.enum(['TLSv1', 'TLSv1.1']) });

/** A listener, or port 25 after STARTTLS, speaks one old version of TLS and no other. Nobody has said a name yet: `org` and `svc` match. */
export const tlsVersion: FaultKind<'tls-version', typeof parameters> = {
  kind: 'tls-version',
  title: 'one old version of TLS',
  parameters,
  seams: ['tls.accept'],
  decide: (_facts, { only }) => ({ kind: 'tls-version', only }),
};
