import { z } from 'zod';
import type { FaultKind } from './kind.ts';

const parameters = z.strictObject({});

/** Ends the connection with a TCP reset ("An existing connection was forcibly closed by the remote host"). */
export const reset: FaultKind<'reset', typeof parameters> = {
  kind: 'reset',
  title: 'a reset connection',
  parameters,
  seams: ['http.request', 'dial', 'tls', 'dns', 'token.claims', 'mrs.call', 'smtp.stage', 'tls.accept'],
  decide: () => ({ kind: 'reset' }),
};
