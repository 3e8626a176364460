import { z } from 'zod';
import type { FaultKind } from './kind.ts';

const parameters = z.strictObject({});

/** The other side cannot be reached; where the connection stands already it is closed without an answer. */
export const refuse: FaultKind<'refuse', typeof parameters> = {
  kind: 'refuse',
  title: 'a refused connection',
  parameters,
  seams: ['dial', 'tls', 'dns', 'http.request', 'token.claims', 'smtp.stage', 'tls.accept'],
  decide: () => ({ kind: 'refuse' }),
};
